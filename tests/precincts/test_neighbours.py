from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from chapters.models import AuditEvent
from chapters.selectors.actors import today_in
from precincts.enums import VoterStatus
from precincts.models import Suppression, Voter
from precincts.selectors.neighbours import get_neighbour, list_doors
from precincts.services.facts import record_fact
from precincts.services.neighbours import NeighbourKnown, NeighbourOfTheFile, add_neighbour, remove_neighbour
from precincts.services.suppressions import AlreadySuppressed, NotSuppressed, lift, suppress
from tests.factories import (
    LONG_AGO,
    actor_of,
    make_block,
    make_building,
    make_captain,
    make_chapter,
    make_election,
    make_household,
    make_member,
    make_organizer,
    make_precinct,
    make_voter,
)

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TODAY = NOON.date()
LATER = date(2026, 3, 20)


@pytest.fixture
def chapter():
    return make_chapter()


@pytest.fixture
def block(chapter):
    return make_block(make_precinct(chapter), number=5)


@pytest.fixture
def door(block):
    building = make_building(block.chapter, 12)
    return make_household(building, block.precinct, "2B", block=block, walk_position=1)


@pytest.fixture
def blanca(chapter, block, client):
    """The block's captain, signed in."""
    blanca = make_member(chapter, "Blanca")
    make_captain(block, blanca)
    client.force_login(blanca.user)
    return blanca


def url(name, chapter, **kwargs):
    return reverse(f"precincts:{name}", kwargs={"chapter_slug": chapter.slug, **kwargs})


def add(door, by, first="Rosa", last="Delgado", **values):
    return add_neighbour(household=door, first_name=first, last_name=last, by=actor_of(by), at=NOON, **values)


# --- somebody the file does not know ----------------------------------------------------------------------


def test_somebody_the_file_does_not_know_stands_in_the_book(client, door, blanca):
    response = client.post(
        url("add_neighbour", door.chapter, household_id=door.pk),
        {"first_name": " Rosa ", "last_name": "Delgado", "birth_year": "1991", "phone": "555 0100"},
    )

    rosa = Voter.objects.get()
    assert response.headers["Location"].endswith(f"/blocks/{door.block_id}/#voter-{rosa.pk}")
    assert (rosa.first_name, rosa.birth_year, rosa.phone, rosa.state, rosa.status) == (
        "Rosa", 1991, "555 0100", "NC", "unregistered",
    )  # fmt: skip
    assert (rosa.state_voter_id, rosa.added_by, rosa.household, rosa.precinct) == (
        None, blanca.user, door, door.precinct,
    )  # fmt: skip
    book = client.get(url("block_book", door.chapter, block_id=door.block_id)).content.decode()
    assert "Rosa Delgado" in book
    assert "not in the file" in book
    assert AuditEvent.objects.filter(verb="precincts.neighbour_added").count() == 1


def test_a_first_name_is_enough(client, door, blanca):
    address = url("add_neighbour", door.chapter, household_id=door.pk)

    assert [client.post(address, {"first_name": "Rosa"}).status_code for _ in range(2)] == [302, 422]
    assert str(Voter.objects.get()) == "Rosa"


def test_no_elections_are_held_against_somebody_who_is_not_registered(client, door, blanca):
    make_election(door.chapter, date(2024, 3, 5), 0)
    rosa = add(door, blanca)

    ((_door, _address, (one,)),) = client.get(
        url("block_book", door.chapter, block_id=door.block_id)
    ).context["doors"]

    assert (one.name, one.heat, one.record) == (
        "Rosa Delgado",
        None,
        "not registered, as far as the file says",
    )
    assert [mark.voted for mark in one.row.marks] == [None]
    assert one.row.voter_id == rosa.pk


