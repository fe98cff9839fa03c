"""A precinct's group in a real Chromium: a skill in two taps, who leads an issue, a match from asking to done."""

from __future__ import annotations

import pytest

from chapters.selectors.actors import today_in
from precincts.enums import HandShakeState
from precincts.models import HandShake, LocalIssue, Need, Offer, PrecinctAssignment, Skill
from precincts.services.facts import record_fact
from precincts.services.hand_shakes import ask_both
from tests.browsing import PHONE, WIDE, find_faults_of, open_tabs
from tests.factories import (
    LONG_AGO,
    actor_of,
    make_block,
    make_building,
    make_captain,
    make_chapter,
    make_household,
    make_issue,
    make_member,
    make_need,
    make_offer,
    make_organizer,
    make_precinct,
    make_voter,
    minutes_ago,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "owner"]),
]


@pytest.fixture
def precinct(db, settings):
    """Two neighbours of whom one can drive the other, two who named one thing, and a captain who leads."""
    settings.REQUIRE_SECOND_FACTOR = False
    precinct = make_precinct(make_chapter("river-city"), "3-2")
    block = make_block(precinct, number=5)
    make_captain(block, make_member(precinct.chapter, "Blanca"))
    people = [
        make_voter(
            make_household(make_building(precinct.chapter, number), precinct, block=block), name, "Neighbour"
        )
        for number, name in ((12, "Nora"), (22, "Owen"))
    ]
    make_need(people[0], "To the clinic on Tuesdays")
    make_offer(people[1], "Has a car")
    by = actor_of(make_organizer(precinct.chapter))
    for person in people:
        record_fact(voter=person, kind="issue", text="No crossing", source="door", by=by, at=minutes_ago(60))
    record_fact(
        voter=people[0], kind="skill", text="Toca el acordeón", source="door", by=by, at=minutes_ago(60)
    )
    make_issue(precinct, "The bus stop")
    return precinct


@pytest.fixture
def priya(precinct):
    priya = make_member(precinct.chapter, "Priya")
    PrecinctAssignment.objects.create(
        chapter=precinct.chapter, precinct=precinct, member=priya, starts_on=LONG_AGO, kind="captain"
    )
    return priya


@pytest.fixture
def open_page(browser, live_server, priya):
    """Opens a page of the chapter as the precinct captain; what the console complains of fails the test."""
    with open_tabs(browser, live_server.url, user=priya.user) as tabs:
        yield lambda path, **how: tabs.open(f"/c/river-city/{path}", **how)


def test_from_the_group_both_are_asked_agree_and_only_then_know_who_it_is(open_page, precinct):
    page = open_page(f"precincts/{precinct.pk}/group/", size=PHONE)
    assert page.get_by_text("Owen").count() == 0
    page.get_by_role("button", name="Ask both").click()
    page.get_by_text("Both are asked now").wait_for()

    for link in ("Open the question to who needs it", "Open the question to who offers it"):
        need_page = page.url
        page.get_by_role("link", name=link).click()
        assert page.get_by_text("told when both agree").count() == 0
        page.get_by_label("Yes, tell us who it is").check()
        page.get_by_label("Who told you").fill("Themself")
        page.get_by_role("button", name="Note the answer").click()
        page.get_by_text("agree", exact=False).first.wait_for()
        if "needs" in link:
            assert page.get_by_role("heading", name="A question to Nora Neighbour").count() == 1
            assert page.get_by_text("Owen").count() == 0
            page.goto(need_page)

    page.get_by_role("heading", name="Owen Neighbour helps Nora Neighbour").wait_for()
    page.get_by_role("button", name="It is done").click()
    page.get_by_text("Noted as done.").wait_for()
    assert HandShake.objects.get().state == HandShakeState.DONE


def test_a_word_of_the_group_finds_the_skill_without_its_accent(open_page, precinct):
    page = open_page(f"precincts/{precinct.pk}/group/", size=PHONE)
    page.get_by_role("searchbox", name="What somebody can do or speaks").fill("acordeon")
    page.get_by_role("searchbox", name="What somebody can do or speaks").press("Enter")
    page.get_by_text("Toca el acordeón").wait_for()


def test_a_member_notes_a_skill_with_two_taps_and_takes_it_back(open_page, priya):
    page = open_page(f"people/{priya.pk}/", size=PHONE)
    page.get_by_text("Add a skill or a language").click()
    page.get_by_role("button", name="Can drive others").click()
    page.get_by_role("button", name="Take back “Can drive others”").wait_for()
    page.get_by_label("In words").fill("Juggles")
    page.get_by_label("In words").press("Enter")
    page.get_by_role("button", name="Take back “Juggles”").click()
    page.get_by_role("button", name="Take back “Juggles”").wait_for(state="detached")
    assert [skill.value for skill in Skill.objects.standing().filter(member=priya)] == ["drives"]
    assert page.url.endswith(f"people/{priya.pk}/")


def test_what_neighbours_named_becomes_an_issue_led_by_somebody_found_by_name(open_page, precinct):
    for number in range(12):
        make_member(precinct.chapter, f"Person{number}", user=None)
    page = open_page(f"precincts/{precinct.pk}/group/")
    page.get_by_role("link", name="Write it down").click()
    assert page.get_by_label("Issue").input_value() == "No crossing"
    page.get_by_label("Note").fill("Ask the county")
    page.get_by_label("Look for somebody to lead it: name").fill("blan")
    page.get_by_label("Nobody yet").wait_for()
    page.locator("#candidates", has_text="Person3").wait_for(state="detached")
    page.get_by_label("Blanca").check()
    page.get_by_role("button", name="Add this issue").click()
    page.get_by_text("has been written down").wait_for()
    issue = LocalIssue.objects.get(title="No crossing")
    assert (issue.leader.first_name, issue.note) == ("Blanca", "Ask the county")


@pytest.mark.parametrize(("size", "theme"), [(WIDE, "light"), (PHONE, "dark")], ids=["wide", "phone"])
def test_the_pages_have_no_faults(open_page, precinct, priya, size, theme):
    need = make_need(make_voter(make_household(make_building(precinct.chapter, 30), precinct)))
    nora = Need.objects.order_by("pk").first()
    asked = ask_both(need=nora, offer=Offer.objects.get(), by=actor_of(priya), on=today_in(precinct.chapter))
    paths = (
        f"hand-shakes/{asked.pk}/need/", f"neighbours/{nora.voter_id}/help/", f"needs/{nora.pk}/end/",
        f"precincts/{precinct.pk}/group/", "skills/", "needs/", "offers/", "hand-shakes/", "my-help/",
        f"needs/{need.pk}/", f"people/{priya.pk}/skills/", f"precincts/{precinct.pk}/issues/new/",
    )  # fmt: skip
    page = open_page("", size=size, theme=theme)
    assert find_faults_of(page, [f"/c/river-city/{path}" for path in paths]) == {}
