"""Asks and teams in a real Chromium: one tap asks, a call is noted on a phone, a first call is chosen by link."""

from __future__ import annotations

import pytest

from chapters.models import Ask, Call, FormingInvite
from chapters.services.ladder import found_ladder
from chapters.services.team_formings import get_link
from core.actors import Actor
from core.tenancy import chapter_scope
from tests.browsing import PHONE, WIDE, find_faults_of, open_tabs
from tests.factories import (
    make_ask,
    make_chapter,
    make_forming,
    make_member,
    make_membership,
    make_organizer,
    make_team,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "owner"]),
]


@pytest.fixture
def olive(db, settings):
    """The organizer of a chapter with a ladder, a team, an ask and a team being formed."""
    settings.REQUIRE_SECOND_FACTOR = False
    chapter = make_chapter("river-city")
    by = Actor.system(chapter_id=chapter.pk)
    with chapter_scope(chapter, by):
        steps = found_ladder(chapter=chapter, by=by)
        olive, lena = make_organizer(chapter), make_member(chapter, "Lena")
        nia = make_member(chapter, "Nia", phone="919-555-0101")
        make_member(chapter, "Omar")
        team = make_team(chapter, purpose="Calls new people every other Tuesday.")
        make_membership(team, lena, is_leader=True)
        make_membership(team, nia)
        make_ask(lena, nia, steps[1])
        make_forming(olive, "Porch", "Library, 40 Ferry Road", nia)
    return olive


@pytest.fixture
def open_page(browser, live_server, olive):
    """Opens a page as the organizer; what the console complains of fails the test."""
    with open_tabs(browser, live_server.url, user=olive.user) as tabs:
        yield tabs.open


@pytest.mark.parametrize(("size", "theme"), [(WIDE, "light"), (PHONE, "dark")], ids=["wide", "phone"])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(open_page, olive, size, theme):
    ask, invite = Ask.objects.get(), FormingInvite.objects.get()
    team = ask.asked.team_memberships.get().team
    page = open_page("/c/river-city/asks/", size=size, theme=theme)
    paths = [
        "asks/", f"asks/people/{ask.pk}/", f"asks/people/{ask.pk}/hand-on/", "asks/unasked/", "asks/without-asker/",
        f"people/{ask.asked_id}/asks/", f"people/{ask.asked_id}/ask/", f"people/{ask.asked_id}/", "people/",
        "settings/ladder/", "settings/ladder/add/", f"settings/ladder/{ask.step_id}/", "teams/", "teams/new/",
        f"teams/{team.pk}/", f"teams/{team.pk}/calls/", f"teams/{team.pk}/calls/{ask.asked_id}/",
        "teams/forming/new/", f"teams/forming/{invite.forming_id}/",
        f"teams/forming/{invite.forming_id}/invite/?group=chapters.everybody%7C",
    ]  # fmt: skip
    link = "/team/" + get_link(invite).rstrip("/").rpartition("/")[2] + "/"

    assert find_faults_of(page, [f"/c/river-city/{path}" for path in paths] + [link]) == {}


def test_one_tap_asks_a_call_is_noted_and_a_first_call_chosen_without_an_account(open_page, olive):
    page = open_page("/c/river-city/asks/unasked/", size=PHONE)
    page.get_by_role("row").filter(has_text="Omar").get_by_role("button", name="Ask this").click()
    page.get_by_text("Olive Adams asks Omar Adams by").first.wait_for()

    ask = Ask.objects.get(asked__first_name="Nia")
    team = ask.asked.team_memberships.get().team
    page.goto(page.url.split("/c/")[0] + f"/c/river-city/teams/{team.pk}/calls/")
    page.get_by_role("link", name="Nia Adams", exact=True).click()
    assert page.get_by_role("link", name="Call 919-555-0101").get_attribute("href") == "tel:919-555-0101"
    page.get_by_label("They said").select_option("yes")
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_text("Noted for Nia Adams: talked.").wait_for()
    call = Call.objects.get()
    assert (call.ask, call.ask.result) == (ask, "yes")

    invite = FormingInvite.objects.get()
    link = "/team/" + get_link(invite).rstrip("/").rpartition("/")[2] + "/"
    page = open_page(link, size=PHONE, signed_in=False)
    page.get_by_label("Library, 40 Ferry Road").check()
    page.get_by_role("button", name="Choose this one").click()
    page.get_by_text("See you there").wait_for()
    invite.refresh_from_db()
    assert invite.slot is not None
