from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from chapters.models import AuditEvent
from precincts.casing import in_plain_case
from precincts.models import Fact, Household
from precincts.services.facts import record_fact
from precincts.services.roster import assign_captain
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


@pytest.fixture
def chapter():
    return make_chapter()


@pytest.fixture
def block(chapter):
    return make_block(make_precinct(chapter), number=5)


@pytest.fixture
def blanca(chapter, block, client):
    """The block's captain, signed in."""
    blanca = make_member(chapter, "Blanca")
    make_captain(block, blanca)
    client.force_login(blanca.user)
    return blanca


def add_door(block, number: int, place: int, *names: str) -> Household:
    building = make_building(block.chapter, number)
    door = make_household(building, block.precinct, block=block, walk_position=place)
    for name in names:
        make_voter(door, name)
    return door


def url(name: str, chapter, **kwargs) -> str:
    return reverse(f"precincts:{name}", kwargs={"chapter_slug": chapter.slug, **kwargs})


def open_book(client, block, **query):
    return client.get(url("block_book", block.chapter, block_id=block.pk), query)


def shown_doors(response) -> list[tuple[str, list[str]]]:
    return [(address, [one.name for one in inside]) for _d, address, inside in response.context["doors"]]


def test_the_book_shows_the_doors_in_walking_order_and_hides_who_is_not_listed(client, block, blanca):
    add_door(block, 9, 2, "Nora")
    first = add_door(block, 12, 1, "Omar")
    make_voter(first, "Quetzal", is_confidential=True)
    make_voter(add_door(block, 14, 3), "Quetzal", gone_on=LONG_AGO)

    response = open_book(client, block)

    assert shown_doors(response) == [
        ("12 Lantern Street", ["Omar Neighbour"]), ("9 Lantern Street", ["Nora Neighbour"]),
    ]  # fmt: skip
    assert "Quetzal" not in response.content.decode()


def test_whoever_opens_the_book_stands_in_the_log(client, block, blanca):
    add_door(block, 12, 1, "Omar", "Nora")

    open_book(client, block)

    event = AuditEvent.objects.get(verb="precincts.book_read")
    assert (event.actor_user, event.rows) == (blanca.user, 2)


def test_a_book_asked_for_by_a_script_stands_in_the_log_with_the_people_it_shows(client, block, blanca):
    add_door(block, 12, 1, "Omar", "Nora")
    address = url("block_book", block.chapter, block_id=block.pk)

    client.get(address, headers={"hx-request": "true"})
    client.get(address, {"q": "12"}, headers={"hx-request": "true"})

    assert list(AuditEvent.objects.filter(verb="precincts.book_read").values_list("rows", flat=True)) == [
        2,
        2,
    ]


def test_heat_is_said_with_the_elections_behind_it(client, block, blanca):
    for bit, year in enumerate((2020, 2022, 2024)):
        make_election(block.chapter, date(year, 3, 3), bit)
    door = add_door(block, 12, 1)
    make_voter(door, "Hana", history=0b111)
    make_voter(door, "Noel", history=0, registered_on=date(2025, 1, 1))

    (_door, _address, neighbours) = open_book(client, block).context["doors"][0]

    said = {one.name: (str(one.heat.word), one.record) for one in neighbours}
    assert said == {
        "Hana Neighbour": ("hot", "voted 3 of 3"),
        "Noel Neighbour": ("new voter", "no such election since they registered"),
    }
    hana = next(one for one in neighbours if one.name == "Hana Neighbour")
    assert [(mark.held_on.year, mark.voted) for mark in hana.row.marks] == [
        (2020, True), (2022, True), (2024, True),
    ]  # fmt: skip


def test_without_vote_history_the_book_says_so(client, block, blanca):
    add_door(block, 12, 1, "Omar")

    (_door, _address, (omar,)) = open_book(client, block).context["doors"][0]

    assert (omar.heat, omar.record) == (None, "no vote history imported yet")


@pytest.mark.parametrize(
    ("party", "said"),
    [
        ("DEM", "Democratic (registered)"),
        ("UNA", "registered without a party"),
        ("", "affiliation not known"),
    ],
)
def test_affiliation_is_said_with_its_source(client, block, blanca, party, said):
    make_voter(add_door(block, 12, 1), "Omar", party=party)

    (_door, _address, (omar,)) = open_book(client, block).context["doors"][0]

    assert omar.affiliation == said


