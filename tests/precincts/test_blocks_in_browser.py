"""Precincts, blocks, roster and block book in a real Chromium: moving a building on the map, noting a fact, axe."""

from __future__ import annotations

import pytest

from core.actors import Actor
from precincts.models import Block, BlockAssignment, Fact
from precincts.services.cutting import cut_precinct
from tests.browsing import PHONE, WIDE, find_faults, find_faults_of, open_tabs
from tests.factories import LONG_AGO, make_captain, make_chapter, make_organizer, make_precinct, make_street

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "owner"]),
]


@pytest.fixture
def precinct(db, settings):
    """Twelve houses of two voters in three blocks; the organizer keeps the first."""
    settings.REQUIRE_SECOND_FACTOR = False
    chapter = make_chapter("river-city")
    precinct = make_precinct(chapter)
    make_street(precinct, houses=12)
    cut_precinct(precinct=precinct, by=Actor.system(chapter.pk), on=LONG_AGO, blocks=3)
    make_captain(Block.objects.get(number=1), make_organizer(chapter))
    return precinct


@pytest.fixture
def open_page(browser, live_server, precinct):
    """Opens a page of the chapter as its organizer; what the console complains of fails the test."""
    organizer = Block.objects.get(number=1).assignments.get().member
    with open_tabs(browser, live_server.url, user=organizer.user) as tabs:
        yield lambda path, **how: tabs.open(f"/c/river-city/{path}", **how)


def list_paths(precinct) -> list[str]:
    first = Block.objects.get(precinct=precinct, number=1)
    building = first.households.order_by("pk").first().building_id
    return [
        "precincts/",
        f"precincts/{precinct.pk}/",
        f"precincts/{precinct.pk}/blocks/",
        f"precincts/{precinct.pk}/list-only/",
        f"precincts/{precinct.pk}/cut/?number=2&wish=blocks",
        f"precincts/{precinct.pk}/captain/",
        f"precincts/{precinct.pk}/buildings/{building}/{first.pk}/",
        "precincts/cut/",
        "roster/",
        f"blocks/{first.pk}/",
        f"blocks/{first.pk}/doors/",
        f"blocks/{first.pk}/captain/",
        f"blocks/{first.pk}/rename/",
        f"block-captains/{first.assignments.get().pk}/end/",
    ]


@pytest.mark.parametrize(("size", "theme"), [(WIDE, "light"), (PHONE, "dark")], ids=["wide", "phone"])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(open_page, precinct, size, theme):
    page = open_page("", size=size, theme=theme)

    assert find_faults_of(page, list_paths(precinct)) == {}


def test_a_building_moves_by_a_press_on_the_map_and_back_by_undo(open_page, precinct):
    page = open_page(f"precincts/{precinct.pk}/")
    page.locator("path.map-point").first.wait_for()

    page.locator("path.map-point.hue-0").first.dispatch_event("click")
    page.locator("#building-choice-title").wait_for()
    page.get_by_role("button", name="Move to this block").click()
    page.get_by_text("Sizes and walks are up to date.").wait_for()
    page.locator("#captains").get_by_text("10 voters").first.wait_for()
    assert page.locator("#block-map-badge").inner_text() == "6 to 10 voters"
    assert sorted(block.households.count() for block in Block.objects.all()) == [3, 4, 5]

    page.get_by_role("button", name="Undo", exact=True).click()
    page.get_by_text("Undone: Moved 1 door").first.wait_for()
    page.locator("#captains").get_by_text("10 voters").first.wait_for(state="detached")
    assert [block.households.count() for block in Block.objects.all()] == [4, 4, 4]


def test_the_last_change_is_undone_after_the_page_was_loaded_again(open_page, precinct):
    BlockAssignment.objects.all().delete()  # a captain would stand in the way of undoing the cut
    page = open_page(f"precincts/{precinct.pk}/")

    page.get_by_role("button", name="Undo the last change").click()
    page.get_by_text("Undone: Cut").first.wait_for()

    assert not Block.objects.open().exists()


def test_a_captain_notes_a_fact_in_two_taps_and_keeps_the_place(open_page, precinct):
    first = Block.objects.get(precinct=precinct, number=1)
    page = open_page(f"blocks/{first.pk}/", size=PHONE)
    neighbour = page.locator(".neighbour").nth(5)
    page.evaluate("window.stillTheSamePage = true")

    neighbour.locator(".add-fact").click()
    ride = neighbour.get_by_role("button", name="Needs a ride")
    ride.wait_for()
    before = page.evaluate("scrollY")
    ride.click()
    neighbour.locator(".facts li > span").get_by_text("Needs a ride to the polls").first.wait_for()
    page.locator("#announcer", has_text="Noted.").wait_for(state="attached")

    assert neighbour.locator(".neighbour-said").inner_text() == "Noted."
    assert find_faults(page) == []
    top = neighbour.bounding_box()["y"]
    assert 0 <= top < PHONE["height"] / 2
    assert abs(page.evaluate("scrollY") - before) < PHONE["height"] / 2
    assert page.evaluate("document.activeElement.className") == "add-fact"
    assert page.evaluate("window.stillTheSamePage") is True
    assert page.url.endswith(f"/blocks/{first.pk}/")
    assert Fact.objects.get().value == "needs_ride"


def test_a_lost_signal_is_said_where_it_is_seen(open_page, precinct):
    first = Block.objects.get(precinct=precinct, number=1)
    page = open_page(f"blocks/{first.pk}/", size=PHONE)

    for _look in range(100):  # the scripts may not listen yet, and the next answer takes the words away again
        said = page.evaluate(
            """() => {
                document.body.dispatchEvent(new CustomEvent('htmx:sendError', {bubbles: true, detail: {}}));
                const alert = document.querySelector('#messages [role=alert]');
                return alert && alert.checkVisibility() ? alert.innerText : '';
            }"""
        )
        if said:
            break
        page.wait_for_timeout(100)
    assert "cannot be reached" in said


def test_a_person_is_found_while_typing_and_takes_the_block(open_page, precinct):
    vacant = Block.objects.get(precinct=precinct, number=2)
    page = open_page(f"blocks/{vacant.pk}/captain/", size=PHONE)

    page.get_by_placeholder("Name or e-mail").fill("oli")
    page.locator("#candidates").get_by_text("Olive Adams").click()
    page.get_by_role("button", name="Make them block captain").click()
    page.get_by_text("Olive Adams is block captain of 2").wait_for()

    assert vacant.assignments.get().member.first_name == "Olive"
