from __future__ import annotations

from datetime import date

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.actors import Actor
from core.tenancy import chapter_scope
from precincts.models import Block, BlockEdit, BlockMove, Fact, Household, Residence, SavedListVoter, Voter
from precincts.services.blocks import BlockClosed, CaptainsSinceCut, undo_last_edit
from precincts.services.edits import PrecinctChangedMeanwhile
from precincts.services.facts import record_fact
from precincts.services.figures import recount
from precincts.services.splits import CannotSplitBlock, plan_split, split_block
from tests.factories import (
    LONG_AGO,
    make_block,
    make_building,
    make_captain,
    make_chapter,
    make_household,
    make_member,
    make_organizer,
    make_precinct,
    make_saved_list,
    make_voter,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 1)


@pytest.fixture
def chapter():
    return make_chapter()


@pytest.fixture
def precinct(chapter):
    return make_precinct(chapter)


@pytest.fixture
def by(chapter):
    actor = Actor.system(chapter_id=chapter.pk)
    with chapter_scope(chapter, actor):
        yield actor


def street(precinct, block, houses=10, voters=2, **fields):
    doors = []
    for number in range(1, houses + 1):
        door = make_household(make_building(precinct.chapter, number, **fields), precinct, block=block)
        for person in range(voters):
            make_voter(door, f"Nora{person}", f"Number{number}")
        doors.append(door)
    return doors


def numbers_in(block):
    doors = Household.objects.filter(block=block).select_related("building")
    return sorted(int(door.building.number) for door in doors)


def homes():
    return dict(Voter.objects.values_list("pk", "household__block"))


def test_the_captain_keeps_the_half_they_live_in(precinct, by):
    block = make_block(precinct, 1)
    doors = street(precinct, block)
    cora = make_member(precinct.chapter, "Cora", user=None)
    captain = make_captain(block, cora)
    Residence.objects.create(chapter=precinct.chapter, member=cora, household=doors[8], starts_on=LONG_AGO)
    assert plan_split(block, TODAY).why == "home"
    split_block(block=block, by=by, on=TODAY)
    new = Block.objects.get(number=2)
    assert (numbers_in(block), numbers_in(new)) == ([6, 7, 8, 9, 10], [1, 2, 3, 4, 5])
    assert (new.opened_on, new.assignments.count()) == (TODAY, 0)
    captain.refresh_from_db()
    assert (captain.block, captain.ends_on) == (block, None)
    walk = (
        Household.objects.filter(block=new).order_by("walk_position").values_list("walk_position", flat=True)
    )
    assert list(walk) == [1, 2, 3, 4, 5]


def test_the_captain_keeps_the_half_nearer_to_the_address_they_gave(precinct, by):
    block = make_block(precinct, 1)
    street(precinct, block)
    make_building(precinct.chapter, 40, address_key="40 LANTERN ST")
    make_captain(block, make_member(precinct.chapter, "Cora", user=None, address="40 Lantern St, River City"))
    plan = plan_split(block, TODAY)
    assert plan.why == "nearer"
    kept = Household.objects.filter(pk__in=plan.kept.doors)
    assert sorted(int(door.building.number) for door in kept) == [6, 7, 8, 9, 10]


def test_where_no_home_is_known_the_half_with_more_notes_is_kept(precinct, by):
    block = make_block(precinct, 1)
    doors = street(precinct, block)
    make_captain(block, make_member(precinct.chapter, "Cora", user=None))
    assert plan_split(block, TODAY).why == "larger"
    record_fact(
        voter=doors[9].voters.first(), kind="note", value="", text="Knows all.", source="captain", by=by,
        at=timezone.now(),
    )  # fmt: skip
    plan = plan_split(block, TODAY)
    assert (plan.why, doors[9].pk in plan.kept.doors) == ("known", True)


def test_facts_and_lists_stay_with_the_neighbours(precinct, by):
    block = make_block(precinct, 1)
    doors = street(precinct, block)
    voters = [doors[0].voters.first(), doors[9].voters.first()]
    saved = make_saved_list(precinct, "Hot voters", *voters)
    for voter in voters:
        record_fact(
            voter=voter, kind="note", value="", text="A note", source="captain", by=by, at=timezone.now()
        )  # fmt: skip
    split_block(block=block, by=by, on=TODAY)
    assert Fact.objects.filter(voter__in=voters).count() == 2
    assert set(SavedListVoter.objects.filter(saved_list=saved).values_list("voter_id", flat=True)) == {
        voter.pk for voter in voters
    }


def test_a_split_is_undone_whole(precinct, by):
    block = make_block(precinct, 1, name="Mill end")
    street(precinct, block)
    before = homes()
    edit = split_block(block=block, by=by, on=TODAY)
    assert edit.summary == "Split block Mill end; half of it is block 2 now"
    undo_last_edit(precinct=precinct, by=by, on=TODAY, version=edit.pk)
    assert homes() == before
    assert list(Block.objects.open()) == [block]


def test_a_split_is_not_undone_once_somebody_keeps_the_new_half(precinct, by):
    block = make_block(precinct, 1)
    street(precinct, block)
    split_block(block=block, by=by, on=TODAY)
    make_captain(Block.objects.get(number=2), make_member(precinct.chapter, "Nia", user=None), TODAY)
    with pytest.raises(CaptainsSinceCut):
        undo_last_edit(precinct=precinct, by=by, on=TODAY)
    assert Block.objects.open().count() == 2