def test_affiliation_learned_at_the_door_is_said_as_learned(client, block, blanca):
    voter = make_voter(add_door(block, 12, 1), "Omar", party="UNA")
    record_fact(voter=voter, kind="affiliation", text="Green", source="captain", by=actor_of(blanca), at=NOON)

    (_door, _address, (omar,)) = open_book(client, block).context["doors"][0]

    assert omar.affiliation == "Green (learned)"


def test_a_fact_is_noted_with_one_press(client, block, blanca):
    voter = make_voter(add_door(block, 12, 1), "Omar")

    response = client.post(
        url("add_fact", block.chapter, voter_id=voter.pk),
        {"quick": "ride:needs_ride"},
        headers={"hx-request": "true"},
    )

    fact = Fact.objects.get()
    assert (fact.kind, fact.value, fact.member, fact.source) == ("ride", "needs_ride", blanca, "captain")
    assert "Needs a ride to the polls" in response.content.decode()


def test_a_note_in_ones_own_words_is_kept(client, block, blanca):
    voter = make_voter(add_door(block, 12, 1), "Omar")

    response = client.post(
        url("add_fact", block.chapter, voter_id=voter.pk), {"kind": "issue", "text": "The bus cuts."}
    )

    assert response.headers["Location"].endswith(f"/blocks/{block.pk}/#voter-{voter.pk}")
    assert Fact.objects.get().text == "The bus cuts."


def test_a_note_pressed_twice_is_one_fact_and_another_one_is_another(client, block, blanca):
    voter = make_voter(add_door(block, 12, 1), "Omar")
    address = url("add_fact", block.chapter, voter_id=voter.pk)
    form = client.get(address, headers={"hx-request": "true"})
    form_id = form.context["form_id"]
    assert f'name="client_id" value="{form_id}"' in form.content.decode()

    for text in ("The bus cuts.", "The bus cuts.", "The school."):
        client.post(address, {"kind": "issue", "text": text, "client_id": str(form_id)})

    assert sorted(Fact.objects.values_list("text", flat=True)) == ["The bus cuts.", "The school."]


def test_a_note_on_a_neighbour_in_no_block_leads_to_the_doors_in_no_block(client, chapter, block):
    client.force_login(make_organizer(chapter).user)
    voter = make_voter(make_household(make_building(chapter, 99), block.precinct), "Lena")
    address = url("add_fact", chapter, voter_id=voter.pk)

    noted = client.post(address, {"kind": "issue", "text": "The bus cuts."})
    empty = client.post(address, {"text": " "}, headers={"hx-request": "true"})

    list_only = url("list_only", chapter, precinct_id=block.precinct_id)
    assert noted.headers["Location"] == empty.headers["HX-Redirect"] == list_only
    assert Fact.objects.get().text == "The bus cuts."


def test_nothing_is_noted_on_a_neighbour_whom_no_page_shows(client, chapter):
    client.force_login(make_organizer(chapter).user)
    voter = make_voter(make_household(make_building(chapter, 99), None), "Lena")

    response = client.post(url("add_fact", chapter, voter_id=voter.pk), {"text": "The bus cuts."})

    assert response.status_code == 404
    assert not Fact.objects.exists()


def test_the_book_is_small_and_brings_the_form_when_it_is_opened(client, block, blanca):
    """A phone with one bar of signal opens 87 doors; each neighbour's form comes with a press."""
    for bit, year in enumerate((2020, 2022, 2024, 2026)):
        make_election(block.chapter, date(year, 3, 1), bit)
    for number in range(1, 88):
        add_door(block, number, number, "Alexandra", *(["Bartholomew"] if number % 5 else []))
    voter = block.households.first().voters.first()
    add_url = url("add_fact", block.chapter, voter_id=voter.pk)

    book, form = open_book(client, block), client.get(add_url, headers={"hx-request": "true"})
    page = client.get(add_url)

    assert len(book.content) < 150_000
    assert f'href="{add_url}"' in book.content.decode()
    assert [b'name="quick"' in answer.content for answer in (book, form, page)] == [False, True, True]
    assert [answer.headers.get("HX-Push-Url") for answer in (form, book)] == ["false", None]
    assert [b"<!doctype html>" in answer.content for answer in (form, page)] == [False, True]


