from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from chapters.calendars import Entry, write_calendar
from chapters.enums import MemberKind
from chapters.models import CalendarFeed
from chapters.services.calendar_feeds import make_feed, remove_feed
from chapters.services.members import change_member
from core.actors import Actor
from core.tenancy import chapter_scope
from tests.factories import make_meeting, make_meeting_invitation, make_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(chapter):
    actor = Actor.system(chapter_id=chapter.pk)
    with chapter_scope(chapter, actor):
        yield actor


@pytest.fixture
def mo(chapter):
    return make_member(chapter, "Mo")


def path_of(address):
    return "/" + address.split("/", 3)[3]


def titles(response):
    return [str(one["SUMMARY"]) for one in Calendar.from_ical(response.content).walk("VEVENT")]


def test_a_feed_has_what_one_is_asked_to_and_hosts_and_names_nobody(client, chapter, by, mo):
    zora = make_member(chapter, "Zora", last_name="Quill")
    make_meeting_invitation(make_meeting(chapter, "Asked"), mo, "maybe")
    make_meeting_invitation(make_meeting(chapter, "Refused"), mo, "no")
    make_meeting_invitation(make_meeting(chapter, "Somebody else's", host=zora), zora, "yes")
    make_meeting(chapter, "Hosted", host=mo)
    make_meeting(chapter, "Long gone", host=mo, starts_at=timezone.now() - timedelta(days=200))
    cancelled = make_meeting(chapter, "Off", state="cancelled")
    make_meeting_invitation(cancelled, mo, "yes")
    response = client.get(path_of(make_feed(member=mo, by=by, at=timezone.now())))
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert titles(response) == ["Asked", "Hosted", "Off"]
    text = response.content.decode()
    assert "Quill" not in text
    assert "ATTENDEE" not in text
    assert text.count("STATUS:CANCELLED") == 1


def test_a_new_address_takes_the_old_one_back_and_no_address_is_kept(client, chapter, by, mo):
    first, second = (make_feed(member=mo, by=by, at=timezone.now()) for _turn in range(2))
    assert client.get(path_of(first)).status_code == 404
    assert client.get(path_of(second)).status_code == 200
    token = second.rsplit("/", 1)[1].removesuffix(".ics")
    assert token not in str(CalendarFeed.objects.values().get())
    assert remove_feed(member=mo, by=by)
    assert client.get(path_of(second)).status_code == 404
    assert not remove_feed(member=mo, by=by)


def test_the_address_of_who_leaves_works_no_more(client, chapter, by, mo):
    address = make_feed(member=mo, by=by, at=timezone.now())
    change_member(member=mo, by=by, kind=MemberKind.FORMER)
    assert client.get(path_of(address)).status_code == 404


def test_the_page_shows_the_address_once(chapter, mo):
    client = Client()
    client.force_login(mo.user)
    made = client.post("/c/river-city/meetings/calendar/make/").content.decode()
    assert "/calendar/" in made
    assert ".ics" in made
    assert ".ics" not in client.get("/c/river-city/meetings/calendar/").content.decode()
    client.post("/c/river-city/meetings/calendar/remove/")
    assert not CalendarFeed.objects.exists()


def test_text_cannot_break_out_of_its_line():
    start = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    entry = Entry(
        "1@x", 2, "Talk", "Hall; room 2, left", "One\nATTENDEE:mailto:x@example.org", start,
        start + timedelta(hours=1), start,
    )  # fmt: skip
    text = write_calendar([entry]).decode()
    assert "\r\nATTENDEE" not in text
    [event] = Calendar.from_ical(text).walk("VEVENT")
    assert (event["LOCATION"], event.decoded("DTSTART"), event["SEQUENCE"]) == (
        "Hall; room 2, left",
        start,
        2,
    )
