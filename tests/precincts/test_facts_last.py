"""What was learned of a neighbour outlasts files, cuts and captains."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.actors import Actor
from precincts.models import Block, Fact, Voter
from precincts.selectors.neighbours import list_doors
from precincts.services.cutting import cut_precinct
from precincts.services.facts import record_fact, retract_fact
from precincts.services.neighbours import add_neighbour
from precincts.services.roster import assign_captain
from tests.factories import (
    actor_of,
    make_block,
    make_building,
    make_captain,
    make_chapter,
    make_household,
    make_member,
    make_precinct,
    make_street,
    make_voter,
)
from tests.precincts.test_voterfile import NC_HEADER, nc_row

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
KINDS = ("note", "issue", "ride", "need", "language", "help")


def told(precinct, on=TODAY) -> dict[int, list[str]]:
    """What the books of a precinct's blocks say of whom; nobody stands in two of them."""
    found: dict[int, list[str]] = {}
    for block in Block.objects.open().filter(precinct=precinct):
        for door in list_doors(block, on=on):
            for one in door.neighbours:
                assert one.voter_id not in found
                found[one.voter_id] = sorted(fact.text for fact in one.facts)
    return found


def note(voter, text, by, kind="note"):
    return record_fact(voter=voter, kind=kind, text=text, source="captain", by=by, at=NOON)


def test_a_next_file_changes_no_fact_and_nobody_added_by_hand(tmp_path):
    chapter = make_chapter(state="NC")
    by = Actor.system(chapter.pk)

    def take_in(*rows):
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.txt"
        path.write_bytes((NC_HEADER + "".join(rows)).encode("latin-1"))
        call_command(
            "import_voters", str(path), "--chapter", chapter.slug, "--json", "--obtained", "2026-01-01"
        )

    people = ("STAYS", "MOVES", "LEAVES", "RENAMED")
    take_in(*(nc_row(ncid=name, first=name) for name in people))
    for voter in Voter.objects.all():
        note(voter, f"of {voter.state_voter_id}", by)
    hand = add_neighbour(
        household=Voter.objects.get(state_voter_id="STAYS").household, first_name="Rosa", last_name="Delgado",
        by=by, at=NOON,
    )  # fmt: skip
    note(hand, "of Rosa", by)
    before = list(Fact.objects.order_by("pk").values())

    take_in(
        nc_row(ncid="STAYS", first="STAYS"),
        nc_row(ncid="MOVES", first="MOVES", address="9   MAIN ST"),
        nc_row(ncid="RENAMED", first="NEWNAME", party="REP"),
    )

    assert list(Fact.objects.order_by("pk").values()) == before
    hand.refresh_from_db()
    assert (hand.is_listed, hand.first_name, hand.state_voter_id) == (True, "Rosa", None)
    moved = Voter.objects.get(state_voter_id="MOVES")
    assert moved.household.building.number == "9"
    assert moved.facts.get().text == "of MOVES"
    assert Voter.objects.get(state_voter_id="LEAVES").facts.get().text == "of LEAVES"


def test_another_cut_changes_no_fact_and_loses_nobody():
    precinct = make_precinct(make_chapter())
    make_street(precinct, houses=12, voters_each=2)
    by = Actor.system(precinct.chapter_id)
    cut_precinct(precinct=precinct, by=by, on=TODAY, blocks=2)
    for voter in Voter.objects.all():
        note(voter, f"of {voter.pk}", by)
    before = list(Fact.objects.order_by("pk").values())

    cut_precinct(precinct=precinct, by=by, on=TODAY + timedelta(days=1), blocks=5)

    assert Block.objects.open().count() == 5
    assert list(Fact.objects.order_by("pk").values()) == before
    assert told(precinct) == {voter.pk: [f"of {voter.pk}"] for voter in Voter.objects.all()}


def test_the_next_captain_finds_what_the_former_noted_and_the_former_sees_it_no_more(client):
    chapter = make_chapter()
    block = make_block(make_precinct(chapter), number=5)
    nora = make_voter(make_household(make_building(chapter, 12), block.precinct, block=block), "Nora")
    blanca, carla = make_member(chapter, "Blanca"), make_member(chapter, "Carla")
    make_captain(block, blanca)
    fact = note(nora, "Works nights.", actor_of(blanca))
    book = reverse("precincts:block_book", kwargs={"chapter_slug": chapter.slug, "block_id": block.pk})
    add = reverse("precincts:add_fact", kwargs={"chapter_slug": chapter.slug, "voter_id": nora.pk})

    assign_captain(
        block=block,
        member=carla,
        by=Actor.system(chapter.pk),
        on=datetime.now(UTC).date() - timedelta(days=1),
    )

    client.force_login(carla.user)
    body = client.get(book).content.decode()
    assert "Works nights." in body
    assert "Blanca Adams" in body
    client.force_login(blanca.user)
    assert [client.get(book).status_code, client.post(add, {"text": "More"}).status_code] == [404, 404]
    assert Fact.objects.get() == fact


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("note"), st.integers(0, 7), st.sampled_from(KINDS)),
        st.tuples(st.just("take back"), st.integers(0, 20), st.none()),
        st.tuples(st.just("cut"), st.integers(1, 4), st.none()),
        st.tuples(st.just("hand over"), st.integers(0, 1), st.none()),
    ),
    min_size=3,
    max_size=9,
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_is_cut_and_handed_over_what_stands_is_what_was_noted(db, steps):
    with transaction.atomic():
        _carry_through(steps)
        transaction.set_rollback(True)


def _carry_through(steps) -> None:
    """Take the steps in a small precinct, and hold what its books say against what was noted."""
    chapter = make_chapter()
    precinct = make_precinct(chapter)
    make_street(precinct, houses=4, voters_each=2)
    by, day = Actor.system(chapter.pk), TODAY
    cut_precinct(precinct=precinct, by=by, on=day, blocks=2)
    voters = list(Voter.objects.filter(chapter=chapter).order_by("pk"))
    members = [make_member(chapter, name, user=None) for name in ("Blanca", "Carla")]
    standing: list[Fact] = []
    for place, (what, number, kind) in enumerate(steps):
        day += timedelta(days=1)
        if what == "note":
            standing.append(note(voters[number], f"{place}", by, kind))
        elif what == "take back" and standing:
            retract_fact(fact=standing.pop(number % len(standing)), by=by, at=NOON)
        elif what == "cut" and number != Block.objects.open().filter(precinct=precinct).count():
            cut_precinct(precinct=precinct, by=by, on=day, blocks=number)
        elif what == "hand over":
            block = Block.objects.open().filter(precinct=precinct).order_by("number").first()
            if not block.assignments.in_force(day).filter(member=members[number]).exists():
                assign_captain(block=block, member=members[number], by=by, on=day)
    expected: dict[int, list[str]] = {voter.pk: [] for voter in voters}
    for fact in standing:
        expected[fact.voter_id].append(fact.text)
    assert told(precinct, on=day) == {pk: sorted(texts) for pk, texts in expected.items()}
