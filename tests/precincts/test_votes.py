from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from chapters.enums import MemberKind
from chapters.models import AuditEvent
from chapters.selectors.actors import today_in
from core.actors import Actor
from core.tenancy import chapter_scope
from precincts.models import PrecinctAssignment, Returned, TurnoutGoal
from precincts.selectors.turnout import Tally
from precincts.selectors.votes import get_report
from precincts.services.edits import save_edit
from tests.factories import (
    make_block,
    make_building,
    make_captain,
    make_chapter,
    make_election,
    make_household,
    make_import,
    make_member,
    make_organizer,
    make_precinct,
    make_voter,
)

pytestmark = pytest.mark.django_db

CUT, BEFORE_DAY, DAY = date(2020, 1, 10), date(2022, 11, 8), date(2024, 11, 5)


@pytest.fixture
def chapter():
    return make_chapter()


@pytest.fixture
def by(chapter):
    actor = Actor.system(chapter_id=chapter.pk)
    with chapter_scope(chapter, actor):
        yield actor


@pytest.fixture
def elections(chapter):
    """The general elections of 2022 and 2024."""
    return [
        make_election(chapter, day, bit, kind="general", name=f"{day.year} General")
        for bit, day in enumerate((BEFORE_DAY, DAY))
    ]


@pytest.fixture
def town(chapter, by):
    """Makes blocks, each of a precinct, from (voted before, voted now, registered)."""
    made = {}

    def make(precinct, *blocks):
        for before, now, registered in blocks:
            block = make_block(precinct, number=Block_number(made, precinct), opened_on=CUT)
            door = make_household(make_building(chapter, 1000 + block.pk), precinct)
            save_edit(
                precinct=precinct, kind="cut", moves={door.pk: (None, block.pk)}, by=by, on=CUT, summary="Cut"
            )
            for person in range(registered):
                make_voter(door, f"N{person}", history=(person < before) | (person < now) << 1)
            yield block

    def Block_number(made, precinct):
        made[precinct.pk] = made.get(precinct.pk, 0) + 1
        return made[precinct.pk]

    return lambda precinct, *blocks: list(make(precinct, *blocks))


@pytest.fixture
def precinct(chapter):
    return make_precinct(chapter, "3-2")


@pytest.fixture
def organizer(chapter, client):
    member = make_organizer(chapter)
    client.force_login(member.user)
    return member


def url(name, chapter, **kwargs):
    return reverse(f"precincts:{name}", kwargs={"chapter_slug": chapter.slug, **kwargs})


def report_of(chapter, elections, **only):
    before, election = elections
    return get_report(chapter, election, before, on=today_in(chapter), **only)


def set_goal(precinct, percent, starts_on=CUT):
    TurnoutGoal.objects.create(
        chapter=precinct.chapter,
        precinct=precinct,
        kind="general",
        percent=Decimal(percent),
        starts_on=starts_on,
    )


# --- what is counted --------------------------------------------------------------------------------------


def test_covered_and_uncovered_blocks_stand_side_by_side_with_their_intervals(
    chapter, precinct, town, elections
):
    first, second, _third = town(precinct, (5, 8, 10), (4, 6, 10), (2, 3, 10))
    make_captain(first, make_member(chapter, "Ann"))
    make_captain(second, make_member(chapter, "Bob"), kind="backup")
    both = report_of(chapter, elections).comparison
    assert (both.covered.blocks, both.covered.now, both.covered.before) == (1, Tally(10, 8), Tally(10, 5))
    assert (both.uncovered.blocks, both.uncovered.now, both.uncovered.before) == (
        2,
        Tally(20, 9),
        Tally(20, 6),
    )
    assert (round(both.covered.interval.low, 3), round(both.covered.interval.high, 3)) == (0.490, 0.943)
    assert (round(both.points, 6), round(both.points_before, 6)) == (35.0, 20.0)
    assert (round(both.interval.low, 3), round(both.interval.high, 3)) == (-0.023, 0.589)
    assert both.interval.holds_zero
    assert both.is_small


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "is_covered"),
    [
        (DAY, DAY, True), (CUT, None, True), (DAY + timedelta(days=1), None, False),
        (CUT, DAY - timedelta(days=1), False),
    ],
)  # fmt: skip
def test_a_block_is_covered_by_whoever_was_its_captain_on_the_day(
    chapter, precinct, town, elections, starts_on, ends_on, is_covered
):
    (block,) = town(precinct, (0, 1, 2))
    left_since = make_member(chapter, "Ann", kind=MemberKind.FORMER)
    make_captain(block, left_since, starts_on=starts_on, ends_on=ends_on)
    report = report_of(chapter, elections)
    assert (report.comparison.covered.blocks == 1) is is_covered
    assert bool(report.blocks[block.pk].captain) is is_covered


