from __future__ import annotations

import random
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.actors import Actor
from core.tenancy import chapter_scope
from precincts.models import Block, Household, Returned, Voter, VoterChange
from precincts.selectors.turnout import Tally, by_block, by_precinct, count_turnout, total
from precincts.services.blocks import move_households
from precincts.services.cutting import cut_precinct
from precincts.services.edits import save_edit
from tests.factories import (
    make_block,
    make_building,
    make_chapter,
    make_election,
    make_household,
    make_import,
    make_precinct,
    make_voter,
)
from tests.precincts.test_imports import run
from tests.precincts.test_voterfile import NC_HEADER, nc_row

pytestmark = pytest.mark.django_db

CUT, ELECTION_DAY, LATER = date(2023, 2, 1), date(2024, 11, 5), date(2025, 6, 1)
GENERAL, PRIMARY = 1 << 0, 1 << 1


@pytest.fixture
def chapter():
    return make_chapter()


@pytest.fixture
def by(chapter):
    actor = Actor.system(chapter_id=chapter.pk)
    with chapter_scope(chapter, actor):
        yield actor


@pytest.fixture
def general(chapter):
    return make_election(chapter, ELECTION_DAY, 0, kind="general")


@pytest.fixture
def precinct(chapter):
    return make_precinct(chapter)


@pytest.fixture
def blocks(precinct, by):
    """Two blocks, of which doors 1 to 3 are in the first and 4 to 6 in the second since the cut."""
    first, second = (make_block(precinct, number=number, opened_on=CUT) for number in (1, 2))
    doors = [make_household(make_building(precinct.chapter, number), precinct) for number in range(1, 7)]
    moves = {door.pk: (None, first.pk if place < 3 else second.pk) for place, door in enumerate(doors)}
    save_edit(precinct=precinct, kind="cut", moves=moves, by=by, on=CUT, summary="Cut")
    return first, second


def doors_of(block):
    return list(Household.objects.filter(block=block).order_by("pk"))


def count(chapter, *elections, **only):
    return count_turnout(chapter, elections, **only)


def test_who_was_registered_and_voted_is_counted_by_block_and_precinct(chapter, precinct, blocks, general):
    first, second = blocks
    make_voter(doors_of(first)[0], history=GENERAL)
    make_voter(doors_of(first)[1], history=PRIMARY)
    make_voter(doors_of(second)[0], history=GENERAL | PRIMARY, registered_on=None)
    make_voter(doors_of(second)[1], history=GENERAL, registered_on=date(2024, 11, 6))
    make_voter(doors_of(second)[1], history=GENERAL, is_confidential=True)
    make_voter(doors_of(second)[1], history=GENERAL, status="removed")
    make_voter(make_household(make_building(chapter, 99), precinct))
    places = count(chapter, general)[general.pk]
    assert places == {
        (precinct.pk, first.pk): Tally(2, 1), (precinct.pk, second.pk): Tally(1, 1), (precinct.pk, None): Tally(1, 0),
    }  # fmt: skip
    assert by_precinct(places) == {precinct.pk: Tally(4, 2)}
    assert by_block(places) == {first.pk: Tally(2, 1), second.pk: Tally(1, 1)}


def test_somebody_without_a_door_is_counted_where_the_file_says(chapter, precinct, blocks, general):
    voter = make_voter(doors_of(blocks[0])[0], history=GENERAL)
    Voter.objects.filter(pk=voter.pk).update(household=None)
    assert count(chapter, general)[general.pk] == {(precinct.pk, None): Tally(1, 1)}
    assert count(chapter, general, precinct_ids=[precinct.pk])[general.pk] == {
        (precinct.pk, None): Tally(1, 1)
    }


def test_a_door_moved_since_counts_where_it_was_on_the_day(chapter, precinct, blocks, general, by):
    first, second = blocks
    door = doors_of(first)[0]
    make_voter(door, history=GENERAL)
    for to, on in ((second, LATER), (first, date(2025, 7, 1)), (second, date(2025, 8, 1))):
        move_households(precinct=precinct, household_ids=[door.pk], to_block=to, by=by, on=on)
    assert by_block(count(chapter, general)[general.pk]) == {first.pk: Tally(1, 1)}


