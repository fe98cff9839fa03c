from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command

from core.actors import Actor
from core.words import say
from precincts.enums import BlockEditKind, CaptaincyKind
from precincts.models import Block, BlockAssignment, BlockEdit, BlockMove, Household, Precinct
from precincts.services.blocks import CaptainsSinceCut, NothingToUndo, undo_last_edit
from precincts.services.cut_plans import NothingToCut, TooManyBlocks, UnclearWish, plan_cut
from precincts.services.cutting import cut_precinct, cut_precincts
from precincts.services.edits import PrecinctChangedMeanwhile, unit_order
from tests.factories import (
    LONG_AGO,
    make_building,
    make_captain,
    make_chapter,
    make_household,
    make_member,
    make_precinct,
    make_street,
    make_voter,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 2)


@pytest.fixture
def chapter():
    return make_chapter()


@pytest.fixture
def precinct(chapter):
    return make_precinct(chapter)


@pytest.fixture
def system(chapter):
    return Actor.system(chapter_id=chapter.pk)


def cut(precinct: Precinct, on: date = TODAY, **wish):
    return cut_precinct(precinct=precinct, by=Actor.system(precinct.chapter_id), on=on, **wish)


def doors_by_block(precinct: Precinct) -> dict[int | None, list[str]]:
    found: dict[int | None, list[str]] = {}
    rows = Household.objects.filter(precinct=precinct).select_related("block", "building").order_by("pk")
    for door in rows:
        found.setdefault(door.block.number if door.block else None, []).append(door.building.number)
    return found


def test_a_precinct_is_cut_into_equal_blocks_of_listed_voters(precinct):
    make_street(precinct, houses=12, voters_each=2)

    report = cut(precinct, blocks=3)

    assert report.as_json() == {"code": "3-2", "voters": 24, "blocks": 3, "sizes": [8, 8, 8], "list_only": 0}
    assert sorted(len(doors) for doors in doors_by_block(precinct).values()) == [4, 4, 4]


def test_people_who_are_not_listed_do_not_weigh(precinct):
    doors = make_street(precinct, houses=8, voters_each=1)
    for _number in range(20):
        make_voter(doors[0], is_confidential=True)
        make_voter(doors[0], gone_on=TODAY)
        make_voter(doors[0], status="removed")

    report = cut(precinct, blocks=2)

    assert (report.voters, report.sizes) == (8, [4, 4])


def test_a_building_keeps_all_its_doors_in_one_block(precinct):
    make_street(precinct, houses=10, voters_each=1)
    tower = make_building(precinct.chapter, 11)
    for unit in range(1, 31):
        make_voter(make_household(tower, precinct, str(unit)))

    cut(precinct, voters_per_block=10)

    assert Household.objects.filter(building=tower).values("block").distinct().count() == 1


def test_a_building_across_two_precincts_is_cut_in_each(precinct):
    other = make_precinct(precinct.chapter, "3-3")
    make_street(precinct, houses=4)
    shared = make_building(precinct.chapter, 5)
    here, there = make_household(shared, precinct, "1"), make_household(shared, other, "2")
    make_voter(here)
    make_voter(there)

    cut(precinct, blocks=1)

    here.refresh_from_db()
    there.refresh_from_db()
    assert here.block is not None
    assert there.block is None


def test_every_door_has_its_own_place_in_the_walk(precinct):
    make_street(precinct, houses=9, voters_each=1)
    tower = make_building(precinct.chapter, 10)
    for unit in ("10", "2", "1"):
        make_voter(make_household(tower, precinct, unit))

    cut(precinct, blocks=2)

    for block in Block.objects.all():
        places = sorted(block.households.values_list("walk_position", flat=True))
        assert places == list(range(1, len(places) + 1))
    in_tower = Household.objects.filter(building=tower).order_by("walk_position")
    assert list(in_tower.values_list("unit", flat=True)) == ["1", "2", "10"]


def test_units_are_ordered_as_people_count():
    assert sorted(["10", "2", "A", "2B", "2A", ""], key=unit_order) == ["", "2", "2A", "2B", "10", "A"]


