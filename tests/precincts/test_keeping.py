from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from precincts.keeping import Away, Charge, keeper_on

START = date(2026, 1, 1)
CAPTAIN, BACKUP, OTHER = 1, 2, 3

days = st.integers(0, 60).map(lambda n: START + timedelta(days=n))


@st.composite
def spans(draw, open_end=True):
    first = draw(days)
    last = draw(days.filter(lambda day: day >= first))
    return first, draw(st.none()) if open_end and draw(st.booleans()) else last


@st.composite
def blocks(draw):
    """A block's captains one after the other, its backups, and absences that never overlap for one captain."""
    charges, day = [], START
    for member in draw(st.permutations((CAPTAIN, OTHER))):
        first = day + timedelta(days=draw(st.integers(0, 10)))
        last = first + timedelta(days=draw(st.integers(0, 40)))
        charges.append(Charge(member, first, last, True))
        day = last + timedelta(days=1)
    charges += [Charge(BACKUP, *draw(spans()), False) for _ in range(draw(st.integers(0, 1)))]
    aways, day = [], START
    for _ in range(draw(st.integers(0, 3))):
        first = day + timedelta(days=draw(st.integers(0, 20)))
        last = first + timedelta(days=draw(st.integers(0, 10)))
        aways.append(Away(draw(st.sampled_from((CAPTAIN, OTHER))), first, last, BACKUP))
        day = last + timedelta(days=1)
    return charges, aways


def test_the_backup_stands_in_from_the_first_to_the_last_day_away():
    charges = [Charge(CAPTAIN, START, None, True), Charge(BACKUP, START, None, False)]
    away = Away(CAPTAIN, date(2026, 2, 1), date(2026, 2, 10), BACKUP)
    asked = [date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 10), date(2026, 2, 11)]
    assert [keeper_on(day, charges, [away]) for day in asked] == [CAPTAIN, BACKUP, BACKUP, CAPTAIN]


def test_a_backup_who_left_stands_in_for_nobody():
    charges = [Charge(CAPTAIN, START, None, True), Charge(BACKUP, START, date(2026, 2, 3), False)]
    away = Away(CAPTAIN, date(2026, 2, 1), date(2026, 2, 10), BACKUP)
    assert keeper_on(date(2026, 2, 4), charges, [away]) == CAPTAIN


def test_a_former_captains_absence_means_nothing_to_the_next_one():
    charges = [
        Charge(OTHER, START, date(2026, 1, 31), True),
        Charge(CAPTAIN, date(2026, 2, 1), None, True),
        Charge(BACKUP, START, None, False),
    ]
    away = Away(OTHER, date(2026, 1, 20), date(2026, 2, 20), BACKUP)
    assert keeper_on(date(2026, 2, 2), charges, [away]) == CAPTAIN


@given(blocks(), days)
def test_a_block_with_a_captain_has_one_keeper_every_day(block, on):
    charges, aways = block
    captains = [charge.member_id for charge in charges if charge.is_captain and charge.covers(on)]
    keeper = keeper_on(on, charges, aways)
    assert (keeper is None) == (not captains)
    if keeper is not None:
        assert keeper in [charge.member_id for charge in charges if charge.covers(on)]
        if keeper != captains[0]:
            assert any(away.covers(on) and away.captain_id == captains[0] for away in aways)


@given(blocks())
def test_the_captain_takes_back_the_day_after_without_anybodys_doing(block):
    charges, aways = block
    for away in aways:
        after = away.last + timedelta(days=1)
        captains = [charge.member_id for charge in charges if charge.is_captain and charge.covers(after)]
        if captains and not any(other.covers(after) for other in aways):
            assert keeper_on(after, charges, aways) == captains[0]
