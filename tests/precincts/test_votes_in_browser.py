"""What was delivered in an election, in a real Chromium: every page of it, and the way from the chapter to a block."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from chapters.selectors.actors import today_in
from core.actors import Actor
from core.tenancy import chapter_scope
from precincts.models import Election, Returned, TurnoutGoal, Voter
from precincts.services.edits import save_edit
from tests.browsing import PHONE, WIDE, find_faults_of, open_tabs
from tests.factories import (
    LONG_AGO,
    make_block,
    make_building,
    make_captain,
    make_chapter,
    make_election,
    make_household,
    make_import,
    make_member,
    make_organizer,
    make_precinct,
    make_voter,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "owner"]),
]


@pytest.fixture
def precinct(db, settings):
    """Two blocks of six, one of them with a captain; two elections held, and one that is being voted in."""
    settings.REQUIRE_SECOND_FACTOR = False
    chapter = make_chapter("river-city", name="River City")
    today = today_in(chapter)
    for bit, days in enumerate((900, 200)):
        make_election(chapter, today - timedelta(days=days), bit, name=f"Primary {bit + 1}")
    precinct = make_precinct(chapter, "3-2")
    cut_on = today - timedelta(days=1000)
    by = Actor.system(chapter_id=chapter.pk)
    with chapter_scope(chapter, by):
        for number, voted in ((1, 5), (2, 2)):
            block = make_block(precinct, number, opened_on=cut_on)
            door = make_household(make_building(chapter, number), precinct)
            save_edit(
                precinct=precinct,
                kind="cut",
                moves={door.pk: (None, block.pk)},
                by=by,
                on=cut_on,
                summary="Cut",
            )
            for person in range(6):
                make_voter(door, f"N{person}", history=0b01 | (person < voted) << 1)
    make_captain(precinct.blocks.get(number=1), make_member(chapter, "Cora", user=None))
    TurnoutGoal.objects.create(
        chapter=chapter, precinct=precinct, kind="primary", percent=Decimal(50), starts_on=LONG_AGO
    )
    awaited = make_election(
        chapter, today + timedelta(days=9), None, "general", name="The next one", labels=[]
    )
    Returned.objects.create(
        chapter=chapter,
        voter=Voter.objects.order_by("pk")[0],
        election=awaited,
        voter_import=make_import(chapter, "returned", election=awaited),
    )
    return precinct


@pytest.fixture
def open_page(browser, live_server, precinct):
    """Opens a page of the chapter as its organizer; what the console complains of fails the test."""
    with open_tabs(browser, live_server.url, user=make_organizer(precinct.chapter).user) as tabs:
        yield lambda path, **how: tabs.open(f"/c/river-city/{path}", **how)


@pytest.mark.parametrize(("size", "theme"), [(WIDE, "light"), (PHONE, "dark")], ids=["wide", "phone"])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(open_page, precinct, size, theme):
    page = open_page("votes/", size=size, theme=theme)
    election = Election.objects.get(name="Primary 2").pk
    awaited = Election.objects.get(name="The next one").pk
    block = precinct.blocks.get(number=1)
    paths = [
        "votes/", f"votes/{election}/", f"votes/{awaited}/", f"votes/{election}/blocks/",
        f"votes/{election}/precincts/{precinct.pk}/", f"precincts/{precinct.pk}/votes/", f"blocks/{block.pk}/votes/",
    ]  # fmt: skip

    assert find_faults_of(page, [f"/c/river-city/{path}" for path in paths]) == {}


def test_the_way_leads_from_the_chapter_to_a_block(open_page, precinct):
    page = open_page("votes/", size=PHONE)

    page.get_by_role("link", name="Primary 2").click()
    page.get_by_text("58.3").first.wait_for()  # 7 of 12
    page.get_by_role("link", name="3-2").first.click()
    page.get_by_role("link", name="Block 1").first.click()

    page.wait_for_url(f"**/blocks/{precinct.blocks.get(number=1).pk}/votes/")
    page.get_by_text("83.3").first.wait_for()  # 5 of 6