def test_goals_are_those_of_the_day_and_a_goal_met_to_the_vote_is_reached(chapter, town, elections):
    met, missed, without = (make_precinct(chapter, code) for code in ("1", "2", "3"))
    for place in (met, missed, without):
        town(place, (1, 2, 3))
    set_goal(met, "66.6")
    set_goal(missed, "66.7")
    set_goal(without, "10", starts_on=DAY + timedelta(days=1))
    set_goal(met, "99", starts_on=DAY + timedelta(days=1))
    report = report_of(chapter, elections)
    assert [report.precincts[one.pk].has_reached for one in (met, missed, without)] == [True, False, None]
    assert report.goals == (1, 2)
    assert round(report.precincts[met.pk].change, 6) == round(100 / 3, 6)


def test_a_precinct_without_such_an_election_before_is_compared_with_nothing(
    chapter, town, precinct, elections
):
    town(precinct, (0, 2, 3))
    assert report_of(chapter, elections).precincts[precinct.pk].change is None


@pytest.mark.parametrize("count", [1, 3])
def test_the_report_takes_the_same_queries_whatever_its_size(
    chapter, town, elections, count, django_assert_num_queries
):
    for place in range(count):
        blocks = town(make_precinct(chapter, f"{place}"), *[(1, 2, 3)] * count)
        make_captain(blocks[0], make_member(chapter, "Ann"))
    with django_assert_num_queries(7):
        report = report_of(chapter, elections)
    assert len(report.blocks) == count**2


# --- pages ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    "name", ["votes_delivered", "votes_by_block", "votes_of_precinct", "block_votes", "votes"]
)
def test_each_page_takes_the_same_queries_for_one_and_three(
    client, chapter, organizer, town, elections, count, name, django_assert_num_queries
):
    precincts = [make_precinct(chapter, f"{place}") for place in range(count)]
    blocks = [town(place, *[(1, 2, 3)] * count)[0] for place in precincts]
    for block in blocks:
        make_captain(block, make_member(chapter, "Ann"))
    kwargs = {
        "votes_delivered": {"election_id": elections[1].pk}, "votes_by_block": {"election_id": elections[1].pk},
        "votes_of_precinct": {"election_id": elections[1].pk, "precinct_id": precincts[0].pk},
        "block_votes": {"block_id": blocks[0].pk}, "votes": {},
    }[name]  # fmt: skip
    client.get(url("votes", chapter))
    queries = {
        "votes_delivered": 20,
        "votes_by_block": 20,
        "votes_of_precinct": 21,
        "block_votes": 16,
        "votes": 12,
    }
    with django_assert_num_queries(queries[name]):
        assert client.get(url(name, chapter, **kwargs)).status_code == 200


def test_the_report_says_what_it_shows_and_what_it_does_not_prove(
    client, chapter, organizer, precinct, town, elections
):
    first, _second = town(precinct, (50, 80, 100), (50, 40, 100))
    make_captain(first, make_member(chapter, "Ann", last_name="Lee"))
    page = client.get(url("votes_delivered", chapter, election_id=elections[1].pk)).text
    assert "80.0 % voted, in blocks without one 40.0 %: 40.0 points more" in page.replace(
        "\N{NO-BREAK SPACE}", " "
    )
    assert "more than chance" in page
    assert "This does not prove that captains are the reason" in page
    assert "In 2022 General the same blocks voted alike." in page
    assert "One side is 1 block only" in page
    rows = client.get(url("votes_by_block", chapter, election_id=elections[1].pk), {"covered": "yes"})
    assert "Ann Lee" in rows.text
    assert rows.context["page"].total == 1


def test_an_election_before_the_first_cut_and_file_says_so(
    client, chapter, organizer, precinct, town, elections
):
    town(precinct, (1, 1, 2))
    old = make_election(chapter, date(2018, 11, 6), 5, kind="general", name="2018 General")
    make_import(chapter, obtained_on=date(2019, 6, 1))
    page = client.get(url("votes_delivered", chapter, election_id=old.pk)).text
    assert "The first blocks were cut on" in page
    assert "first voter file is of" in page
    assert "There were no blocks that day" in page