def test_the_same_person_is_not_added_twice(client, door, blanca):
    make_voter(door, "JOSÉ", "PEÑA", birth_year=1980)

    response = client.post(
        url("add_neighbour", door.chapter, household_id=door.pk),
        {"first_name": "Jose", "last_name": "pena", "birth_year": ""},
    )

    assert response.status_code == 422
    assert "José Peña stands at this door already; nobody was added." in response.content.decode()
    assert Voter.objects.count() == 1


def test_two_people_of_one_name_are_told_apart_by_the_year_of_birth(door, blanca):
    make_voter(door, "Rosa", "Delgado", birth_year=1961)
    with pytest.raises(NeighbourKnown):
        add(door, blanca)
    with pytest.raises(NeighbourKnown):
        add(door, blanca, birth_year=1961)

    add(door, blanca, birth_year=1991)

    assert Voter.objects.filter(state_voter_id=None).count() == 1


def test_a_refusal_says_nothing_of_somebody_confidential(door, blanca):
    make_voter(door, "Rosa", "Delgado", is_confidential=True)

    assert add(door, blanca).is_listed


def test_the_database_holds_one_by_hand_at_a_door(door, blanca):
    rosa = add(door, blanca)
    rosa.pk = None
    rosa.first_name = "ROSA"

    with pytest.raises(IntegrityError), transaction.atomic():
        rosa.save()


def test_whoever_was_merged_with_the_file_does_not_stand_in_the_way(door, blanca):
    merged = add(door, blanca)
    merged.status, merged.merged_into = VoterStatus.MERGED, make_voter(door, "ROSA", "DELGADO")
    merged.save()
    Voter.objects.filter(pk=merged.merged_into_id).update(gone_on=TODAY)

    again = add(door, blanca)

    assert Voter.objects.listed().get(household=door) == again


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"first_name": "", "last_name": "Delgado"}, "first_name"),
        ({"first_name": "Rosa", "last_name": "x" * 81}, "last_name"),
        ({"first_name": "Rosa", "last_name": "Delgado", "birth_year": "1700"}, "birth_year"),
        ({"first_name": "Rosa", "last_name": "Delgado", "birth_year": "9" * 40}, "birth_year"),
        ({"first_name": "Ro\0sa", "last_name": "Delgado"}, "first_name"),
    ],
)
def test_a_wrong_field_is_said_beside_it(client, door, blanca, given, field):
    response = client.post(url("add_neighbour", door.chapter, household_id=door.pk), given)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert not Voter.objects.exists()


def test_a_captain_adds_nobody_behind_another_blocks_door(client, chapter, block, blanca):
    other = make_household(
        make_building(chapter, 99), block.precinct, block=make_block(block.precinct, number=6)
    )

    response = client.post(
        url("add_neighbour", chapter, household_id=other.pk), {"first_name": "Rosa", "last_name": "Delgado"}
    )

    assert response.status_code == 404
    assert not Voter.objects.exists()


def test_whoever_was_added_by_mistake_is_taken_out_and_what_was_noted_stays(client, door, blanca):
    rosa = add(door, blanca)
    record_fact(voter=rosa, kind="note", text="Hello", source="captain", by=actor_of(blanca), at=NOON)

    assert client.get(url("remove_neighbour", door.chapter, voter_id=rosa.pk)).status_code == 200
    client.post(url("remove_neighbour", door.chapter, voter_id=rosa.pk))

    rosa.refresh_from_db()
    assert (rosa.is_listed, rosa.facts.count()) == (False, 1)
    assert add(door, blanca).is_listed


def test_nobody_of_the_file_is_taken_out_by_hand(door, blanca):
    nora = make_voter(door, "Nora")

    with pytest.raises(NeighbourOfTheFile):
        remove_neighbour(voter=nora, by=actor_of(blanca), on=TODAY)

    nora.refresh_from_db()
    assert nora.is_listed


# --- moved away -------------------------------------------------------------------------------------------


