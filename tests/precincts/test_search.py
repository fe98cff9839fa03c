from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from precincts.models import Block, Household
from precincts.selectors.voters import search_doors, search_streets, search_voters
from tests.factories import (
    actor_of,
    make_block,
    make_building,
    make_captain,
    make_chapter,
    make_household,
    make_member,
    make_organizer,
    make_precinct,
    make_street,
    make_voter,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def chapter():
    return make_chapter()


@pytest.fixture
def olive(chapter):
    return make_organizer(chapter)


@pytest.fixture
def door(chapter):
    precinct = make_precinct(chapter)
    return make_household(make_building(chapter, 12), precinct, "2", block=make_block(precinct))


@pytest.mark.parametrize("words", ["dua", "DUARTE", "duarte i", "ines duarte", "ines dua", "Duarte, Ines"])
def test_a_neighbour_is_found_by_the_beginning_of_either_name(door, olive, words):
    ines = make_voter(door, "Ines", "Duarte")
    make_voter(door, "Ines", "Dunn")

    assert list(search_voters(actor_of(olive), words)) == [ines]


def test_people_who_are_not_listed_and_other_chapters_people_are_not_found(door, olive):
    make_voter(door, "Ines", "Duarte", is_confidential=True)
    elsewhere = make_chapter("elsewhere")
    far = make_household(make_building(elsewhere, 12), make_precinct(elsewhere))
    make_voter(far, "Ines", "Duarte")

    assert list(search_voters(actor_of(olive), "duarte")) == []


def test_a_captain_finds_own_neighbours_only(door, chapter):
    blanca = make_member(chapter, "Blanca")
    make_captain(door.block, blanca)
    ines = make_voter(door, "Ines", "Duarte")
    make_voter(make_household(make_building(chapter, 14), door.precinct), "Ines", "Duarte")

    assert list(search_voters(actor_of(blanca), "duarte")) == [ines]


@pytest.mark.parametrize("words", ["12 lantern", "12 Lantern Street", "lantern"])
def test_a_door_is_found_by_the_beginning_of_its_address(chapter, olive, words):
    precinct = make_precinct(chapter)
    building = make_building(chapter, 12, address_key="12 LANTERN ST", street_key="LANTERN ST")
    door = make_household(building, precinct)
    make_voter(door)
    make_household(make_building(chapter, 14, address_key="14 MILL ST", street_key="MILL ST"), precinct)

    assert list(search_doors(actor_of(olive), words)) == [door]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("hemlock", ["HEMLOCK CT: 2 doors, 3-2", "N HEMLOCK RD: 1 doors, 3-2"]),
        ("hemlock r", ["N HEMLOCK RD: 1 doors, 3-2"]),
        ("emlock", []),
        ("9 hemlock", []),
    ],
)
def test_streets_are_found_by_the_beginning_of_any_word(chapter, olive, words, found):
    precinct = make_precinct(chapter)
    for number, street in ((9, "HEMLOCK CT"), (10, "HEMLOCK CT"), (9, "N HEMLOCK RD")):
        building = make_building(chapter, number, street, address_key=f"{number} {street}", street_key=street)
        make_voter(make_household(building, precinct))

    rows = search_streets(actor_of(olive), words)

    assert [f"{row['street']}: {row['doors']} doors, {row['codes']}" for row in rows] == found


def test_a_number_alone_and_a_number_with_a_later_word_of_the_street_find_doors_in_order(chapter, olive):
    precinct = make_precinct(chapter)
    for number, street in ((12, "N MAIN ST"), (9, "MILL ST"), (10, "MILL ST"), (120, "MILL ST")):
        building = make_building(chapter, number, street, address_key=f"{number} {street}", street_key=street)
        make_voter(make_household(building, precinct))

    def find(words):
        return [str(door) for door in search_doors(actor_of(olive), words)]

    assert find("12") == ["12 N MAIN ST"]
    assert find("12 main") == ["12 N MAIN ST"]
    assert find("mill") == ["9 MILL ST", "10 MILL ST", "120 MILL ST"]


def test_a_group_that_is_cut_says_how_many_there_are_and_shows_them_alone(client, chapter, olive):
    precinct = make_precinct(chapter)
    for number in range(1, 12):
        building = make_building(chapter, number, address_key=f"{number} LANTERN ST", street_key="LANTERN ST")
        make_voter(make_household(building, precinct), "Lanterna", "Lanternis")
    client.force_login(olive.user)
    address = reverse("core:search", kwargs={"chapter_slug": chapter.slug})

    page = client.get(address, {"q": "lantern"}).content.decode()
    doors = client.get(address, {"q": "lantern", "in": "doors"})

    assert page.count("All 11 results") == 2
    assert f'href="{address}?q=lantern&amp;in=doors"' in page
    assert [(group.key, len(group.hits)) for group, _more in doors.context["groups"]] == [("doors", 11)]


def test_the_search_page_leads_to_the_neighbour_in_the_book(client, chapter, olive, door):
    ines = make_voter(door, "INES", "DUARTE")
    client.force_login(olive.user)

    page = client.get(reverse("core:search", kwargs={"chapter_slug": chapter.slug}), {"q": "duarte"})

    body = page.content.decode()
    assert f"/blocks/{door.block_id}/#voter-{ines.pk}" in body
    assert "Ines Duarte" in body


def today(client, chapter) -> list[str]:
    page = client.get(reverse("core:today", kwargs={"chapter_slug": chapter.slug}))
    return [str(item.title) for item in [*page.context["first"], *page.context["items"]]]


def test_today_leads_an_organizer_from_the_file_to_captains(client, chapter, olive):
    client.force_login(olive.user)
    assert "Import your voter file" in today(client, chapter)
    precinct = make_precinct(chapter)
    make_street(precinct, houses=4)
    assert "1 precinct has no blocks yet" in today(client, chapter)
    block = make_block(precinct)
    Household.objects.update(block=block)
    assert "1 block has no captain" in today(client, chapter)
    make_captain(block, olive, starts_on=timezone.localdate() - timedelta(days=1))

    titles = today(client, chapter)

    assert "Your block 1 in precinct 3-2" in titles
    assert not [title for title in titles if "no captain" in title or "no blocks" in title]
    assert Block.objects.count() == 1