def test_a_door_moved_on_the_day_itself_counts_where_it_went(chapter, precinct, blocks, general, by):
    first, second = blocks
    door = doors_of(first)[0]
    make_voter(door)
    move_households(precinct=precinct, household_ids=[door.pk], to_block=second, by=by, on=ELECTION_DAY)
    assert by_block(count(chapter, general)[general.pk]) == {second.pk: Tally(1, 0)}


def test_before_the_first_cut_nobody_was_in_a_block(chapter, precinct, general, by):
    for number in range(1, 9):
        make_voter(make_household(make_building(chapter, number), precinct), history=GENERAL)
    cut_precinct(precinct=precinct, by=by, on=LATER, blocks=2)
    assert count(chapter, general)[general.pk] == {(precinct.pk, None): Tally(8, 8)}
    later = make_election(chapter, LATER, 1)
    assert set(by_block(count(chapter, later)[later.pk])) == set(Block.objects.values_list("pk", flat=True))


# --- people whom later files changed ----------------------------------------------------------------------


@pytest.fixture
def town(chapter, tmp_path):
    """Imports a voter file of these rows, of a day, and gives what it says."""

    def take_in(rows, day):
        path = tmp_path / "voters.txt"
        path.write_text(NC_HEADER + "".join(nc_row(**row) for row in rows))
        return run("import_voters", path, chapter, "--obtained", day.isoformat(), "--yes")

    return take_in


def vote(*ncids):
    Voter.objects.filter(state_voter_id__in=ncids).update(history=GENERAL)


def test_moved_gone_removed_and_registered_anew_since_count_as_they_were(chapter, town, general, by):
    def row(ncid, address="1 MAIN ST", precinct="01", **said):
        return {"ncid": ncid, "address": address, "precinct": precinct, "registered": "01/27/2020", **said}

    people = [row("AA1"), row("AA2"), row("AA3"), row("AA4"), row("AA5", "9 ELM ST", "02"), row("AA6")]
    town(people, date(2024, 10, 1))
    vote("AA1", "AA2", "AA3", "AA4", "AA5")
    before = count(chapter, general)[general.pk]
    assert sorted(by_precinct(before).values(), key=str) == [Tally(1, 1), Tally(5, 4)]
    town(
        [
            row("AA1", "9 ELM ST", "02"), row("AA3", status="R"), row("AA4", registered="02/01/2025"),
            row("AA5", "1 MAIN ST", "01"), row("AA6"),
        ],
        LATER,
    )  # fmt: skip
    assert sorted(VoterChange.objects.values_list("kind", flat=True)) == [
        "changed", "changed", "gone", "moved", "moved",
    ]  # fmt: skip
    assert count(chapter, general)[general.pk] == before
    town([row("AA1", "4 OAK ST", "03"), row("AA2"), row("AA4", registered="03/01/2025")], date(2025, 9, 1))
    assert count(chapter, general)[general.pk] == before
    later = make_election(chapter, date(2025, 9, 2), 5)
    assert total(count(chapter, later)[later.pk].values()) == Tally(3, 0)


def test_whoever_a_later_file_brings_counts_if_registered_on_the_day(chapter, town, general):
    town([{"ncid": "AA1"}], date(2024, 10, 1))
    town(
        [{"ncid": "AA1"}, {"ncid": "AA2", "registered": "10/20/2024"}, {"ncid": "AA3", "registered": "12/20/2024"}],
        LATER,
    )  # fmt: skip
    vote("AA2", "AA3")
    assert total(count(chapter, general)[general.pk].values()) == Tally(2, 1)


def test_whoever_was_missing_from_the_file_of_the_day_is_not_counted_when_back(chapter, town, general):
    both = [{"ncid": "AA1"}, {"ncid": "AA2"}]
    town(both, date(2024, 1, 1))
    town(both[:1], date(2024, 10, 1))
    town(both, LATER)
    assert total(count(chapter, general)[general.pk].values()) == Tally(1, 0)


