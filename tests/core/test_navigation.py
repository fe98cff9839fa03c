from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
import rules
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import timezone

from core import navigation, permissions, registration, tenancy
from core.actors import Actor
from core.context_processors import Frame
from core.navigation import Area, PhoneEntry, SearchGroup, SearchHit, SettingsPage, TodayItem
from core.permissions import register_right

NAMES = ("_areas", "_phone_entries", "_settings_pages", "_today", "_search", "_chapters", "_account")


@pytest.fixture(autouse=True)
def empty_registries(monkeypatch):
    for name in NAMES:
        monkeypatch.setattr(navigation, name, type(getattr(navigation, name))())


@pytest.fixture
def organizer():
    return Actor(kind="user", chapter_id=1, roles=frozenset({"organizer"}))


@pytest.fixture
def member():
    return Actor(kind="user", chapter_id=1)


@pytest.fixture
def right(monkeypatch):
    monkeypatch.setattr(permissions, "_rights", {})
    yield register_right("core_test.see_reports", "see reports", roles={"organizer"}).name
    rules.remove_perm("core_test.see_reports")


def make_area(key, order, right="", url_name="core:today", **more):
    return Area(key=key, label=key.title(), icon="sun", url_name=url_name, order=order, right=right, **more)


def make_item(title, urgency, due_at=None):
    return TodayItem(title=title, line="", action="Do it", url="/", urgency=urgency, due_at=due_at)


def test_areas_stand_in_their_order_whatever_the_order_of_registration(member):
    navigation.register_area(make_area("settings", 90))
    navigation.register_area(make_area("today", 10))

    assert [area.key for area in navigation.list_areas(member)] == ["today", "settings"]


def test_an_area_is_shown_only_to_whoever_holds_its_right(organizer, member, right):
    navigation.register_area(make_area("reports", 70, right=right))

    assert [area.key for area in navigation.list_areas(organizer)] == ["reports"]
    assert navigation.list_areas(member) == []


def test_the_same_area_may_be_registered_again_but_not_another_of_its_key():
    navigation.register_area(make_area("today", 10))
    navigation.register_area(make_area("today", 10))

    with pytest.raises(ValueError):
        navigation.register_area(make_area("today", 20))


def test_the_phone_shows_three_entries_own_ones_first_and_areas_after(member):
    for at, key in enumerate(["today", "precincts", "canvassing", "people"]):
        navigation.register_area(make_area(key, 10 * at + 10, url_name=f"core:{key}"))
    navigation.register_area(make_area("settings", 90, url_name="core:settings"))
    navigation.register_phone_entry(
        PhoneEntry(key="my_block", label="My block", icon="house", url_name="precincts:mine", order=5)
    )

    entries = navigation.list_phone_entries(member)

    assert [entry.key for entry in entries] == ["my_block", "precincts", "canvassing"]


def test_a_captains_entry_is_not_shown_to_others(member):
    captain = Actor(kind="user", chapter_id=1, block_ids=frozenset({7}))
    navigation.register_phone_entry(
        PhoneEntry(
            key="my_block",
            label="My block",
            icon="house",
            url_name="precincts:mine",
            order=5,
            shown_to=lambda actor: bool(actor.block_ids),
        )
    )

    assert [entry.key for entry in navigation.list_phone_entries(captain)] == ["my_block"]
    assert navigation.list_phone_entries(member) == []


def test_today_puts_the_most_urgent_first_and_the_earlier_due_before_the_later():
    now = timezone.now()
    later = make_item("later", 20, now + timedelta(hours=2))
    sooner = make_item("sooner", 20, now + timedelta(hours=1))
    open_end = make_item("whenever", 20)
    stuck = make_item("stuck", 10)
    navigation.register_today(lambda request: [open_end, later])
    navigation.register_today(lambda request: iter([sooner, stuck]))

    assert navigation.list_today(None) == [stuck, sooner, later, open_end]


def test_search_asks_providers_in_their_order_and_leaves_out_empty_groups():
    def people(request, words, limit):
        return SearchGroup(key="people", label="People", hits=[SearchHit(title=f"{words} {limit}", url="/p")])

    def doors(request, words, limit):
        return SearchGroup(key="doors", label="Doors", hits=[SearchHit(title="41 Lantern St", url="/d")])

    navigation.register_search(doors, order=60)
    navigation.register_search(people, order=10)
    navigation.register_search(lambda request, words, limit: None)
    navigation.register_search(lambda request, words, limit: SearchGroup(key="pages", label="Pages"))

    groups = navigation.search(None, "rosa", limit=3)

    assert [group.key for group in groups] == ["people", "doors"]
    assert groups[0].hits[0].title == "rosa 3"


