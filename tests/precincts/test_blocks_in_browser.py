"""Precincts, blocks, roster and block book in a real Chromium: moving a building on the map, noting a fact, axe."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from core.actors import Actor
from precincts.models import Block, Fact
from precincts.services.cutting import cut_precinct
from tests.factories import LONG_AGO, make_captain, make_chapter, make_organizer, make_precinct, make_street

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "owner"]),
]

AXE = Path(settings.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js"
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 780}


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
    client = Client()
    organizer = Block.objects.get(number=1).assignments.get().member
    client.force_login(organizer.user, backend="django.contrib.auth.backends.ModelBackend")
    complaints, contexts = [], []

    def open_it(path, *, size=WIDE, theme="light"):
        context = browser.new_context(viewport=size, reduced_motion="reduce")
        contexts.append(context)
        values = {"sessionid": client.cookies["sessionid"].value, "theme": theme}
        context.add_cookies(
            [{"name": name, "value": value, "url": live_server.url} for name, value in values.items()]
        )
        page = context.new_page()
        page.on(
            "console",
            lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None,
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{live_server.url}/c/river-city/{path}")
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert complaints == []


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
    faults = {}
    for path in list_paths(precinct):
        page = open_page(path, size=size, theme=theme)
        page.wait_for_load_state("networkidle")
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate("axe.run(document)")["violations"]
        wrong = [(fault["id"], node["target"]) for fault in found for node in fault["nodes"]]
        if page.evaluate("document.documentElement.scrollWidth - window.innerWidth") > 0:
            wrong.append(("wider than the screen", path))
        if wrong:
            faults[path] = wrong
        page.close()

    assert faults == {}


def test_a_building_moves_by_a_press_on_the_map_and_back_by_undo(open_page, precinct):
    page = open_page(f"precincts/{precinct.pk}/")
    page.locator("path.map-point").first.wait_for()

    page.locator("path.map-point.hue-0").first.dispatch_event("click")
    page.locator("#building-choice-title").wait_for()
    page.get_by_role("button", name="Move to this block").click()
    page.get_by_text("Sizes and walks are up to date.").wait_for()
    page.locator("#captains").get_by_text("10 voters").first.wait_for()
    assert sorted(block.households.count() for block in Block.objects.all()) == [3, 4, 5]

    page.get_by_role("button", name="Undo", exact=True).click()
    page.get_by_text("Undone: Moved 1 door").first.wait_for()
    page.locator("#captains").get_by_text("10 voters").first.wait_for(state="detached")
    assert [block.households.count() for block in Block.objects.all()] == [4, 4, 4]


def test_a_captain_notes_a_fact_in_two_taps(open_page, precinct):
    first = Block.objects.get(precinct=precinct, number=1)
    page = open_page(f"blocks/{first.pk}/", size=PHONE)

    page.get_by_text("Add what you learned").first.click()
    page.get_by_role("button", name="Needs a ride to the polls").first.click()
    page.locator(".facts li > span").get_by_text("Needs a ride to the polls").first.wait_for()

    assert Fact.objects.get().value == "needs_ride"


def test_a_person_is_found_while_typing_and_takes_the_block(open_page, precinct):
    vacant = Block.objects.get(precinct=precinct, number=2)
    page = open_page(f"blocks/{vacant.pk}/captain/", size=PHONE)

    page.get_by_placeholder("Name or e-mail").fill("oli")
    page.locator("#candidates").get_by_text("Olive Adams").click()
    page.get_by_role("button", name="Make them block captain").click()
    page.get_by_text("Olive Adams is block captain of 2").wait_for()

    assert vacant.assignments.get().member.first_name == "Olive"