def test_another_election_can_be_compared_with_and_the_lists_keep_it(
    client, chapter, organizer, precinct, town, elections
):
    town(precinct, (1, 2, 3))
    older = make_election(chapter, date(2020, 11, 3), 2, kind="general", name="2020 General")
    address = url("votes_delivered", chapter, election_id=elections[1].pk)
    assert client.get(address).context["report"].compared == elections[0]
    answer = client.get(address, {"against": older.pk})
    assert answer.context["report"].compared == older
    assert f"against={older.pk}" in answer.text
    assert client.get(address, {"against": "x"}).context["report"].compared == elections[0]


def test_blocks_are_sorted_by_turnout_and_taken_out_as_csv(
    client, chapter, organizer, precinct, town, elections
):
    low, high, middle = town(precinct, (1, 1, 4), (1, 3, 4), (1, 2, 4))
    address = url("votes_by_block", chapter, election_id=elections[1].pk)
    shown = client.get(address, {"sort": "-turnout"}).context["page"].rows
    assert list(shown) == [high, middle, low]
    answer = client.get(address, {"format": "csv", "sort": "turnout"})
    lines = answer.getvalue().decode().splitlines()
    assert lines[0].startswith("Block,Precinct,Captain that day,Captain since,Registered,Voted,Turnout")
    assert [line.split(",")[4:7] for line in lines[1:]] == [
        ["4", "1", "25.0"],
        ["4", "2", "50.0"],
        ["4", "3", "75.0"],
    ]
    assert AuditEvent.objects.filter(verb="export.votes").count() == 1


def test_a_precinct_captain_sees_their_precinct_and_no_other(client, chapter, precinct, town, elections):
    other = make_precinct(chapter, "9-9")
    own, theirs = town(precinct, (1, 2, 3)), town(other, (1, 3, 3))
    captain = make_member(chapter, "Pat")
    PrecinctAssignment.objects.create(chapter=chapter, precinct=precinct, member=captain, starts_on=CUT)
    client.force_login(captain.user)
    election_id = elections[1].pk
    page = client.get(url("votes_delivered", chapter, election_id=election_id))
    assert page.context["report"].whole.now == Tally(3, 2)
    assert "9-9" not in page.text
    assert (
        list(client.get(url("votes_by_block", chapter, election_id=election_id)).context["page"].rows) == own
    )
    there = url("votes_of_precinct", chapter, election_id=election_id, precinct_id=other.pk)
    assert client.get(there).status_code == 404
    assert client.get(url("block_votes", chapter, block_id=theirs[0].pk)).status_code == 404


def test_a_block_captain_sees_how_their_own_block_voted(client, chapter, precinct, town, elections):
    own, other = town(precinct, (1, 2, 3), (1, 3, 3))
    captain = make_member(chapter, "Cal", last_name="Ross")
    make_captain(own, captain)
    client.force_login(captain.user)
    page = client.get(url("block_votes", chapter, block_id=own.pk)).text
    assert "(2 of 3 registered neighbours voted)" in page
    assert "Captain that day: Cal Ross" in page
    assert client.get(url("block_votes", chapter, block_id=other.pk)).status_code == 404
    assert client.get(url("votes", chapter)).status_code == 403


def test_while_voting_runs_the_report_counts_the_lists(client, chapter, organizer, precinct, town, elections):
    (block,) = town(precinct, (1, 2, 4))
    today = today_in(chapter)
    soon = make_election(chapter, today + timedelta(days=5), None, kind="general", name="Soon", labels=[])
    record = make_import(chapter, "returned", election=soon)
    voter = block.households.get().voters.first()
    Returned.objects.create(chapter=chapter, voter=voter, election=soon, voter_import=record)
    page = client.get(url("votes_delivered", chapter, election_id=soon.pk))
    assert page.context["report"].whole.now == Tally(4, 1)
    assert "The official history is not in yet" in page.text
    assert "The last list was imported" in page.text
    assert "ballots are coming back" in client.get(url("votes", chapter)).text


def test_without_any_election_the_page_says_what_to_do(client, chapter, organizer):
    page = client.get(url("votes", chapter)).text
    assert "No election counted yet" in page
    assert url("import_voters", chapter) in page


def test_an_election_of_another_chapter_or_without_votes_is_not_there(client, chapter, organizer):
    theirs = make_election(make_chapter("elsewhere"), DAY, 0)
    older = make_election(chapter, date(1990, 11, 6), None)
    for election in (theirs, older):
        assert client.get(url("votes_delivered", chapter, election_id=election.pk)).status_code == 404
