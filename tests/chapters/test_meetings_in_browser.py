"""Meetings in a real Chromium: answered by link on a phone, signed in with a tap, a block dragged and chosen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from chapters.models import Attendance, MeetingInvitation
from chapters.services.meeting_mails import get_rsvp_link
from precincts.models import BlockAssignment
from tests.browsing import PHONE, WIDE, find_faults, find_faults_of, open_tabs
from tests.factories import (
    make_attendance,
    make_block,
    make_chapter,
    make_meeting,
    make_meeting_invitation,
    make_member,
    make_organizer,
    make_precinct,
    make_precinct_meeting,
    make_street,
    make_voter_invitation,
    put_into_block,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "owner"]),
]


@pytest.fixture
def chapter(db, settings):
    settings.REQUIRE_SECOND_FACTOR = False
    return make_chapter("river-city")


@pytest.fixture
def meeting(chapter):
    """One that has begun; Nora is asked, Owen said yes and brings one."""
    meeting = make_meeting(
        chapter,
        starts_at=timezone.now() - timedelta(minutes=5),
        capacity=3,
        text="Bring a chair.",
        kind="rally",
    )
    make_meeting_invitation(meeting, make_member(chapter, "Nora", user=None))
    make_meeting_invitation(meeting, make_member(chapter, "Owen", user=None), "yes", bringing=1)
    return meeting


@pytest.fixture
def open_page(browser, live_server, chapter):
    """Opens a page of the chapter as the organizer; what the console complains of fails the test."""
    with open_tabs(browser, live_server.url, user=make_organizer(chapter).user) as tabs:
        yield lambda path, **how: tabs.open(path if path.startswith("/") else f"/c/river-city/{path}", **how)


def test_a_phone_answers_without_an_account_and_without_script(open_page, meeting):
    row = MeetingInvitation.objects.get(member__first_name="Nora")
    path = "/" + get_rsvp_link(row).split("/", 3)[3]
    page = open_page(path, size=PHONE, theme="dark", signed_in=False, script=False)
    page.get_by_label("yes").check()
    page.get_by_label("How many people do you bring along?").fill("1")
    page.get_by_role("button", name="Send my answer").click()
    page.get_by_text("All places are taken").wait_for()
    page.get_by_label("maybe").check()
    page.get_by_role("button", name="Change my answer").click()
    page.get_by_text("Thank you: you perhaps come").wait_for()
    row.refresh_from_db()
    assert (row.answer, row.bringing) == ("maybe", 1)


def test_a_tap_signs_in_and_letters_find_who_was_not_invited(open_page, meeting, chapter):
    make_member(chapter, "Zora", user=None)
    page = open_page(f"meetings/{meeting.pk}/sign-in/", size=PHONE)
    page.get_by_role("button", name="Nora Adams").click()
    page.get_by_text("1 of 2 are there.").wait_for()
    page.get_by_role("searchbox", name="Find a name").fill("zor")
    page.get_by_role("heading", name="In the chapter, not invited").wait_for()
    page.get_by_role("button", name="Zora Adams").click()
    page.get_by_text("2 of 3 are there.").wait_for()
    page.get_by_role("button", name="Zora Adams").click()  # a slip
    page.get_by_text("1 of 2 are there.").wait_for()
    page.get_by_label("First name").fill("Walt")
    page.get_by_label("Brought by").select_option(label="Nora Adams")
    page.get_by_role("button", name="Add and sign in").click()
    page.get_by_text("Walt is signed in.").wait_for()
    there = Attendance.objects.order_by("pk").values_list("member__first_name", "brought_by__first_name")
    assert list(there) == [("Nora", None), ("Walt", "Nora")]


@pytest.fixture
def party(chapter, meeting):
    """The meeting is a precinct's with two blocks; Nora is there, and a neighbour is invited on paper."""
    precinct = make_precinct(chapter, "3-2")
    doors = make_street(precinct, 4)
    for number in (1, 2):
        put_into_block(make_block(precinct, number), *doors[2 * number - 2 : 2 * number])
    party = make_precinct_meeting(meeting, precinct)
    make_attendance(meeting, MeetingInvitation.objects.get(member__first_name="Nora").member)
    make_voter_invitation(party, doors[0].voters.first(), "yes")
    return party


def test_a_block_is_taken_by_dragging_and_by_choosing(open_page, party):
    page = open_page(f"meetings/{party.meeting_id}/blocks/")
    person = page.locator(".party-person", has_text="Nora Adams")
    person.drag_to(page.locator(".party-block", has_text="Block 1"))
    page.get_by_text("Nora Adams takes block 1.").wait_for()
    page.get_by_label("Who takes block 2?").select_option(label="Nora Adams")
    page.get_by_role("button", name="Give block 2").press("Enter")
    page.get_by_text("Nora Adams takes block 2.").wait_for()
    assert list(
        BlockAssignment.objects.values_list("block__number", flat=True).order_by("block__number")
    ) == [1, 2]


@pytest.mark.parametrize(("size", "theme"), [(WIDE, "light"), (PHONE, "dark")], ids=["wide", "phone"])
def test_the_pages_have_no_faults(open_page, chapter, party, meeting, size, theme):
    ahead = make_meeting(chapter, "Next talk", capacity=1)
    make_meeting_invitation(ahead, make_member(chapter, "Ann", user=None), "yes", bringing=3)
    own = f"meetings/{meeting.pk}/"
    paths = (
        "meetings/?when=all", "meetings/add/", "meetings/calendar/", own, f"{own}edit/", f"{own}cancel/",
        f"{own}invite/", f"{own}answers/", f"{own}sign-in/", f"{own}attendance/", f"{own}follow-up/",
        f"meetings/{ahead.pk}/", f"{own}neighbours/", f"{own}neighbours/invite/", f"{own}blocks/",
        "roster/strength/meetings/",
        f"{own}answers/{MeetingInvitation.objects.first().pk}/", f"{own}attendance/{Attendance.objects.first().pk}/",
    )  # fmt: skip
    page = open_page("", size=size, theme=theme)
    assert find_faults_of(page, [f"/c/river-city/{path}" for path in paths]) == {}


@pytest.mark.parametrize(("size", "theme"), [(WIDE, "light"), (PHONE, "dark")], ids=["wide", "phone"])
def test_the_pages_without_an_account_have_no_faults(open_page, party, size, theme):
    from precincts.services.precinct_meetings import code_of

    row = MeetingInvitation.objects.first()
    for path in (
        "/" + get_rsvp_link(row).split("/", 3)[3], "/meet/", f"/meet/at/{code_of(party.invitations.get())}/",
    ):  # fmt: skip
        page = open_page(path, size=size, theme=theme, signed_in=False)
        assert find_faults(page) == []
