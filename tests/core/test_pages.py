"""The pages of the frame itself: Today, search, Settings, More, preferences, errors, the style guide."""

from __future__ import annotations

import pytest
from django.shortcuts import render
from django.test import RequestFactory
from django.urls import reverse
from django.utils import translation

from core import navigation
from core.errors import DomainError
from core.navigation import SearchGroup, SearchHit, TodayItem
from core.views import errors
from tests.factories import make_chapter, make_member, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    """A request leaves its language with the thread; the next test starts in English again."""
    with translation.override("en"):
        yield


@pytest.fixture
def alice(settings):
    settings.REQUIRE_SECOND_FACTOR = False
    return make_member(make_chapter("river-city"), "Alice", "organizer")


@pytest.fixture
def signed_in(client, alice):
    client.force_login(alice.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def show(client, name, **query):
    return client.get(reverse(name, kwargs={"chapter_slug": "river-city"}), query)


# --- Today, search, Settings, More -----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["core:today", "core:search", "core:settings", "core:menu"])
def test_a_page_has_one_heading_the_landmarks_and_a_way_past_the_frame(signed_in, name):
    html = show(signed_in, name).content.decode()

    assert html.count("<h1") == 1
    assert html.count("<main") == 1
    assert '<a class="skip-link" href="#main">' in html
    assert '<nav class="rail"' in html
    assert '<nav class="phone-bar"' in html
    assert "River City</title>" in html


@pytest.mark.parametrize("name", ["core:today", "core:search", "core:settings", "core:menu"])
def test_strangers_are_sent_to_sign_in_and_people_of_other_chapters_find_nothing(client, alice, name):
    assert show(client, name).status_code == 302
    charlie = make_member(make_chapter("mill-hill"), "Charlie", "organizer")
    client.force_login(charlie.user, backend="django.contrib.auth.backends.ModelBackend")
    assert show(client, name).status_code == 404


def test_no_page_carries_inline_style_or_script(signed_in):
    html = show(signed_in, "core:today").content.decode()

    assert " style=" not in html
    assert " onclick=" not in html
    assert "<style" not in html
    assert all('src="' in part.split(">")[0] for part in html.split("<script")[1:])


def test_today_shows_the_most_urgent_thing_with_its_button_and_the_rest_below(signed_in, monkeypatch):
    items = [
        TodayItem(
            title="Block 5 has no captain",
            line="vacant 34 days",
            action="Find a captain",
            url="/b5",
            urgency=30,
        ),
        TodayItem(
            title="The import failed", line="line 412", action="Look at line 412", url="/job", urgency=10
        ),
    ]
    monkeypatch.setattr(navigation, "_today", [lambda request: items])

    html = show(signed_in, "core:today").content.decode()

    assert html.index("The import failed") < html.index("Block 5 has no captain")
    assert '<a class="btn btn-primary" href="/job">Look at line 412</a>' in html
    assert html.count("btn-primary") == 1


def test_today_without_anything_to_do_says_so(signed_in, monkeypatch):
    monkeypatch.setattr(navigation, "_today", [])

    assert "All done for today" in show(signed_in, "core:today").content.decode()


def test_today_counts_what_it_does_not_show(signed_in, monkeypatch):
    items = [TodayItem(title=f"shift {at}.", line="", action="Do it", url="/") for at in range(15)]
    monkeypatch.setattr(navigation, "_today", [lambda request: items])

    html = show(signed_in, "core:today").content.decode()

    assert "3 more things wait behind these." in html
    assert html.count("shift ") == 12


def test_search_shows_what_was_found_and_escapes_what_was_typed(signed_in, monkeypatch):
    def find(request, words, limit):
        return SearchGroup(key="people", label="People", hits=[SearchHit(title=f"about {words}", url="/p/1")])

    monkeypatch.setattr(navigation, "_search", [(10, find)])

    html = show(signed_in, "core:search", q="  <b>rosa\x00  lima ").content.decode()

    assert "about &lt;b&gt;rosa lima" in html
    assert "<b>rosa" not in html


@pytest.mark.parametrize("words", ["", "r", " r "])
def test_search_asks_nobody_for_less_than_two_letters(signed_in, monkeypatch, words):
    def refuse(request, words, limit):
        raise AssertionError("asked")

    monkeypatch.setattr(navigation, "_search", [(10, refuse)])

    html = show(signed_in, "core:search", q=words).content.decode()

    assert "Type at least two letters" in html
    assert "Nothing found" not in html


def test_search_that_finds_nothing_says_what_to_try(signed_in, monkeypatch):
    monkeypatch.setattr(navigation, "_search", [])

    assert "Nothing found" in show(signed_in, "core:search", q="rosa").content.decode()


# --- Preferences --------------------------------------------------------------------------------------------


def test_the_theme_is_set_by_the_server_before_anything_is_drawn(signed_in):
    before = show(signed_in, "core:today").content.decode()
    response = signed_in.post(reverse("site:set_theme"), {"theme": "dark", "next": "/c/river-city/"})
    after = show(signed_in, "core:today").content.decode()

    assert (response.status_code, response.url) == (302, "/c/river-city/")
    assert 'data-bs-theme="auto"' in before
    assert '<meta name="color-scheme" content="light dark">' in before
    assert 'data-bs-theme="dark"' in after
    assert '<meta name="color-scheme" content="dark">' in after


def test_the_choice_stays_with_the_account_for_the_next_browser(signed_in, alice):
    signed_in.post(reverse("site:set_theme"), {"theme": "dark"})
    signed_in.post(reverse("site:set_language"), {"language": "es"})

    alice.user.refresh_from_db()
    assert (alice.user.theme, alice.user.language) == ("dark", "es")
    for cookie in ("theme", "django_language"):
        del signed_in.cookies[cookie]
    html = show(signed_in, "core:today").content.decode()
    assert '<html lang="es" data-bs-theme="dark">' in html


def test_a_browsers_own_choice_wins_over_the_accounts(signed_in, alice):
    alice.user.theme, alice.user.language = "dark", "es"
    alice.user.save()
    signed_in.cookies["theme"] = "light"
    signed_in.cookies["django_language"] = "en"

    assert '<html lang="en" data-bs-theme="light">' in show(signed_in, "core:today").content.decode()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("site:set_theme", {"theme": "pink"}),
        ("site:set_language", {"language": "xx"}),
        ("site:set_theme", {}),
    ],
)
def test_an_unknown_choice_is_refused(client, name, data):
    assert client.post(reverse(name), data).status_code == 400


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_after_choosing_nobody_is_sent_to_another_site(client, elsewhere):
    response = client.post(reverse("site:set_theme"), {"theme": "dark", "next": elsewhere})

    assert response.url == "/"


