"""The next captains in a real Chromium: one press asks, a yes gives the block, a block is split, a captain is away."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from chapters.selectors.actors import today_in
from precincts.models import Absence, Block, BlockAsk, BlockAssignment, PrecinctAssignment, TurnoutGoal
from tests.browsing import PHONE, WIDE, find_faults_of, open_tabs
from tests.factories import (
    LONG_AGO,
    make_absence,
    make_block,
    make_building,
    make_captain,
    make_chapter,
    make_election,
    make_household,
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
    """Block 1 is vacant and too large, block 2 has a captain who is away; everybody votes."""
    settings.REQUIRE_SECOND_FACTOR = False
    chapter = make_chapter("river-city", block_limit=10, voters_per_block=10)
    make_election(chapter, today_in(chapter) - timedelta(days=200), 0)
    make_election(chapter, today_in(chapter) - timedelta(days=900), 1)
    precinct = make_precinct(chapter)
    block = make_block(precinct, 1)
    for number in range(1, 13):
        door = make_household(make_building(chapter, number), precinct, block=block, walk_position=number)
        make_voter(door, f"Nora{number}", history=0b11)
    make_absence(make_block(precinct, 2), "Plain")
    PrecinctAssignment.objects.create(
        chapter=chapter, precinct=precinct, member=make_member(chapter, "Priya"), starts_on=LONG_AGO
    )
    TurnoutGoal.objects.create(
        chapter=chapter, precinct=precinct, kind="primary", percent=Decimal(50), starts_on=LONG_AGO
    )
    make_precinct(chapter, "9-9")
    return precinct


@pytest.fixture
def open_page(browser, live_server, precinct):
    """Opens a page of the chapter as its organizer; what the console complains of fails the test."""
    with open_tabs(browser, live_server.url, user=make_organizer(precinct.chapter).user) as tabs:
        yield lambda path, **how: tabs.open(f"/c/river-city/{path}", **how)


@pytest.mark.parametrize(("size", "theme"), [(WIDE, "light"), (PHONE, "dark")], ids=["wide", "phone"])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(open_page, precinct, size, theme):
    page = open_page(f"precincts/{precinct.pk}/growth/", size=size, theme=theme)
    page.get_by_role("button", name="Ask").first.click()
    page.get_by_text("is to ask").first.wait_for()
    ask, absence, block = BlockAsk.objects.get(), Absence.objects.get(), Block.objects.get(number=1)
    paths = [
        f"precincts/{precinct.pk}/growth/", "asks/", f"asks/{ask.pk}/", f"asks/{ask.pk}/withdraw/",
        f"blocks/{block.pk}/split/", f"block-captains/{absence.assignment_id}/away/",
        f"absences/{absence.pk}/end/", f"blocks/{absence.block_id}/captain/", "lineage/", "lineage/new/",
        "promotion/", f"precincts/{precinct.pk}/promote/",
    ]  # fmt: skip

    assert find_faults_of(page, [f"/c/river-city/{path}" for path in paths]) == {}


def test_one_press_asks_and_a_yes_gives_the_block(open_page, precinct):
    page = open_page(f"precincts/{precinct.pk}/", size=PHONE)

    page.get_by_role("link", name="Whom to ask next").click()
    page.locator("#block-1").get_by_role("button", name="Ask").first.click()
    page.get_by_text("is to ask").first.wait_for()
    page.locator("#block-1").get_by_role("link").first.click()
    page.get_by_label("yes", exact=True).check()
    page.get_by_role("button", name="Save the answer").click()
    page.get_by_text("said yes and is captain").wait_for()

    kept = BlockAssignment.objects.get(block__number=1)
    assert str(kept.member) == BlockAsk.objects.get().ask.asked_name


def test_a_block_is_split_after_a_look_at_both_halves_and_put_together_again(open_page, precinct):
    page = open_page(f"precincts/{precinct.pk}/growth/")

    page.get_by_role("link", name="Split in two").click()
    page.get_by_role("heading", name="Two blocks of 6 voters").wait_for()
    page.get_by_role("button", name="Split the block").click()
    page.get_by_text("half of it is block 3 now").wait_for()
    assert Block.objects.open().count() == 3
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("Undone").first.wait_for()

    assert Block.objects.open().count() == 2


def test_a_captain_takes_over_the_precinct(open_page, precinct):
    cora = make_member(precinct.chapter, "Cora", user=None)
    make_captain(make_block(precinct, 7), cora)
    page = open_page(f"precincts/{precinct.pk}/promote/")

    page.get_by_text("The precinct is ready").wait_for()
    page.get_by_label("Cora Adams").check()
    page.get_by_label("Where the present captain goes").select_option("9-9")
    page.get_by_role("button", name="Promote").click()
    page.get_by_text("leads precinct 3-2").first.wait_for()

    led = PrecinctAssignment.objects.in_force(today_in(precinct.chapter)).values_list(
        "precinct__code", "member__first_name"
    )
    assert set(led) == {("3-2", "Cora"), ("9-9", "Priya")}