def test_a_saved_fact_stands_in_the_answer_with_words_that_are_read_out(client, block, blanca):
    voter = make_voter(add_door(block, 12, 1), "Omar")
    address = url("add_fact", block.chapter, voter_id=voter.pk)

    answer = client.post(address, {"text": "The bus cuts."}, headers={"hx-request": "true"})
    without_script = client.post(address, {"text": "The school."}, follow=True)

    body = answer.content.decode()
    assert 'data-announce="Noted."' in body
    assert "The bus cuts." in body
    assert "data-keeps-focus" in body
    assert [str(said) for said in without_script.context["messages"]] == ["Noted."]


def test_an_empty_note_is_refused_beside_its_field(client, block, blanca):
    voter = make_voter(add_door(block, 12, 1), "Omar")

    response = client.post(
        url("add_fact", block.chapter, voter_id=voter.pk), {"text": " "}, headers={"hx-request": "true"}
    )

    assert response.status_code == 422
    assert "Write a few words first." in response.content.decode()
    assert not Fact.objects.exists()


def test_a_note_is_taken_back_and_stays_on_record(client, block, blanca):
    voter = make_voter(add_door(block, 12, 1), "Omar")
    fact = record_fact(
        voter=voter, kind="note", text="Moved?", source="captain", by=actor_of(blanca), at=NOON
    )

    response = client.post(
        url("take_fact_back", block.chapter, fact_id=fact.pk), headers={"hx-request": "true"}
    )

    assert "Moved?" not in response.content.decode()
    assert Fact.objects.filter(pk=fact.pk).exists()


def test_the_search_finds_by_name_and_by_house_number(client, block, blanca):
    add_door(block, 9, 1, "Nora")
    add_door(block, 12, 2, "Omar")

    assert shown_doors(open_book(client, block, q="omar")) == [("12 Lantern Street", ["Omar Neighbour"])]
    assert shown_doors(open_book(client, block, q="9 lan")) == [("9 Lantern Street", ["Nora Neighbour"])]
    assert shown_doors(open_book(client, block, q="nobody")) == []


def test_the_note_of_the_former_captain_greets_the_next_one(client, chapter, block, blanca):
    olive = make_organizer(chapter)
    carla = make_member(chapter, "Carla")
    assign_captain(
        block=block, member=carla, by=actor_of(olive), on=date(2026, 3, 2), note="Mind the dog at 12."
    )
    client.force_login(carla.user)

    assert "Mind the dog at 12." in open_book(client, block).content.decode()


def test_my_block_leads_to_the_own_block_or_the_choice(client, chapter, block, blanca):
    assert client.get(url("my_block", chapter)).headers["Location"].endswith(f"/blocks/{block.pk}/")
    make_captain(make_block(block.precinct, number=6), blanca)

    assert [row.number for row in client.get(url("my_block", chapter)).context["blocks"]] == [5, 6]


def test_whoever_keeps_no_block_is_told_so_and_where_to_look(client, chapter, block):
    client.force_login(make_organizer(chapter).user)

    response = client.get(url("my_block", chapter))

    assert response.status_code == 200
    body = response.content.decode()
    assert "You keep no block" in body
    assert f'class="btn btn-primary" href="{url("roster", chapter)}"' in body


@pytest.mark.parametrize("doors", [1, 3])
def test_the_book_takes_the_same_queries_whatever_its_size(
    client, block, blanca, doors, django_assert_num_queries
):
    for number in range(1, doors + 1):
        door = add_door(block, number, number, "Nora", "Omar")
        record_fact(
            voter=door.voters.first(),
            kind="note",
            text="Hello",
            source="captain",
            by=actor_of(blanca),
            at=NOON,
        )
    open_book(client, block)

    with django_assert_num_queries(22):
        open_book(client, block)


@pytest.mark.parametrize(
    ("shouted", "plain"),
    [
        ("MCDONALD ST", "McDonald St"), ("O'NEILL", "O'Neill"), ("JEAN-LUC", "Jean-Luc"), ("LOUIS III", "Louis III"),
        ("4TH ST NE", "4th St NE"), ("12 LANTERN ST, 4B", "12 Lantern St, 4B"), ("de la Cruz", "de la Cruz"),
        ("MARÍA", "María"), ("", ""),
    ],
)  # fmt: skip
def test_names_and_streets_are_written_as_people_write_them(shouted, plain):
    assert in_plain_case(shouted) == plain
