"""The block book in a real Chromium, as a captain uses it on a phone: news, two taps, moved, a person, a correction."""

from __future__ import annotations

import pytest

from chapters.selectors.actors import today_in
from precincts.models import BookLook, Correction, Fact, Suppression, Voter, VoterChange
from precincts.services.corrections import ask_correction
from tests.browsing import PHONE, WIDE, find_faults_of, open_tabs
from tests.factories import (
    actor_of,
    make_block,
    make_building,
    make_captain,
    make_chapter,
    make_household,
    make_import,
    make_member,
    make_precinct,
    make_voter,
    minutes_ago,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "owner"]),
]


@pytest.fixture
def block(db, settings):
    """Two doors; Nora has moved in lately, and her name is said to be wrong."""
    settings.REQUIRE_SECOND_FACTOR = False
    chapter = make_chapter("river-city")
    block = make_block(make_precinct(chapter), number=5)
    doors = [
        make_household(make_building(chapter, number), block.precinct, block=block, walk_position=number)
        for number in (12, 14)
    ]
    nora = make_voter(doors[0], "Nora")
    make_voter(doors[1], "Omar")
    VoterChange.objects.create(
        chapter=chapter, voter_import=make_import(chapter), voter=nora, kind="moved", to_household=doors[0],
        on=today_in(chapter),
    )  # fmt: skip
    make_captain(block, make_member(chapter, "Blanca"))
    return block


@pytest.fixture
def blanca(block):
    return block.assignments.get().member


@pytest.fixture
def open_page(browser, live_server, block, blanca):
    """Opens a page of the chapter as the captain; what the console complains of fails the test."""
    with open_tabs(browser, live_server.url, user=blanca.user) as tabs:
        yield lambda path, **how: tabs.open(f"/c/river-city/{path}", **how)


@pytest.mark.parametrize(("size", "theme"), [(WIDE, "light"), (PHONE, "dark")], ids=["wide", "phone"])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(open_page, block, blanca, size, theme):
    nora = Voter.objects.get(first_name="Nora")
    row = ask_correction(
        voter=nora, what="name", says="Norah Neighbour", by=actor_of(blanca), at=minutes_ago(5)
    )
    page = open_page("", size=size, theme=theme)
    paths = [
        f"blocks/{block.pk}/", f"doors/{nora.household_id}/neighbours/", f"neighbours/{nora.pk}/correction/",
        f"neighbours/{nora.pk}/facts/", "corrections/", f"corrections/{row.pk}/",
    ]  # fmt: skip

    assert find_faults_of(page, paths) == {}


def test_a_fact_is_noted_in_two_taps_and_a_next_step_is_done_in_one(open_page, block):
    page = open_page(f"blocks/{block.pk}/", size=PHONE)
    nora = page.locator(f"#voter-{Voter.objects.get(first_name='Nora').pk}")

    nora.get_by_role("link", name="Add what you learned").click()
    nora.get_by_role("button", name="Call them").click()
    nora.get_by_text("Next step:").wait_for()
    assert Fact.objects.get().value == "call"
    nora.get_by_role("button", name="Done: Call them").click()
    nora.get_by_text("Taken back.").wait_for()

    assert nora.get_by_text("Next step:").count() == 0


def test_moved_away_asks_who_lives_there_now_and_the_answer_stands_in_the_book(open_page, block):
    page = open_page(f"blocks/{block.pk}/", size=PHONE)
    nora = page.locator(f"#voter-{Voter.objects.get(first_name='Nora').pk}")

    nora.get_by_role("link", name="Add what you learned").click()
    nora.get_by_role("button", name="Moved away").click()
    page.get_by_role("heading", name="Who lives at 12 Lantern Street now?").wait_for()
    page.get_by_label("First name").fill("Rosa")
    page.get_by_label("Last name").fill("Delgado")
    page.get_by_label("Last name").press("Enter")
    page.get_by_role("heading", name="Rosa Delgado").wait_for()

    assert nora.get_by_text("moved away").count() == 1
    assert Suppression.objects.get().voter.first_name == "Nora"


def test_moved_away_is_taken_back_by_undo(open_page, block):
    page = open_page(f"blocks/{block.pk}/", size=PHONE)
    nora = page.locator(f"#voter-{Voter.objects.get(first_name='Nora').pk}")

    nora.get_by_role("link", name="Add what you learned").click()
    nora.get_by_role("button", name="Moved away").click()
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("Nora Neighbour lives here after all.").wait_for()

    assert not Suppression.objects.exists()


def test_the_news_lead_to_the_neighbour_and_are_seen_with_a_press(open_page, block, blanca):
    page = open_page(f"blocks/{block.pk}/", size=PHONE)
    news = page.locator("#news")
    news.get_by_role("link", name="Nora Neighbour").click()
    assert page.url.endswith(f"#voter-{Voter.objects.get(first_name='Nora').pk}")
    assert not BookLook.objects.exists()

    news.get_by_role("button", name="I have seen these").click()
    page.get_by_text("Noted: the next news begin here.").wait_for()

    assert page.locator("#news").count() == 0
    assert BookLook.objects.get().user == blanca.user


def test_everything_is_done_without_script_too(open_page, block):
    nora = Voter.objects.get(first_name="Nora")
    page = open_page(f"neighbours/{nora.pk}/facts/", size=PHONE, script=False)
    page.get_by_role("button", name="Steps").click()
    assert "Steps are in the way" in page.locator(".facts").inner_text()

    page.goto(page.url.split("/blocks/")[0] + f"/neighbours/{nora.pk}/facts/")
    page.get_by_role("link", name="The file is wrong").click()
    page.get_by_label("The name is spelled wrong").check()
    page.get_by_label("What is right?").fill("Norah Neighbour")
    page.get_by_role("button", name="Send to an organizer").click()

    assert page.get_by_text("Name: Norah Neighbour").count() == 1
    assert Correction.objects.get().says == "Norah Neighbour"