def test_looking_changes_no_preference(client):
    assert client.get(reverse("site:set_theme")).status_code == 405
    assert client.get(reverse("site:set_language")).status_code == 405


# --- Errors -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("view", "status", "says"),
    [
        (errors.bad_request, 400, "This request could not be read"),
        (errors.forbidden, 403, "This is not yours to do"),
        (errors.not_found, 404, "There is no page here"),
        (errors.server_error, 500, "Something broke on our side"),
        (errors.csrf_failure, 403, "This form has been open for too long"),
    ],
)
def test_an_error_says_what_happened_what_is_safe_and_where_to_go(view, status, says):
    response = view(RequestFactory().get("/x"))
    html = response.content.decode()

    assert response.status_code == status
    assert says in html
    assert "Nothing was" in html or "What was saved before is safe." in html
    assert 'href="/"' in html
    assert html.count("<h1") == 1


def test_an_error_page_needs_no_query(django_assert_num_queries):
    with django_assert_num_queries(0):
        errors.server_error(RequestFactory().get("/x"))
        errors.not_found(RequestFactory().get("/x"))


def test_an_unknown_address_is_answered_with_the_projects_own_page(client):
    response = client.get("/no/such/page/")

    assert response.status_code == 404
    assert "There is no page here" in response.content.decode()


def test_a_refusal_of_the_domain_shows_its_words_and_its_hint():
    request = RequestFactory().get("/x", HTTP_REFERER="https://evil.example/")
    error = DomainError("Block 5 already has a captain.", hint="End the captaincy of Rosa Lima first.")

    page = render(request, "errors/409.html", {"error": error}).content.decode()
    fragment = render(request, "errors/409_fragment.html", {"error": error}).content.decode()

    assert "Block 5 already has a captain." in page
    assert "End the captaincy of Rosa Lima first." in page
    assert "evil.example" not in page
    assert 'role="alert"' in fragment
    assert "<html" not in fragment


# --- The style guide ------------------------------------------------------------------------------------------


def test_the_style_guide_is_for_staff(client):
    address = reverse("site:styleguide")
    assert client.get(address).status_code == 302
    client.force_login(make_user("bob@example.org"), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(address).status_code == 403


@pytest.fixture
def staff(client):
    client.force_login(
        make_user("staff@example.org", is_staff=True), backend="django.contrib.auth.backends.ModelBackend"
    )
    return client


def test_the_style_guide_shows_every_part(staff):
    html = staff.get(reverse("site:styleguide")).content.decode()

    parts = [
        "stat-strip",
        "table-part",
        "card-list",
        "detail-list",
        "side-panel",
        "empty-state",
        "job-running",
    ]
    parts += [
        "timeline",
        "badge-part",
        "map-panel",
        "chart-wide",
        "error-summary",
        "stepper",
        "notice",
        "pages",
    ]
    assert [part for part in parts if part not in html] == []
    assert html.count("<h1") == 1
    ids = [part.split('"')[0] for part in html.split(' id="')[1:]]
    assert sorted({name for name in ids if ids.count(name) > 1}) == []


def test_the_sample_question_names_what_will_happen_and_its_answer_offers_undo(staff):
    question = staff.get(reverse("site:styleguide_confirm")).content.decode()
    answer = staff.post(reverse("site:styleguide_confirm"), follow=True).content.decode()

    assert "Their 441 voters go to the neighbouring blocks." in question
    assert ">Close 3 blocks</button>" in question
    assert "3 blocks closed." in answer
    assert 'action="/styleguide/undo/"' in answer


def test_the_sample_map_is_geojson_every_feature_of_a_kind_the_map_knows(staff):
    collection = staff.get(reverse("site:styleguide_map")).json()

    kinds = {feature["properties"]["kind"] for feature in collection["features"]}
    assert collection["type"] == "FeatureCollection"
    assert kinds == {"street", "area", "point", "number"}


def test_the_style_guide_speaks_spanish_where_it_is_translated(staff):
    staff.cookies["django_language"] = "es"

    assert '<html lang="es"' in staff.get(reverse("site:styleguide")).content.decode()
