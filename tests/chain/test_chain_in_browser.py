"""The whole chain as an organizer does it: sign in, import, cut, move a building, print; with a real worker."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from canvassing.models import WalkList
from chapters.models import Chapter
from chapters.services.accounts import open_account
from precincts.models import Block, BlockEdit, Precinct, Voter
from tests.browsing import PHONE, WIDE, Tabs, find_faults, open_tabs
from tests.factories import make_chapter, make_member
from tests.town import tiny_town

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, databases=["default", "owner"]),
]

PASSWORD = "a walk in the rain"
MINUTE = 60_000


@pytest.fixture
def chapter(db, settings) -> Chapter:
    settings.REQUIRE_SECOND_FACTOR = False
    chapter = make_chapter("river-city", state="NC")
    user = open_account(email="alice@example.org", name="Alice Adams", password=PASSWORD, is_verified=True)
    make_member(chapter, "Alice", "organizer", user=user, email=user.email)
    return chapter


@pytest.fixture
def tabs(browser, live_server, chapter):
    with open_tabs(browser, live_server.url) as opened:
        yield opened


def sign_in(tabs: Tabs) -> Page:
    page = tabs.open("/")
    page.get_by_label("E-mail").fill("alice@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    return page


def check(page: Page, faults: dict, *, at: str) -> None:
    """axe on a page, wide and on a phone, light and dark."""
    for size, scheme in ((WIDE, "light"), (PHONE, "dark")):
        page.set_viewport_size(size)
        page.evaluate("theme => document.documentElement.dataset.bsTheme = theme", scheme)
        found = find_faults(page)
        if found:
            faults[f"{at} {scheme}"] = found
    page.set_viewport_size(WIDE)
    page.evaluate("document.documentElement.dataset.bsTheme = 'light'")


def import_file(page: Page, kind: str, path, faults: dict) -> None:
    """From the list of imports through the check to the report."""
    page.goto(re.sub(r"/c/river-city/.*", "/c/river-city/imports/new/", page.url))
    page.get_by_label(kind).check()
    page.get_by_label("File", exact=True).set_input_files(str(path))
    page.get_by_label("Who gave it").fill("State board, by request")
    page.get_by_label("Obtained on").fill("2026-01-05")
    page.get_by_label("What it may be used for").fill("Political use")
    check(page, faults, at=f"upload {kind}")
    page.get_by_role("button", name="Upload and check").click()
    check(page, faults, at=f"check {kind}")
    page.get_by_role("button", name="Import this file").click()
    page.get_by_role("link", name="See what came out").click(timeout=2 * MINUTE)
    expect(page.get_by_text("On record")).to_be_visible()
    check(page, faults, at=f"report {kind}")


def test_an_organizer_goes_from_a_voter_file_to_walk_lists(tabs, live_server, chapter, start_worker):
    start_worker()
    town, faults = tiny_town(), {}
    page = sign_in(tabs)
    page.goto(f"{live_server.url}/c/river-city/")
    check(page, faults, at="today, empty")
    import_file(page, "voter file", town.voters, faults)
    import_file(page, "vote history", town.history, faults)
    import_file(page, "address points", town.addresses, faults)
    assert Voter.objects.filter(chapter=chapter).count() == town.truth["voters"]

    page.goto(f"{live_server.url}/c/river-city/precincts/cut/")
    check(page, faults, at="cut all")
    page.get_by_label("How many").fill("30")
    page.get_by_role("button", name=re.compile("^Cut")).click()
    page.get_by_role("link", name="See what came out").click(timeout=2 * MINUTE)
    precinct = Precinct.objects.filter(chapter=chapter).order_by("code").first()
    assert Block.objects.filter(precinct=precinct).count() > 2

    page.goto(f"{live_server.url}/c/river-city/precincts/{precinct.pk}/")
    page.locator("path.map-point").first.wait_for()
    check(page, faults, at="precinct")
    page.locator("path.map-point.hue-0").first.dispatch_event("click")
    page.get_by_role("button", name="Move to this block").click()
    page.get_by_text("Sizes and walks are up to date.").wait_for()
    assert BlockEdit.objects.filter(precinct=precinct, kind="move").count() == 1

    page.goto(f"{live_server.url}/c/river-city/canvassing/print/precinct/{precinct.pk}/")
    check(page, faults, at="print")
    page.get_by_role("button", name=re.compile("^Print")).click()
    page.get_by_role("link", name="See what came out").click(timeout=3 * MINUTE)
    lists = WalkList.objects.filter(precinct=precinct)
    assert lists.count() == Block.objects.filter(precinct=precinct, closed_on=None).count()
    check(page, faults, at="lists")

    page.goto(f"{live_server.url}/c/river-city/canvassing/lists/{lists.first().list_number}/")
    check(page, faults, at="list")
    address = page.get_by_role("link", name="Open the PDF").get_attribute("href")
    assert page.request.get(live_server.url + address).body().startswith(b"%PDF-")
    assert faults == {}