def test_settings_show_only_pages_one_may_open(organizer, member, right):
    navigation.register_settings(
        SettingsPage(
            key="roles", label="Roles", line="", icon="key", url_name="core:settings", order=1, right=right
        )
    )

    assert [page.key for page in navigation.list_settings(organizer)] == ["roles"]
    assert navigation.list_settings(member) == []


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/c/river-city/", "today"),
        ("/c/river-city/settings/", "settings"),
        ("/c/river-city/settings/roles/", "settings"),
        ("/c/river-city/menu/", None),
        ("/c/river-city/imports/7/", "precincts"),
        ("/c/river-city/search/?q=smith", "settings"),
        ("/c/river-city/nowhere/", None),
    ],
)
def test_the_rail_marks_the_area_the_page_belongs_to(member, path, current):
    """By its own address, by a beginning it names, or as a page of Settings (here: the search)."""
    navigation.register_area(make_area("today", 10, url_name="core:today"))
    navigation.register_area(make_area("precincts", 20, url_name="precincts:index", paths=("imports/",)))
    navigation.register_area(make_area("settings", 90, url_name="core:settings"))
    navigation.register_settings(
        SettingsPage(key="search", label="Search", line="", icon="search", url_name="core:search", order=1)
    )
    request = RequestFactory().get(path)
    request.actor = member

    with tenancy.scope(actor=member, chapter_id=1, slug="river-city"):
        marked = [entry.area.key for entry in Frame(request).areas if entry.is_current]

    assert marked == ([current] if current else [])


def test_the_phones_bar_starts_with_today_and_ends_with_more(member):
    navigation.register_area(make_area("today", 10, url_name="core:today"))
    request = RequestFactory().get("/c/river-city/menu/")
    request.actor = member

    with tenancy.scope(actor=member, chapter_id=1, slug="river-city"):
        entries = Frame(request).phone

    assert [(str(entry.label), entry.is_current) for entry in entries] == [("Today", False), ("More", True)]


def test_settings_is_on_the_rail_only_of_those_who_have_something_to_settle(organizer, member, right):
    registration.register()
    navigation.register_settings(
        SettingsPage(
            key="roles", label="Roles", line="", icon="key", url_name="core:settings", order=1, right=right
        )
    )

    assert [area.key for area in navigation.list_areas(organizer)] == ["today", "settings"]
    assert [area.key for area in navigation.list_areas(member)] == ["today"]


def test_a_page_can_name_its_area_where_its_address_does_not(organizer, right):
    registration.register()
    navigation.register_settings(
        SettingsPage(
            key="roles", label="Roles", line="", icon="key", url_name="core:settings", order=1, right=right
        )
    )
    request = RequestFactory().get("/c/river-city/people/roles/")
    request.actor = organizer
    request.chapter = SimpleNamespace(name="River City", slug="river-city")

    with tenancy.scope(actor=organizer, chapter_id=1, slug="river-city"):
        html = render_to_string(
            "components/frame/rail.html", {"frame": Frame(request), "request": request, "area": "settings"}
        )

    assert '<a href="/c/river-city/">' in html
    assert '<a href="/c/river-city/settings/" aria-current="true">' in html


def test_pages_are_found_by_their_words_if_one_may_open_them(organizer, member, right):
    registration.register()
    navigation.register_settings(
        SettingsPage(
            key="roles",
            label="Roles",
            line="Who may do what",
            icon="key",
            url_name="core:settings",
            order=1,
            right=right,
        )
    )
    request = RequestFactory().get("/c/river-city/search/")

    with tenancy.scope(actor=organizer, chapter_id=1, slug="river-city"):
        request.actor = organizer
        (found,) = navigation.search(request, "WHO may")
        request.actor = member
        nothing = navigation.search(request, "who may")

    assert [(hit.title, hit.url) for hit in found.hits] == [("Roles", "/c/river-city/settings/")]
    assert nothing == []