def test_moved_away_asks_at_once_who_lives_there_now(client, door, blanca):
    nora = make_voter(door, "Nora")

    response = client.post(url("neighbour_moved", door.chapter, voter_id=nora.pk), follow=True)

    assert response.redirect_chain == [
        (f"{url('add_neighbour', door.chapter, household_id=door.pk)}?moved={nora.pk}", 302)
    ]
    assert "Who lives at 12 Lantern Street, 2B now?" in response.content.decode()
    row = Suppression.objects.get()
    assert (row.voter, row.kind, row.channel, row.recorded_by) == (nora, "moved", "any", blanca.user)
    assert list(response.context["messages"]) == []
    assert response.content.decode().count("Noted: Nora Neighbour has moved away.") == 1
    assert url("neighbour_still_here", door.chapter, voter_id=nora.pk) in response.content.decode()


def test_undo_stays_on_the_page_after_a_wrong_field_and_goes_when_it_was_taken_back(client, door, blanca):
    nora = make_voter(door, "Nora")
    client.post(url("neighbour_moved", door.chapter, voter_id=nora.pk))
    undo = url("neighbour_still_here", door.chapter, voter_id=nora.pk)
    page = f"{url('add_neighbour', door.chapter, household_id=door.pk)}?moved={nora.pk}"
    wrong = client.post(page, {"first_name": ""})
    assert wrong.status_code == 422
    assert undo in wrong.content.decode()
    client.post(undo)
    assert undo not in client.get(page).content.decode()


def test_the_book_shows_who_moved_away_and_takes_it_back(client, door, blanca):
    nora = make_voter(door, "Nora")
    client.post(url("neighbour_moved", door.chapter, voter_id=nora.pk))
    form_url = url("add_fact", door.chapter, voter_id=nora.pk)
    form = client.get(form_url, headers={"hx-request": "true"}).content.decode()
    assert "moved away" in form
    assert url("neighbour_still_here", door.chapter, voter_id=nora.pk) in form

    response = client.post(url("neighbour_still_here", door.chapter, voter_id=nora.pk))

    assert response.headers["Location"].endswith(f"#voter-{nora.pk}")
    form = client.get(form_url, headers={"hx-request": "true"}).content.decode()
    assert url("neighbour_moved", door.chapter, voter_id=nora.pk) in form
    verbs = AuditEvent.objects.filter(row_kind="precincts.voter").values_list("verb", flat=True)
    assert sorted(verbs) == ["precincts.neighbour_suppressed", "precincts.suppression_lifted"]


def test_a_reason_is_written_once_and_lifted_from_its_day(door, blanca):
    nora, by = make_voter(door, "Nora"), actor_of(blanca)
    suppress(voter=nora, kind="moved", by=by, on=TODAY)
    with pytest.raises(AlreadySuppressed):
        suppress(voter=nora, kind="moved", by=by, on=LATER)

    lift(voter=nora, kind="moved", by=by, on=LATER)

    assert Suppression.objects.get().ends_on == date(2026, 3, 19)
    with pytest.raises(NotSuppressed):
        lift(voter=nora, kind="moved", by=by, on=LATER)


def test_a_second_press_on_moved_is_refused(client, door, blanca):
    nora = make_voter(door, "Nora")
    address = url("neighbour_moved", door.chapter, voter_id=nora.pk)

    assert [client.post(address).status_code for _ in range(2)] == [302, 409]
    assert Suppression.objects.count() == 1


def test_the_database_holds_one_open_reason(door):
    nora = make_voter(door, "Nora")
    values = {"chapter": nora.chapter, "voter": nora, "kind": "moved", "channel": "any"}
    Suppression.objects.create(starts_on=TODAY, **values)

    with pytest.raises(IntegrityError), transaction.atomic():
        Suppression.objects.create(starts_on=LATER, **values)


# --- one neighbour ----------------------------------------------------------------------------------------