def test_a_door_without_coordinates_goes_with_its_street_and_is_flagged(precinct):
    make_street(precinct, houses=8)
    nowhere = make_household(make_building(precinct.chapter, 9, lon=None, lat=None), precinct)
    make_voter(nowhere)
    beside = Household.objects.get(building__number="7")

    cut(precinct, blocks=2)

    nowhere.refresh_from_db()
    beside.refresh_from_db()
    assert nowhere.block == beside.block
    assert (nowhere.placed_by_street, beside.placed_by_street) == (True, False)


def test_a_door_without_coordinates_or_street_is_list_only_and_named(precinct):
    make_street(precinct, houses=8)
    nowhere = make_household(make_building(precinct.chapter, 1, "Rural Route", lon=None, lat=None), precinct)
    make_voter(nowhere)

    report = cut(precinct, blocks=2)

    nowhere.refresh_from_db()
    assert nowhere.block is None
    assert (report.voters, sum(report.sizes), report.list_only) == (17, 16, 1)
    assert BlockEdit.objects.get().report["list_only"] == ["1 Rural Route"]


def test_the_same_cut_twice_changes_nothing(precinct):
    make_street(precinct, houses=20)
    cut(precinct, voters_per_block=10)
    before = list(Household.objects.order_by("pk").values_list("pk", "block_id", "walk_position"))

    again = cut(precinct, voters_per_block=10)

    assert list(Household.objects.order_by("pk").values_list("pk", "block_id", "walk_position")) == before
    assert again.edit_id is None
    assert BlockEdit.objects.count() == 1


def test_a_new_cut_carries_blocks_on_with_their_captains_and_closes_the_rest(precinct):
    make_street(precinct, houses=24)
    cut(precinct, on=LONG_AGO, blocks=4)
    captains = {block.pk: make_captain(block, make_member(precinct.chapter)) for block in Block.objects.all()}
    before = {block.pk: set(block.households.values_list("pk", flat=True)) for block in Block.objects.all()}

    report = cut(precinct, blocks=3)

    kept = list(Block.objects.open())
    closed = Block.objects.get(closed_on__isnull=False)
    assert report.blocks == len(kept) == 3
    assert closed.closed_on == TODAY
    for block in kept:
        now = set(block.households.values_list("pk", flat=True))
        assert max(before, key=lambda pk: len(before[pk] & now)) == block.pk
        captains[block.pk].refresh_from_db()
        assert captains[block.pk].ends_on is None
    captains[closed.pk].refresh_from_db()
    assert captains[closed.pk].ends_on == TODAY


def test_more_blocks_keep_the_old_numbers_and_fill_the_gaps(precinct):
    make_street(precinct, houses=24)
    cut(precinct, blocks=2)

    cut(precinct, blocks=4)

    assert list(Block.objects.open().order_by("number").values_list("number", flat=True)) == [1, 2, 3, 4]
    assert Block.objects.filter(closed_on__isnull=False).count() == 0


def test_every_move_of_a_cut_is_on_record_with_its_day(precinct):
    make_street(precinct, houses=6)

    cut(precinct, blocks=2)

    edit = BlockEdit.objects.get()
    assert edit.kind == BlockEditKind.CUT
    assert {(m.household_id, m.from_block_id, m.to_block_id, m.on) for m in BlockMove.objects.all()} == {
        (door.pk, None, door.block_id, TODAY) for door in Household.objects.all()
    }


def test_a_plan_says_who_keeps_what_and_saves_nothing(precinct):
    make_street(precinct, houses=24)
    cut(precinct, blocks=4)

    plan = plan_cut(precinct, blocks=3)

    assert [block.voters for block in plan.blocks] == [16, 16, 16]
    assert sum(block.staying for block in plan.blocks) + plan.moving == 48
    assert len(plan.closing) == 1
    assert Block.objects.open().count() == 4
    assert BlockEdit.objects.count() == 1


def test_undoing_a_new_cut_brings_blocks_doors_and_captains_back(precinct, system):
    make_street(precinct, houses=24)
    cut(precinct, blocks=4)
    for block in Block.objects.all():
        make_captain(block, make_member(precinct.chapter), ends_on=TODAY + timedelta(days=400))
    before = dict(Household.objects.values_list("pk", "block_id"))
    cut(precinct, blocks=3)

    undo_last_edit(precinct=precinct, by=system, on=TODAY)

    assert dict(Household.objects.values_list("pk", "block_id")) == before
    assert Block.objects.open().count() == 4
    assert set(BlockAssignment.objects.values_list("ends_on", flat=True)) == {TODAY + timedelta(days=400)}
    undo_last_edit(precinct=precinct, by=system, on=TODAY + timedelta(days=401))
    assert Block.objects.open().count() == 0
    with pytest.raises(NothingToUndo):
        undo_last_edit(precinct=precinct, by=system, on=TODAY)