def test_however_files_and_moves_change_it_later_an_election_stays_as_it_was(chapter, town, general, by):
    dice = random.Random(7)
    streets = {"1 MAIN ST": "01", "2 MAIN ST": "01", "3 MAIN ST": "01", "9 ELM ST": "02", "8 ELM ST": "02"}

    def anybody(number):
        address = dice.choice(list(streets))
        return {
            "ncid": f"AA{number}", "address": address, "precinct": streets[address],
            "status": dice.choice("AAAIRD"), "registered": dice.choice(["01/27/2020", "03/03/2021"]),
        }  # fmt: skip

    people = {number: anybody(number) for number in range(60)}
    town(people.values(), date(2024, 10, 1))
    vote(*(f"AA{number}" for number in range(0, 60, 3)))
    for precinct in {door.precinct for door in Household.objects.select_related("precinct")}:
        cut_precinct(precinct=precinct, by=by, on=CUT, blocks=2)
    before = count(chapter, general)[general.pk]
    assert len(by_block(before)) == 4
    for day in (date(2025, 1, 1), date(2025, 4, 1), date(2025, 8, 1)):
        for number in dice.sample(sorted(people), 25):
            people[number] = anybody(number)
        people.pop(dice.choice(sorted(people)))
        town(people.values(), day)
        block = dice.choice(list(Block.objects.open()))
        others = Household.objects.filter(precinct=block.precinct).exclude(block=block)
        if ids := list(others.values_list("pk", flat=True))[:2]:
            move_households(precinct=block.precinct, household_ids=ids, to_block=block, by=by, on=day)
        assert count(chapter, general)[general.pk] == before
    precincts = set(by_precinct(before)) - {None}
    for precinct_id in precincts:
        only = {place: tally for place, tally in before.items() if place[0] == precinct_id}
        assert count(chapter, general, precinct_ids=[precinct_id])[general.pk] == only


# --- while voting runs ------------------------------------------------------------------------------------


def test_before_its_history_an_election_counts_accepted_returned_ballots(chapter, precinct, blocks):
    soon = make_election(chapter, date(2026, 12, 1), None, labels=[])
    listed = make_import(chapter, "returned")
    for accepted in (True, False):
        voter = make_voter(doors_of(blocks[0])[0])
        Returned.objects.create(
            chapter=chapter, voter=voter, election=soon, voter_import=listed, is_accepted=accepted
        )
    assert count(chapter, soon)[soon.pk] == {(precinct.pk, blocks[0].pk): Tally(2, 1)}
    soon.labels, soon.bit = ["12/01/2026"], 0
    assert count(chapter, soon)[soon.pk] == {(precinct.pk, blocks[0].pk): Tally(2, 0)}


def test_two_chapters_do_not_count_each_others_neighbours(chapter, precinct, blocks, general):
    other = make_chapter("elsewhere")
    theirs = make_precinct(other, "9-9")
    make_voter(make_household(make_building(other, 1), theirs), history=GENERAL)
    make_voter(doors_of(blocks[0])[0])
    assert total(count(chapter, general)[general.pk].values()) == Tally(1, 0)
    theirs_too = make_election(other, ELECTION_DAY, 0, kind="general")
    assert total(count(other, theirs_too)[theirs_too.pk].values()) == Tally(1, 1)


@pytest.mark.parametrize("elections", [1, 3])
@pytest.mark.parametrize("people", [1, 3])
def test_it_takes_three_queries_however_many(chapter, precinct, blocks, elections, people):
    held = [make_election(chapter, date(2020 + n, 11, 3), n) for n in range(elections)]
    for door in doors_of(blocks[0])[:people]:
        make_voter(door)
    with CaptureQueriesContext(connection) as queries:
        assert all(total(some.values()).registered == people for some in count(chapter, *held).values())
    assert len(queries) == 3


def test_without_elections_or_precincts_there_is_nothing_to_count(chapter, general):
    assert count_turnout(chapter, []) == {}
    assert count(chapter, general, precinct_ids=[]) == {general.pk: {}}
