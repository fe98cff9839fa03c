"""The figures kept of precincts and blocks are those that counting the neighbours would give, whatever was done."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.core.management import call_command
from django.db.models import Count, Q
from django.utils import timezone

from core.actors import Actor
from precincts.enums import FactSource
from precincts.models import AreaFigures, Block, Household, Precinct, Voter
from precincts.services.blocks import move_households, undo_last_edit
from precincts.services.cutting import cut_precinct
from precincts.services.facts import record_fact
from precincts.services.figures import recount
from precincts.services.matches import merge_people, undo_decision
from precincts.services.neighbours import add_neighbour, remove_neighbour
from precincts.services.splits import split_block
from tests.factories import LONG_AGO, make_chapter, make_precinct, make_street
from tests.precincts.test_imports import run
from tests.precincts.test_voterfile import NC_HEADER, nc_row
from tests.town import tiny_town

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def chapter():
    return make_chapter()


@pytest.fixture
def precinct(chapter):
    precinct = make_precinct(chapter)
    make_street(precinct, houses=12)
    cut_precinct(precinct=precinct, by=Actor.system(chapter.pk), on=LONG_AGO, blocks=3)
    return precinct


@pytest.fixture
def by(chapter):
    return Actor.system(chapter.pk)


def kept():
    rows = AreaFigures.objects.filter(voters__gt=0)
    return set(rows.values_list("precinct_id", "block_id", "voters", "doors", "unplaced"))


def counted():
    """The same, by asking every door."""
    listed = Q(voters__is_listed=True)
    doors = (
        Household.objects.filter(precinct__isnull=False)
        .annotate(people=Count("voters", filter=listed))
        .filter(people__gt=0)
    )
    found = {}
    for door in doors.select_related("building"):
        voters, homes, unplaced = found.get((door.precinct_id, door.block_id), (0, 0, 0))
        found[door.precinct_id, door.block_id] = (
            voters + door.people, homes + 1, unplaced + (door.building.lon is None)
        )  # fmt: skip
    for voter in Voter.objects.listed().filter(household=None, precinct__isnull=False):
        voters, homes, unplaced = found.get((voter.precinct_id, None), (0, 0, 0))
        found[voter.precinct_id, None] = (voters + 1, homes, unplaced)
    return {(*where, *figures) for where, figures in found.items()}


def test_a_cut_a_move_a_split_and_their_undo_are_counted(precinct, by):
    assert len(kept()) == 3
    assert kept() == counted()
    first, second = Block.objects.order_by("number")[:2]
    moved = list(first.households.values_list("pk", flat=True)[:2])
    move_households(precinct=precinct, household_ids=moved, to_block=second, by=by, on=TODAY)
    assert kept() == counted()
    undo_last_edit(precinct=precinct, by=by, on=TODAY)
    assert kept() == counted()
    split_block(block=second, by=by, on=TODAY)
    assert len(kept()) == 4
    assert kept() == counted()


def test_a_neighbour_added_merged_and_removed_is_counted(precinct, by):
    door = precinct.households.first()
    before = kept()
    added = add_neighbour(household=door, first_name="Ada", last_name="Added", by=by, at=NOON)
    assert kept() == counted() != before
    decision = merge_people(added=added, registered=door.voters.exclude(pk=added.pk).first(), by=by, at=NOON)
    assert kept() == counted() == before
    undo_decision(decision=decision, by=by, at=NOON)
    assert kept() == counted() != before
    remove_neighbour(voter=added, by=by, on=TODAY)
    assert kept() == counted() == before


def test_files_are_counted_as_they_come(chapter):
    town = tiny_town()
    files = {"import_voters": (town.voters, town.voters_later), "import_addresses": (town.addresses,)}
    for command, paths in files.items():
        for path in paths:
            call_command(command, str(path), "--chapter", chapter.slug, "--yes", "--json")
            assert kept() == counted()
            assert sum(voters for *_where, voters, _doors, _unplaced in kept()) > 250


def test_a_door_leaves_its_block_when_whoever_stays_behind_it_is_of_another_precinct(tmp_path):
    chapter = make_chapter(state="NC")
    here, there = {"address": "1 MAIN ST"}, {"address": "3 MAIN ST"}
    leaves, stays = nc_row(ncid="AA1", **here), nc_row(ncid="AA2", precinct="02", **here)
    others = nc_row(ncid="AA3", **there) + nc_row(ncid="AA4", precinct="02", address="9 HILL ST")
    path = tmp_path / "voters.txt"
    path.write_text(NC_HEADER + leaves + stays + others)
    run("import_voters", path, chapter, "--yes")
    first = Precinct.objects.get(code="01")
    cut_precinct(precinct=first, by=Actor.system(chapter.pk), on=LONG_AGO, blocks=1)
    door = Household.objects.get(voters__state_voter_id="AA1")
    assert door.block is not None
    path.write_text(NC_HEADER + stays + others)
    run("import_voters", path, chapter, "--yes")
    door.refresh_from_db()
    assert (door.precinct.code, door.block) == ("02", None)
    assert kept() == counted()


def test_a_door_that_still_stands_in_another_precincts_block_counts_in_none(precinct, by):
    door = Household.objects.filter(block__isnull=False, voters__is_listed=True).first()
    other = make_precinct(precinct.chapter, "9-9")
    Household.objects.filter(pk=door.pk).update(precinct=other)
    recount(chapter_id=precinct.chapter_id)
    figures = AreaFigures.objects.get(precinct=other)
    assert (figures.block, figures.doors, figures.voters) == (None, 1, door.voters.listed().count())
    assert not AreaFigures.objects.exclude(block=None).exclude(block__precinct=precinct).exists()


def test_the_last_news_of_a_block_are_the_newest_that_were_learned(precinct, by):
    voter = Voter.objects.filter(household__block__number=2).first()
    figures = AreaFigures.objects.get(block__number=2)
    assert figures.last_news is None
    earlier = NOON.replace(month=1)
    for at in (NOON, earlier):
        record_fact(voter=voter, kind="note", text="Met.", source=FactSource.CAPTAIN, by=by, at=at)
    figures.refresh_from_db()
    assert figures.last_news == NOON
    recount(chapter_id=precinct.chapter_id)
    assert AreaFigures.objects.get(block__number=2).last_news == NOON
    assert set(AreaFigures.objects.exclude(block__number=2).values_list("last_news")) == {(None,)}


def test_what_a_file_brought_is_no_news_of_the_captain(precinct, by):
    voter = Voter.objects.filter(household__block__number=1).first()
    record_fact(
        voter=voter, kind="note", text="From a list.", source=FactSource.IMPORT, by=by, at=timezone.now()
    )
    assert AreaFigures.objects.get(block__number=1).last_news is None
    recount(chapter_id=precinct.chapter_id, precinct_ids=[precinct.pk])
    assert AreaFigures.objects.get(block__number=1).last_news is None