def test_a_cut_is_not_undone_from_under_its_captains(precinct, system):
    make_street(precinct, houses=8)
    cut(precinct, blocks=2)
    make_captain(Block.objects.get(number=1), make_member(precinct.chapter), TODAY, kind=CaptaincyKind.BACKUP)

    with pytest.raises(CaptainsSinceCut):
        undo_last_edit(precinct=precinct, by=system, on=TODAY)

    assert Block.objects.open().count() == 2


def test_a_cut_planned_on_an_older_page_is_refused(precinct):
    make_street(precinct, houses=8)
    cut(precinct, blocks=2, version=0)

    with pytest.raises(PrecinctChangedMeanwhile):
        cut(precinct, blocks=4, version=0)

    assert Block.objects.open().count() == 2


@pytest.mark.parametrize(
    "wish", [{}, {"blocks": 2, "voters_per_block": 10}, {"blocks": 0}, {"voters_per_block": -1}]
)
def test_the_wish_is_one_number_above_zero(precinct, wish):
    make_street(precinct, houses=4)

    with pytest.raises(UnclearWish):
        cut(precinct, **wish)


def test_more_blocks_than_buildings_are_refused(precinct):
    make_street(precinct, houses=3)

    with pytest.raises(TooManyBlocks) as refusal:
        cut(precinct, blocks=4)

    assert "3 buildings" in refusal.value.message


def test_a_precinct_without_listed_voters_is_refused(precinct):
    make_voter(make_household(make_building(precinct.chapter, 1), precinct), is_confidential=True)

    with pytest.raises(NothingToCut):
        cut(precinct, blocks=1)


def test_all_precincts_are_cut_and_empty_ones_left_alone(precinct, system):
    tiny, empty = make_precinct(precinct.chapter, "3-3"), make_precinct(precinct.chapter, "3-4")
    make_street(precinct, houses=8)
    make_street(tiny, houses=2, street="Short Street")
    seen = []

    reports = cut_precincts(
        precincts=[precinct, tiny, empty], by=system, on=TODAY, blocks=4,
        progress=lambda done, total, message: seen.append((done, total, say(message))),
    )  # fmt: skip

    assert [(r.code, r.blocks, r.sizes) for r in reports] == [
        ("3-2", 4, [4, 4, 4, 4]), ("3-3", 2, [2, 2]), ("3-4", 0, []),
    ]  # fmt: skip
    assert seen == [(0, 3, "Precinct 3-2"), (1, 3, "Precinct 3-3"), (2, 3, "Precinct 3-4"), (3, 3, "")]


def test_no_listed_voter_anywhere_is_an_error(precinct, system):
    with pytest.raises(NothingToCut):
        cut_precincts(precincts=[precinct], by=system, on=TODAY, blocks=4)


@pytest.mark.parametrize("houses", [5, 300])
def test_a_cut_takes_the_same_queries_whatever_the_size(precinct, django_assert_num_queries, houses):
    make_street(precinct, houses=houses, voters_each=1)

    with django_assert_num_queries(18):
        cut(precinct, blocks=5)


def test_a_first_cut_may_count_since_an_earlier_day_and_a_second_one_may_not():
    chapter = make_chapter()
    make_street(make_precinct(chapter), houses=8)
    command = ("cut_blocks", "--chapter", chapter.slug, "--all", "--blocks", "2", "--json")
    with pytest.raises(CommandError, match="Blocks cannot count since a day ahead"):
        call_command(*command, "--on", "2999-01-01")
    with pytest.raises(CommandError, match="is no date"):
        call_command(*command, "--on", "yesterday")
    assert not Block.objects.exists()
    call_command(*command, "--on", "2022-02-01")
    assert set(Block.objects.values_list("opened_on", flat=True)) == {date(2022, 2, 1)}
    assert set(BlockMove.objects.values_list("on", flat=True)) == {date(2022, 2, 1)}
    with pytest.raises(CommandError, match="were cut before"):
        call_command(*command, "--on", "2023-02-01")
