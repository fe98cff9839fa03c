from __future__ import annotations

import random
from datetime import date

import pytest
from django.db.models import F
from django.urls import reverse
from django.utils import translation

from chapters.models import AuditEvent, Job
from core.actors import Actor
from core.errors import DomainError
from precincts.models import Block, BlockEdit, BlockMove, Household
from precincts.services.blocks import (
    BlockClosed,
    NothingToMove,
    NothingToUndo,
    move_households,
    rename_block,
    undo_last_edit,
)
from precincts.services.cutting import cut_precinct
from precincts.services.edits import PrecinctChangedMeanwhile
from precincts.services.places import place_new_households
from tests.factories import (
    actor_of,
    make_block,
    make_building,
    make_captain,
    make_chapter,
    make_household,
    make_organizer,
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
def olive(chapter):
    return make_organizer(chapter)


@pytest.fixture
def precinct(chapter):
    """Twenty-four houses with two voters each, in four blocks of twelve voters."""
    precinct = make_precinct(chapter)
    make_street(precinct, houses=24)
    cut_precinct(precinct=precinct, by=Actor.system(chapter.pk), on=date(2026, 1, 5), blocks=4)
    return precinct


def sizes(precinct) -> dict[int, int]:
    return {b.number: b.households.count() for b in Block.objects.open().filter(precinct=precinct)}


def move(precinct, doors, to_number, olive, **kwargs):
    return move_households(
        precinct=precinct,
        household_ids=[door.pk for door in doors],
        to_block=Block.objects.get(precinct=precinct, number=to_number, closed_on=None),
        by=actor_of(olive),
        on=TODAY,
        **kwargs,
    )


def test_doors_move_to_another_block_and_the_walks_follow(precinct, olive):
    doors = list(Household.objects.filter(block__number=1)[:2])

    edit = move(precinct, doors, 2, olive)

    assert sizes(precinct) == {1: 4, 2: 8, 3: 6, 4: 6}
    assert edit.summary == "Moved 2 doors to block 2"
    for number, size in ((1, 4), (2, 8)):
        places = Household.objects.filter(block__number=number).values_list("walk_position", flat=True)
        assert sorted(places) == list(range(1, size + 1))
    rows = BlockMove.objects.filter(edit=edit).values_list("from_block__number", "to_block__number", "on")
    assert set(rows) == {(1, 2, TODAY)}
    assert AuditEvent.objects.get(verb="precincts.doors_moved").rows == 2


def test_what_was_changed_is_read_in_the_readers_language(precinct, olive):
    with translation.override("es"):
        moved = move(precinct, list(Household.objects.filter(block__number=1)[:2]), 2, olive)
        undone = undo_last_edit(precinct=precinct, by=actor_of(olive), on=TODAY)
        spanish = [moved.summary, undone.summary]
    english = ["Moved 2 doors to block 2", "Undone: Moved 2 doors to block 2"]
    assert [moved.summary, undone.summary] == english
    assert not set(spanish) & set(english)
    assert spanish[1].endswith(spanish[0])
    cut = BlockEdit.objects.get(kind="cut")
    assert (cut.summaries["en"], cut.summaries["es"] != cut.summaries["en"]) == ("Cut into 4 blocks", True)


def test_doors_of_another_precinct_do_not_move(precinct, olive, chapter):
    outside = make_street(make_precinct(chapter, "3-3"), houses=1, street="Far Street")

    with pytest.raises(NothingToMove):
        move(precinct, outside, 2, olive)

    assert outside[0].block is None


def test_doors_that_are_there_already_are_not_moved_again(precinct, olive):
    with pytest.raises(NothingToMove):
        move(precinct, Household.objects.filter(block__number=2), 2, olive)

    assert BlockEdit.objects.count() == 1


def test_a_closed_block_takes_no_doors(precinct, olive):
    closed = make_block(precinct, number=9, closed_on=TODAY)

    with pytest.raises(BlockClosed):
        move_households(
            precinct=precinct, household_ids=[Household.objects.first().pk], to_block=closed,
            by=actor_of(olive), on=TODAY,
        )  # fmt: skip


def test_two_organizers_do_not_overwrite_each_other(precinct, olive):
    version = BlockEdit.objects.get().pk
    doors = list(Household.objects.filter(block__number=1))
    move(precinct, doors[:1], 2, olive, version=version)

    with pytest.raises(PrecinctChangedMeanwhile) as refusal:
        move(precinct, doors[1:2], 3, olive, version=version)

    assert (
        refusal.value.hint
        == "Load the page again, look at the change, and repeat yours if it is still wanted."
    )
    assert sizes(precinct) == {1: 5, 2: 7, 3: 6, 4: 6}


def test_undo_takes_the_last_edit_back_whole_and_then_the_one_before(precinct, olive):
    before = dict(Household.objects.values_list("pk", "block_id"))
    walk = dict(Household.objects.values_list("pk", "walk_position"))
    doors = list(Household.objects.filter(block__number=1))
    move(precinct, doors[:3], 2, olive)
    between = dict(Household.objects.values_list("pk", "block_id"))
    move(precinct, doors[:3], 3, olive)

    undo_last_edit(precinct=precinct, by=actor_of(olive), on=TODAY)
    assert dict(Household.objects.values_list("pk", "block_id")) == between
    undo_last_edit(precinct=precinct, by=actor_of(olive), on=TODAY)

    assert dict(Household.objects.values_list("pk", "block_id")) == before
    assert dict(Household.objects.values_list("pk", "walk_position")) == walk


def test_undo_leaves_doors_that_went_to_another_precinct_alone(precinct, olive, chapter):
    doors = list(Household.objects.filter(block__number=1))
    move(precinct, doors[:2], 2, olive)
    Household.objects.filter(pk=doors[0].pk).update(precinct=make_precinct(chapter, "3-3"))

    undo = undo_last_edit(precinct=precinct, by=actor_of(olive), on=TODAY)

    assert undo.report["skipped"] == 1
    assert sizes(precinct)[1] == 5


def test_undo_of_a_placing_leaves_a_door_of_another_precinct_in_no_block_and_names_it(
    precinct, olive, chapter
):
    other = make_precinct(chapter, "3-3")
    make_street(other, houses=4, street="Far Street")
    cut_precinct(precinct=other, by=actor_of(olive), on=TODAY, blocks=1)
    door = Household.objects.filter(precinct=precinct).first()
    Household.objects.filter(pk=door.pk).update(precinct=other)
    place_new_households(precinct_ids=[other.pk], by=actor_of(olive), on=TODAY)

    undo = undo_last_edit(precinct=other, by=actor_of(olive), on=TODAY)

    door.refresh_from_db()
    assert door.block is None
    assert undo.report == {"skipped": 0, "list_only": [str(door)]}


def test_undo_of_a_placing_does_not_bring_doors_back_into_a_closed_block(precinct, olive, chapter):
    closed = make_block(precinct, 9, closed_on=TODAY)
    door = make_household(make_building(chapter, 25), precinct, block=closed)
    place_new_households(precinct_ids=[precinct.pk], by=actor_of(olive), on=TODAY)

    undo_last_edit(precinct=precinct, by=actor_of(olive), on=TODAY)

    door.refresh_from_db()
    assert door.block is None


def test_undo_of_a_cut_leaves_no_door_of_another_precinct_in_its_closed_blocks(precinct, olive, chapter):
    door = Household.objects.filter(precinct=precinct).first()
    Household.objects.filter(pk=door.pk).update(precinct=make_precinct(chapter, "3-3"))

    undo_last_edit(precinct=precinct, by=actor_of(olive), on=TODAY)

    assert not Household.objects.filter(block__closed_on__isnull=False).exists()


@pytest.mark.parametrize("seed", range(6))
def test_no_door_ever_stands_in_a_closed_block_or_one_of_another_precinct(precinct, olive, chapter, seed):
    chance = random.Random(seed)
    other = make_precinct(chapter, "3-3")
    make_street(other, houses=6, street="Far Street")
    both, by = [precinct, other], actor_of(olive)
    doors = list(Household.objects.all())
    for _step in range(12):
        where = chance.choice(both)
        some = [door.pk for door in chance.sample(doors, 3)]
        deed = chance.choice(["cut", "move", "undo", "undo", "import"])
        try:
            if deed == "cut":
                cut_precinct(precinct=where, by=by, on=TODAY, blocks=chance.randint(1, 4))
            elif deed == "move":
                to_block = chance.choice(
                    list(Block.objects.filter(precinct=where)) or [make_block(where, 50)]
                )
                move_households(precinct=where, household_ids=some, to_block=to_block, by=by, on=TODAY)
            elif deed == "undo":
                undo_last_edit(precinct=where, by=by, on=TODAY)
            else:
                Household.objects.filter(pk__in=some).update(precinct=where)
                place_new_households(precinct_ids=[precinct.pk, other.pk], by=by, on=TODAY)
        except DomainError:
            continue
        astray = Household.objects.filter(block__isnull=False).exclude(
            block__precinct=F("precinct"), block__closed_on__isnull=True
        )
        assert not astray.exists(), deed


def test_a_precinct_without_edits_has_nothing_to_undo(chapter, olive):
    with pytest.raises(NothingToUndo):
        undo_last_edit(precinct=make_precinct(chapter, "3-3"), by=actor_of(olive), on=TODAY)


def test_a_block_gets_a_name_beside_its_number(precinct, olive):
    block = Block.objects.get(number=3)

    rename_block(block=block, name="  Mill   Street ", by=actor_of(olive))

    block.refresh_from_db()
    assert (block.number, str(block)) == (3, "Mill Street")


def test_a_new_building_joins_its_nearest_neighbour_on_the_same_side_and_is_flagged(precinct, olive):
    beside = Household.objects.get(building__number="9")
    new = make_household(make_building(precinct.chapter, "9A", lon=None, lat=None), precinct)
    make_voter(new)

    report = place_new_households(precinct_ids=[precinct.pk], by=actor_of(olive), on=TODAY)

    new.refresh_from_db()
    assert (report.placed, report.list_only) == (1, 0)
    assert (new.block, new.placed_by_street) == (beside.block, True)
    assert new.walk_position is not None


def test_a_new_unit_joins_its_building_and_is_not_flagged(precinct, olive):
    known = Household.objects.get(building__number="9")
    new = make_household(known.building, precinct, "2")

    place_new_households(precinct_ids=[precinct.pk], by=actor_of(olive), on=TODAY)

    new.refresh_from_db()
    assert (new.block, new.placed_by_street) == (known.block, False)


def test_a_new_building_on_a_new_street_joins_the_nearest_building(precinct, olive):
    near = Household.objects.select_related("building").get(building__number="20")
    new = make_household(
        make_building(
            precinct.chapter, 1, "New Court", lon=near.building.lon + 0.00001, lat=near.building.lat
        ),
        precinct,
    )

    place_new_households(precinct_ids=[precinct.pk], by=actor_of(olive), on=TODAY)

    new.refresh_from_db()
    assert (new.block, new.placed_by_street) == (near.block, True)


def test_a_door_nobody_can_place_stays_list_only(precinct, olive):
    new = make_household(make_building(precinct.chapter, 1, "Nowhere Lane", lon=None, lat=None), precinct)

    report = place_new_households(precinct_ids=[precinct.pk], by=actor_of(olive), on=TODAY)

    new.refresh_from_db()
    assert (report.placed, report.list_only, new.block) == (0, 1, None)


def test_a_door_that_changed_its_precinct_leaves_the_old_block(precinct, olive, chapter):
    other, uncut = make_precinct(chapter, "3-3"), make_precinct(chapter, "3-4")
    make_street(other, houses=4, street="Far Street")
    cut_precinct(precinct=other, by=actor_of(olive), on=TODAY, blocks=1)
    to_cut, to_uncut = Household.objects.filter(precinct=precinct)[:2]
    Household.objects.filter(pk=to_cut.pk).update(precinct=other)
    Household.objects.filter(pk=to_uncut.pk).update(precinct=uncut)

    place_new_households(precinct_ids=[other.pk, uncut.pk], by=actor_of(olive), on=TODAY)

    to_cut.refresh_from_db()
    to_uncut.refresh_from_db()
    assert to_cut.block.precinct == other
    assert to_uncut.block is None


def test_placing_again_changes_nothing(precinct, olive):
    make_household(make_building(precinct.chapter, 25), precinct)
    place_new_households(precinct_ids=[precinct.pk], by=actor_of(olive), on=TODAY)
    edits = BlockEdit.objects.count()

    report = place_new_households(precinct_ids=[precinct.pk], by=actor_of(olive), on=TODAY)

    assert (report.placed, report.list_only, BlockEdit.objects.count()) == (0, 0, edits)


# --- pages ----------------------------------------------------------------------------------------------


@pytest.fixture
def signed_in(client, olive):
    client.force_login(olive.user)
    return client


def url(name: str, chapter, **kwargs) -> str:
    return reverse(f"precincts:{name}", kwargs={"chapter_slug": chapter.slug, **kwargs})


def number_of(precinct, number: int) -> Block:
    return Block.objects.get(precinct=precinct, number=number)


def test_a_building_pressed_on_the_map_offers_itself_its_side_and_its_street(signed_in, chapter, precinct):
    block = number_of(precinct, 1)
    building = block.households.order_by("building__pk").first().building

    response = signed_in.get(
        url("choose_building", chapter, precinct_id=precinct.pk, building_id=building.pk, block_id=block.pk)
    )

    choices = [(choice.buildings, choice.doors, choice.voters) for choice in response.context["choices"]]
    assert choices == [(1, 1, 2), (3, 3, 6), (6, 6, 12)]
    assert next(target.block.number for target in response.context["targets"]) == 2


def test_a_side_of_a_street_moves_by_one_press_and_the_sizes_follow(signed_in, chapter, precinct):
    block, other = number_of(precinct, 1), number_of(precinct, 2)
    version = BlockEdit.objects.get().pk

    response = signed_in.post(
        url("move", chapter, precinct_id=precinct.pk),
        {"what": "side:LANTERN STREET:1", "from_block": block.pk, "to_block": other.pk, "version": version},
        headers={"hx-request": "true"},
    )

    assert response.headers["HX-Trigger"] == '{"blocks-changed": {}}'
    assert sizes(precinct) == {1: 3, 2: 9, 3: 6, 4: 6}
    undo = response.context["undo_url"]
    assert signed_in.post(undo, headers={"hx-request": "true"}).status_code == 200
    assert sizes(precinct) == {1: 6, 2: 6, 3: 6, 4: 6}


def test_an_edit_answers_with_every_figure_of_the_page_as_it_is_now(signed_in, chapter, precinct):
    block, other = number_of(precinct, 1), number_of(precinct, 2)
    before = signed_in.get(url("precinct", chapter, precinct_id=precinct.pk)).content.decode()

    moved = signed_in.post(
        url("move", chapter, precinct_id=precinct.pk),
        {
            "what": f"building:{block.households.first().building_id}", "from_block": block.pk,
            "to_block": other.pk, "version": BlockEdit.objects.get().pk,
        },
        headers={"hx-request": "true"},
    )  # fmt: skip

    body = moved.content.decode()
    parts = ("precinct-line", "precinct-figures", "block-map-badge", "captains", "last-edit")
    assert [part for part in parts if f'id="{part}" hx-swap-oob="true"' not in body] == []
    assert ("12 voters</span>" in before, "10 to 14 voters</span>" in body) == (True, True)
    assert "Last change: Moved 1 door to block 2" in " ".join(body.split())


def test_the_last_change_can_be_undone_after_a_reload_until_captains_stand_on_it(
    signed_in, chapter, precinct, olive
):
    address = url("precinct", chapter, precinct_id=precinct.pk)
    assert b"Undo the last change" in signed_in.get(address).content

    make_captain(number_of(precinct, 1), olive)

    assert b"Undo the last change" not in signed_in.get(address).content


def test_buildings_and_single_doors_move_from_the_list_without_script(signed_in, chapter, precinct):
    block, other = number_of(precinct, 1), number_of(precinct, 2)
    first, second = block.households.order_by("pk")[:2]

    response = signed_in.post(
        url("move", chapter, precinct_id=precinct.pk),
        {
            "what": [f"building:{first.building_id}", f"door:{second.pk}"],
            "from_block": block.pk,
            "to_block": other.pk,
            "version": BlockEdit.objects.get().pk,
        },
        follow=True,
    )

    assert sizes(precinct) == {1: 4, 2: 8, 3: 6, 4: 6}
    assert "Moved 2 doors to block 2" in response.content.decode()


def test_a_move_from_an_older_page_is_refused_with_what_to_do(signed_in, chapter, precinct, olive):
    version = BlockEdit.objects.get().pk
    block, other = number_of(precinct, 1), number_of(precinct, 2)
    doors = list(block.households.order_by("pk"))
    move(precinct, doors[:1], 3, olive)

    response = signed_in.post(
        url("move", chapter, precinct_id=precinct.pk),
        {"what": f"door:{doors[1].pk}", "from_block": block.pk, "to_block": other.pk, "version": version},
        headers={"hx-request": "true"},
    )

    assert response.status_code == 409
    assert "Load the page again" in response.content.decode()
    assert sizes(precinct) == {1: 5, 2: 6, 3: 7, 4: 6}


def test_a_move_without_a_choice_is_asked_again_with_its_error(signed_in, chapter, precinct):
    response = signed_in.post(
        url("move", chapter, precinct_id=precinct.pk), {"from_block": number_of(precinct, 1).pk}
    )

    assert response.status_code == 422
    assert "Choose at least one building or door." in response.content.decode()


def test_doors_in_no_block_are_named_and_can_be_given_to_one(signed_in, chapter, precinct):
    lost = make_household(make_building(chapter, 1, "Nowhere Lane", lon=None, lat=None), precinct)
    make_voter(lost)

    page = signed_in.get(url("list_only", chapter, precinct_id=precinct.pk))
    assert "Nowhere Lane" in page.content.decode()
    signed_in.post(
        url("move", chapter, precinct_id=precinct.pk),
        {"what": "street:NOWHERE LANE", "from_block": "", "to_block": number_of(precinct, 4).pk},
    )

    lost.refresh_from_db()
    assert lost.block == number_of(precinct, 4)


def test_a_new_cut_is_shown_before_it_happens_and_done_on_confirmation(signed_in, chapter, precinct, olive):
    address = url("cut", chapter, precinct_id=precinct.pk)
    wish = {"number": 3, "wish": "blocks"}

    preview = signed_in.get(address, wish)
    assert sorted(preview.context["plan"].sizes) == [16, 16, 16]
    assert Block.objects.open().count() == 4
    done = signed_in.post(address, {**wish, "version": preview.context["version"]}, follow=True)

    assert Block.objects.open().count() == 3
    assert "cut into 3 blocks of about 16 voters" in done.content.decode()


def test_all_precincts_without_blocks_are_cut_by_a_job(signed_in, chapter, precinct):
    uncut = make_precinct(chapter, "3-3")
    make_street(uncut, houses=4, street="Far Street")

    response = signed_in.post(
        url("cut_all", chapter), {"number": 8, "wish": "voters_per_block", "which": "uncut"}
    )

    job = Job.objects.get()
    assert (job.kind, job.params) == (
        "precincts.cut_blocks", {"precinct_ids": [uncut.pk], "voters_per_block": 8},
    )  # fmt: skip
    assert response.headers["Location"].endswith(f"/{job.pk}/")


@pytest.mark.parametrize("blocks", [1, 3])
def test_the_list_of_blocks_takes_the_same_queries_whatever_its_length(
    signed_in, chapter, blocks, django_assert_num_queries
):
    other = make_precinct(chapter, "3-3")
    make_street(other, houses=6, street="Far Street")
    cut_precinct(precinct=other, by=Actor.system(chapter.pk), on=TODAY, blocks=blocks)
    address = url("edit_blocks", chapter, precinct_id=other.pk)
    signed_in.get(address)

    with django_assert_num_queries(15):
        signed_in.get(address)
