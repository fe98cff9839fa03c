"""The frame and the parts in a real Chromium: no finding by axe, no refusal by the CSP, focus kept, no script needed."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import translation

from tests.browsing import PHONE, WIDE, find_faults, open_tabs
from tests.factories import make_chapter, make_member

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "owner"]),
]


@pytest.fixture
def open_page(browser, live_server, settings):
    """Opens a page as a signed-in organizer who is staff; what the console complains of fails the test."""
    settings.REQUIRE_SECOND_FACTOR = False
    chapter = make_chapter("river-city")
    alice = make_member(chapter, "Alice", "organizer").user
    alice.is_staff = True
    alice.save()
    with translation.override("en"), open_tabs(browser, live_server.url, user=alice) as tabs:
        yield lambda path, *, language="en", **how: tabs.open(path, language=language, **how)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_axe_finds_nothing_on_the_style_guide(open_page, size, theme):
    page = open_page(reverse("site:styleguide"), size=size, theme=theme)
    page.locator("#sample-map path.map-area").first.wait_for()

    assert find_faults(page) == []


@pytest.mark.parametrize("name", ["core:today", "core:search", "core:settings", "core:menu"])
def test_axe_finds_nothing_on_the_frames_own_pages(open_page, name):
    page = open_page(reverse(name, kwargs={"chapter_slug": "river-city"}), size=PHONE, language="es")

    assert find_faults(page) == []


def test_sorting_exchanges_the_list_keeps_the_focus_and_says_what_is_there_now(open_page):
    page = open_page(reverse("site:styleguide"))
    page.evaluate("window.stillTheSamePage = true")

    page.locator("#sort-captains-voters").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/styleguide/?sort=voters")

    page.locator("#announcer", has_text="24 rows in the list").wait_for(state="attached")
    assert page.evaluate("window.stillTheSamePage") is True
    assert page.evaluate("document.activeElement.id") == "sort-captains-voters"
    assert page.locator("th[aria-sort=ascending]").inner_text().strip() == "Voters"


def test_the_side_panel_opens_with_the_pages_content_and_gives_the_focus_back(open_page):
    page = open_page(reverse("site:styleguide"))
    opener = page.locator(".cell-actions a").first

    opener.click()
    page.locator("dialog#side-panel[open]").wait_for()
    assert page.locator("#side-panel-title").inner_text() == "Close 3 blocks?"
    assert find_faults(page) == []
    page.keyboard.press("Escape")

    page.locator("dialog#side-panel:not([open])").wait_for(state="attached")
    assert opener.evaluate("link => link === document.activeElement") is True
    assert page.url.endswith("/styleguide/")


def test_what_is_done_in_the_side_panel_offers_undo_on_the_page(open_page):
    page = open_page(reverse("site:styleguide"))

    page.locator(".cell-actions a").first.click()
    page.locator("dialog#side-panel[open] .btn-danger").click()
    page.locator(".toast-part").wait_for()
    assert "3 blocks closed." in page.locator(".toast-part").inner_text()
    page.locator(".toast-part button", has_text="Undo").click()

    page.locator(".toast-part", has_text="The 3 blocks are open again.").wait_for()


def test_a_menu_opens_by_key_is_walked_by_arrows_and_closed_by_escape(open_page):
    page = open_page(reverse("core:today", kwargs={"chapter_slug": "river-city"}))
    summary = page.locator(".top-menu summary").first

    summary.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.value") == "en"
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.value") == "es"
    page.keyboard.press("Escape")

    assert page.locator(".top-menu[open]").count() == 0
    assert summary.evaluate("it => it === document.activeElement") is True


def test_the_map_draws_every_kind_and_its_numbers_can_be_chosen_by_key(open_page):
    page = open_page(reverse("site:styleguide"))
    page.locator("#sample-map path.map-area").first.wait_for()
    assert page.locator("#sample-map path.map-street").count() == 7
    assert page.locator("#sample-map path.map-area").count() == 6
    assert page.locator("#sample-map path.map-point").count() == 48
    page.evaluate("addEventListener('map:choose', event => { window.chosen = event.detail.key })")

    number = page.locator("#sample-map .map-number", has_text="3")
    number.focus()
    page.keyboard.press("Enter")

    assert page.evaluate("window.chosen") == 3
    assert number.get_attribute("aria-pressed") == "true"
    assert page.locator("#sample-map path.map-area.is-chosen").count() == 1


def test_numbers_on_a_map_step_aside_where_they_would_meet(open_page):
    page = open_page(reverse("site:styleguide"))
    page.locator("#sample-map .map-number").first.wait_for()

    page.evaluate(
        """async () => {
            const { drawMap } = await import("/static/js/map.js");
            const number = (label, east) => ({
                type: "Feature", geometry: { type: "Point", coordinates: [east, 0] },
                properties: { kind: "number", label: String(label), key: label },
            });
            const features = [number(1, 0), number(2, 0), number(3, 0.0000001), number(4, 0.1)];
            window.fetch = async () => new Response(JSON.stringify({ type: "FeatureCollection", features }));
            await drawMap(document.getElementById("sample-map"));
        }"""
    )

    boxes = [one.bounding_box() for one in page.locator("#sample-map .map-number").all()]
    assert len(boxes) == 4
    for place, one in enumerate(boxes):
        for other in boxes[:place]:
            assert abs(one["x"] - other["x"]) >= 26 or abs(one["y"] - other["y"]) >= 26


def test_a_map_that_cannot_be_loaded_says_so(open_page):
    page = open_page("/styleguide/?q=nobody")
    page.locator("#sample-map path.map-area").first.wait_for()

    page.evaluate(
        """async () => {
            const { drawMap } = await import("/static/js/map.js");
            window.fetch = () => Promise.reject(new Error("no signal"));
            const element = document.getElementById("sample-map");
            await drawMap(element).catch(() => {});
        }"""
    )

    assert "The list has the same rows." in page.locator("#sample-map [role=alert]").inner_text()


def test_a_running_job_asks_again_by_itself(open_page):
    page = open_page(reverse("site:styleguide"))

    with page.expect_response("**/styleguide/progress/", timeout=6000) as answered:
        pass

    assert answered.value.status == 200


def test_without_script_menus_open_lists_sort_and_links_lead_to_whole_pages(open_page):
    page = open_page(reverse("site:styleguide"), script=False)

    page.locator(".top-menu summary").nth(1).click()
    page.locator("button[name=theme][value=dark]").click()
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"
    page.locator("#sort-captains-voters").click()
    assert page.url.endswith("?sort=voters")
    page.locator(".cell-actions a").first.click()
    assert page.locator("h1").inner_text() == "Close 3 blocks?"
    page.locator("main .btn-danger").click()
    assert "3 blocks closed." in page.locator(".toast-part").inner_text()


def test_light_or_dark_follows_the_device_where_nothing_was_chosen(open_page):
    page = open_page(reverse("core:today", kwargs={"chapter_slug": "river-city"}), theme="auto")
    ground = "getComputedStyle(document.body).backgroundColor"

    page.emulate_media(color_scheme="dark")
    dark = page.evaluate(ground)
    page.emulate_media(color_scheme="light")

    assert (page.evaluate(ground), dark) == ("rgb(251, 250, 247)", "rgb(23, 22, 20)")


def test_on_paper_only_the_content_is_left(open_page):
    page = open_page(reverse("site:styleguide"))

    page.emulate_media(media="print")

    assert not page.locator(".rail").is_visible()
    assert not page.locator(".top-bar").is_visible()
    assert page.locator("h1").is_visible()
    assert page.locator(".chart-wide").first.is_visible()