def test_one_neighbour_is_read_as_the_book_reads_them(chapter, block, door, blanca):
    election = make_election(chapter, date(2024, 3, 5), 0)
    nora = make_voter(door, "Nora", history=1, history_detail=f"{election.pk}M:DEM")
    make_voter(door, "Omar")
    record_fact(voter=nora, kind="note", text="Hello", source="captain", by=actor_of(blanca), at=NOON)
    on = today_in(chapter)

    where, one = get_neighbour(nora, chapter, on=on)

    (of_book,) = list_doors(block, on=on)
    assert one == next(neighbour for neighbour in of_book.neighbours if neighbour.voter_id == nora.pk)
    assert (where.address, one.voted_by, one.voted_by_on) == ("12 Lantern Street, 2B", "M", date(2024, 3, 5))


@pytest.mark.parametrize("doors", [1, 30])
def test_one_neighbour_takes_seven_queries_however_large_the_block(
    chapter, block, doors, django_assert_num_queries
):
    for number in range(1, doors + 1):
        nora = make_voter(make_household(make_building(chapter, number), block.precinct, block=block), "Nora")

    with django_assert_num_queries(7):
        get_neighbour(nora, chapter, on=TODAY)


def test_whoever_is_not_listed_is_no_neighbour(chapter, door):
    gone = make_voter(door, "Gus", gone_on=LONG_AGO)

    with pytest.raises(LookupError):
        get_neighbour(gone, chapter, on=TODAY)


# --- what is known, in its order --------------------------------------------------------------------------


def test_the_next_step_stands_first_then_the_last_contact(client, chapter, door, blanca):
    nora, by = make_voter(door, "Nora"), actor_of(blanca)
    said = (
        ("note", "", "Works nights", 1), ("contact", "nobody_home", "", 2), ("issue", "", "The bus", 3),
        ("contact", "talked", "", 4), ("next_step", "call", "", 5), ("ride", "steps", "", 6),
        ("need", "company", "", 7), ("method", "by_mail", "", 8),
    )  # fmt: skip
    for kind, value, text, day in said:
        record_fact(
            voter=nora, kind=kind, value=value, text=text, source="captain", by=by, at=NOON.replace(day=day)
        )

    book = client.get(url("block_book", chapter, block_id=door.block_id))

    ((_door, _address, (one,)),) = book.context["doors"]
    assert [f"{fact.lead}: {fact.words}" if fact.lead else fact.words for fact in one.facts] == [
        "Next step: Call them", "Last contact: Talked", "The bus", "Votes by mail", "Steps are in the way",
        "Company would help", "Works nights",
    ]  # fmt: skip
    assert one.facts[1].who == "Blanca Adams"


def test_a_later_next_step_and_way_to_vote_take_the_place_of_the_former(door):
    nora, by = make_voter(door, "Nora"), actor_of(make_organizer(door.chapter))
    for value in ("call", "come_back"):
        record_fact(voter=nora, kind="next_step", value=value, source="captain", by=by, at=NOON)
    for value in ("early", "by_mail"):
        record_fact(voter=nora, kind="method", value=value, source="captain", by=by, at=NOON)

    _door, one = get_neighbour(nora, door.chapter, on=LATER)

    assert sorted(fact.value for fact in one.facts) == ["by_mail", "come_back"]
    assert nora.facts.count() == 4


def test_each_kind_of_fact_is_noted_with_two_presses(client, chapter, door, blanca):
    nora = make_voter(door, "Nora")
    address = url("add_fact", chapter, voter_id=nora.pk)
    form = client.get(address, headers={"hx-request": "true"})

    groups = {
        str(heading): [token for token, _ in buttons]
        for heading, buttons in form.context["neighbour"].quick_groups
    }
    for tokens in groups.values():
        assert client.post(address, {"quick": tokens[0]}, headers={"hx-request": "true"}).status_code == 200

    assert list(groups) == [
        "Contact", "How they vote", "Trouble getting to the polls", "What would help", "Gives a hand",
        "Can do or likes", "Speaks", "Next step",
    ]  # fmt: skip
    assert nora.facts.count() == 8
