"""The next ask and the order of calls: whatever stands in the ladder and on the list."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chapters.call_order import ASK_DUE, CALL_BACK, NO_NUMBER, SILENT, WAITS, Callee, group_of, put_in_order
from chapters.next_asks import AFTER, FIRST, FITS, SMALLER, Ladder, Reason, Stand, Step

NEEDS = ["skill:drives", "language:es", "time:evening"]
NOW = datetime(2026, 3, 2, 18, tzinfo=UTC)
TODAY = date(2026, 3, 2)

ids = st.integers(1, 8)
some_ids = st.frozensets(ids, max_size=5)
steps = st.lists(
    st.builds(
        Step,
        id=ids,
        size=st.integers(0, 2),
        order=st.integers(0, 50),
        follows=st.none() | ids,
        needs=st.frozensets(st.sampled_from(NEEDS), max_size=2),
        is_offered=st.booleans(),
    ),
    unique_by=lambda step: step.id,
    max_size=8,
)
stands = st.builds(
    Stand, done=some_ids, open=some_ids, refused=some_ids, brings=st.frozensets(st.sampled_from(NEEDS))
)


@given(steps, stands)
def test_nobody_is_asked_for_what_they_did_refused_cannot_do_or_are_asked_already(given_steps, stand):
    ladder = Ladder.of(given_steps)
    found = ladder.suggest(stand)
    if found is None:
        return
    step = ladder.steps[found.step]
    passed = ladder.passed(stand.done)
    assert step.is_offered
    assert step.id not in passed | stand.open | stand.refused
    assert step.needs <= stand.brings
    before = ladder.step_before(step)
    assert before is None or before in passed


@given(steps, stands, st.randoms())
def test_the_order_in_which_steps_are_read_changes_nothing(given_steps, stand, random):
    shuffled = list(given_steps)
    random.shuffle(shuffled)
    assert Ladder.of(shuffled).suggest(stand) == Ladder.of(given_steps).suggest(stand)


@given(steps, stands)
def test_somebody_is_left_unasked_only_when_no_step_is_open_to_them(given_steps, stand):
    ladder = Ladder.of(given_steps)
    if ladder.suggest(stand) is not None:
        return
    passed = ladder.passed(stand.done)
    for step in given_steps:
        before = ladder.step_before(step)
        may = step.is_offered and step.id not in passed | stand.open | stand.refused
        assert not (may and step.needs <= stand.brings and (before is None or before in passed))


@given(steps, stands)
def test_after_a_no_nothing_larger_is_asked_while_something_as_small_is_left(given_steps, stand):
    ladder = Ladder.of(given_steps)
    found = ladder.suggest(stand)
    refused = [step.size for step in given_steps if step.id in stand.refused]
    if found is None or not refused or ladder.steps[found.step].size <= min(refused):
        return
    smaller = Ladder.of(step for step in given_steps if step.size <= min(refused) or not step.is_offered)
    passed = ladder.passed(stand.done)
    for step in smaller.steps.values():
        before = ladder.step_before(step)
        may = step.is_offered and step.id not in passed | stand.open | stand.refused
        assert not (may and step.needs <= stand.brings and (before is None or before in passed))


MEET, KNOCK, KEEP = Step(1), Step(2, 1, 1, follows=1), Step(3, 2, 2, follows=2, needs=frozenset({NEEDS[1]}))
LADDER = Ladder.of([MEET, KNOCK, KEEP, Step(4, 0, 9)])


def test_a_newcomer_is_asked_for_something_small_first():
    found = LADDER.suggest(Stand())
    assert (found.step, found.reasons) == (1, (Reason(FIRST),))


def test_a_step_leads_to_the_next():
    found = LADDER.suggest(Stand(done=frozenset({1})))
    assert (found.step, found.reasons) == (2, (Reason(AFTER, step=1),))


def test_what_a_step_needs_is_a_reason_to_ask():
    found = LADDER.suggest(Stand(done=frozenset({2}), brings=frozenset({NEEDS[1]})))
    assert (found.step, found.reasons) == (3, (Reason(AFTER, step=2), Reason(FITS, need=NEEDS[1])))
    assert LADDER.suggest(Stand(done=frozenset({2}))).step == 4


def test_who_declined_is_asked_for_something_no_larger():
    found = LADDER.suggest(Stand(done=frozenset({1}), refused=frozenset({2})))
    assert (found.step, found.reasons) == (4, (Reason(SMALLER, step=2),))


def test_who_has_done_the_last_step_is_asked_for_none_before_it():
    assert LADDER.suggest(Stand(done=frozenset({3}))).step == 4
    assert LADDER.suggest(Stand(done=frozenset({3, 4}))) is None


moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 6, 1), timezones=st.just(UTC))
days = st.dates(date(2026, 1, 1), date(2026, 6, 1))
callees = st.lists(
    st.builds(
        Callee,
        id=st.integers(1, 99),
        spoken_on=st.none() | days,
        tried_today=st.booleans(),
        call_back_at=st.none() | moments,
        ask_due_on=st.none() | days,
        reachable=st.booleans(),
    ),
    unique_by=lambda one: one.id,
    max_size=12,
)


@given(callees)
def test_nobody_falls_off_the_call_list_and_its_groups_stand_in_order(people):
    found = put_in_order(people, NOW, TODAY)
    assert sorted(one.id for one in found) == sorted(one.id for one in people)
    groups = [group_of(one, NOW, TODAY) for one in found]
    assert groups == sorted(groups)
    assert found == put_in_order(reversed(people), NOW, TODAY)


@given(callees)
def test_who_was_not_spoken_to_longest_comes_first_among_those_nothing_waits_for(people):
    silent = [one for one in put_in_order(people, NOW, TODAY) if group_of(one, NOW, TODAY) == SILENT]
    spoken = [one.spoken_on or date.min for one in silent]
    assert spoken == sorted(spoken)


def test_each_group_of_the_call_list():
    day = timedelta(days=1)
    people = [
        Callee(1, reachable=False, call_back_at=NOW - day),
        Callee(2, call_back_at=NOW + day),
        Callee(3, tried_today=True),
        Callee(4, spoken_on=TODAY - 9 * day),
        Callee(5, ask_due_on=TODAY),
        Callee(6, ask_due_on=TODAY - day),
        Callee(7, call_back_at=NOW - day),
        Callee(8, call_back_at=NOW - 2 * day),
        Callee(9),
    ]
    found = put_in_order(people, NOW, TODAY)
    assert [one.id for one in found] == [8, 7, 6, 5, 9, 4, 2, 3, 1]
    assert {group_of(one, NOW, TODAY) for one in found} == {CALL_BACK, ASK_DUE, SILENT, WAITS, NO_NUMBER}