def test_the_new_half_gets_the_first_free_number(precinct, by):
    block = make_block(precinct, 2)
    make_block(precinct, 1)
    make_block(precinct, 3, closed_on=TODAY)
    street(precinct, block, 2)
    assert plan_split(block, TODAY).number == 3


def test_what_cannot_be_split_is_refused_and_nothing_is_kept(precinct, by):
    block, other = make_block(precinct, 1), make_block(precinct, 2, closed_on=TODAY)
    street(precinct, block, 1)
    with pytest.raises(CannotSplitBlock):
        split_block(block=block, by=by, on=TODAY)
    with pytest.raises(BlockClosed):
        split_block(block=other, by=by, on=TODAY)
    with pytest.raises(PrecinctChangedMeanwhile):
        split_block(block=block, by=by, on=TODAY, version=7)
    assert Block.objects.count() == 2
    assert not BlockEdit.objects.exists()


@st.composite
def blocks(draw):
    """Buildings as (number, has a place, voters behind each door)."""
    some = draw(
        st.lists(st.tuples(st.booleans(), st.lists(st.integers(0, 3), min_size=1, max_size=3)), max_size=9)
    )
    return [(2 * place + 1, *one) for place, one in enumerate(some)]


@given(blocks(), st.integers(0, 8))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_neighbour_is_lost_or_doubled_by_splitting_and_undoing(precinct, by, buildings, home):
    sid = transaction.savepoint()
    block = make_block(precinct, 1)
    doors = []
    for number, has_place, units in buildings:
        nowhere = {} if has_place else {"lon": None, "lat": None}
        building = make_building(precinct.chapter, number, **nowhere)
        for unit, voters in enumerate(units):
            door = make_household(building, precinct, str(unit), block=block)
            doors.append(door)
            for person in range(voters):
                make_voter(door, f"Nora{person}", f"Number{number}")
    if doors:
        cora = make_member(precinct.chapter, "Cora", user=None)
        make_captain(block, cora)
        Residence.objects.create(
            chapter=precinct.chapter, member=cora, household=doors[home % len(doors)], starts_on=LONG_AGO
        )
    before = homes()
    try:
        edit = split_block(block=block, by=by, on=TODAY)
    except CannotSplitBlock:
        assert homes() == before
    else:
        after = homes()
        assert set(after) == set(before)
        assert set(after.values()) == {block.pk, edit.report["opened"][0]}
        assert doors[home % len(doors)].pk in set(
            Household.objects.filter(block=block).values_list("pk", flat=True)
        )
        moved = BlockMove.objects.filter(edit=edit).count()
        assert moved == Household.objects.filter(block_id=edit.report["opened"][0]).count()
        undo_last_edit(precinct=precinct, by=by, on=TODAY)
        assert homes() == before
    transaction.savepoint_rollback(sid)


# --- the page ---------------------------------------------------------------------------------------------


def url(name, chapter, **kwargs):
    return reverse(f"precincts:{name}", kwargs={"chapter_slug": chapter.slug, **kwargs})


def test_both_halves_are_shown_before_anything_is_saved(client, chapter, precinct):
    chapter.block_limit = 10
    chapter.save()
    block = make_block(precinct, 1)
    street(precinct, block)
    make_captain(block, make_member(chapter, "Cora", user=None))
    client.force_login(make_organizer(chapter).user)
    grow = client.get(url("growth", chapter, precinct_id=precinct.pk)).text
    assert "Too large for one person" in grow
    address = url("split_block", chapter, block_id=block.pk)
    assert address in grow
    page = client.get(address)
    assert "Where Cora Adams lives is not known" in page.text
    drawn = client.get(url("split_map", chapter, block_id=block.pk)).json()["features"]
    assert {one["properties"]["key"] for one in drawn if one["properties"]["kind"] == "area"} == {
        "half-1",
        "half-2",
    }
    assert sum(one["properties"].get("size", 0) for one in drawn) == 20
    assert Block.objects.count() == 1
    assert client.post(address, {"version": ""}).status_code == 422
    done = client.post(address, {"version": page.context["version"]}, follow=True)
    assert "half of it is block 2 now" in done.text
    assert client.post(address, {"version": page.context["version"]}).status_code == 409
    assert Block.objects.count() == 2


def test_today_says_that_a_captain_has_too_many_neighbours(client, chapter, precinct, by):
    block = make_block(precinct, 1)
    street(precinct, block)
    make_captain(block, make_member(chapter, "Cora", user=None))
    recount(chapter_id=chapter.pk)
    client.force_login(make_organizer(chapter).user)
    home = reverse("core:today", kwargs={"chapter_slug": chapter.slug})
    assert "neighbours" not in client.get(home).text.split("<main")[1]
    chapter.voters_per_block, chapter.block_limit = 10, 19
    chapter.save()
    text = client.get(home).text
    assert "1 captain has more than 19 neighbours" in text
    assert url("split_block", chapter, block_id=block.pk) in text


def test_a_block_of_one_door_says_why_it_is_not_split(client, chapter, precinct):
    block = make_block(precinct, 1)
    street(precinct, block, 1)
    client.force_login(make_organizer(chapter).user)
    answer = client.get(url("split_block", chapter, block_id=block.pk))
    assert answer.status_code == 409
    assert "fewer than two doors" in answer.text
