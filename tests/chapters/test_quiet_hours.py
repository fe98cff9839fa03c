"""When mail goes: by each person's own clock, over the nights on which clocks change, and no faster than it may."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from hypothesis import given
from hypothesis import strategies as st

from chapters.models import Message
from chapters.quiet_hours import end_of_quiet, is_quiet
from chapters.recurring import next_daily, next_weekly
from chapters.services.message_sending import send_due
from chapters.services.messages import plan_messages
from core.actors import Actor
from tests.factories import make_chapter, make_member
from tests.mail import NOTE, register_note

ZONES = ["America/New_York", "America/Phoenix", "Pacific/Honolulu", "America/St_Johns", "Australia/Lord_Howe"]
NEW_YORK = ZoneInfo("America/New_York")
NINE, EIGHT = time(21), time(8)


@pytest.fixture(autouse=True)
def _note():
    register_note()


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),
    st.sampled_from(ZONES), st.times().map(lambda t: t.replace(microsecond=0)),
    st.times().map(lambda t: t.replace(microsecond=0)),
)  # fmt: skip
def test_the_end_of_quiet_is_never_quiet_and_never_far(at, zone, quiet_from, quiet_until):
    place = ZoneInfo(zone)
    end = end_of_quiet(at, place, quiet_from, quiet_until)
    assert not is_quiet(end, place, quiet_from, quiet_until)
    assert timedelta(0) <= end - at <= timedelta(hours=26)
    assert (end == at) == (not is_quiet(at, place, quiet_from, quiet_until))


@pytest.mark.parametrize(
    ("at", "end"),
    [
        (
            datetime(2026, 3, 8, 3, 30, tzinfo=UTC),
            datetime(2026, 3, 8, 12, tzinfo=UTC),
        ),  # the night that is short
        (datetime(2026, 11, 1, 3, 30, tzinfo=UTC), datetime(2026, 11, 1, 13, tzinfo=UTC)),  # and the long one
        (datetime(2026, 11, 23, 17, tzinfo=UTC), datetime(2026, 11, 23, 17, tzinfo=UTC)),
        (datetime(2026, 11, 24, 2, tzinfo=UTC), datetime(2026, 11, 24, 13, tzinfo=UTC)),  # nine to the minute
        (
            datetime(2026, 11, 24, 13, tzinfo=UTC),
            datetime(2026, 11, 24, 13, tzinfo=UTC),
        ),  # eight to the minute
    ],
)
def test_eight_in_the_morning_is_eight_also_after_the_clocks_changed(at, end):
    assert end_of_quiet(at, NEW_YORK, NINE, EIGHT) == end
    assert end.astimezone(NEW_YORK).hour in (8, 12)


def test_an_hour_that_the_clocks_jump_over_ends_the_quiet_after_the_jump():
    end = end_of_quiet(datetime(2026, 3, 8, 4, tzinfo=UTC), NEW_YORK, NINE, time(2, 30))
    assert end.astimezone(NEW_YORK).time() == time(3, 30)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),
    st.sampled_from(ZONES), st.times().map(lambda t: t.replace(microsecond=0)), st.integers(0, 6),
)  # fmt: skip
def test_what_comes_again_and_again_comes_next_within_its_time(after, zone, clock, weekday):
    daily, weekly = next_daily(after, zone, clock), next_weekly(after, zone, weekday, clock)
    assert timedelta(0) < daily - after <= timedelta(hours=26)
    assert timedelta(0) < weekly - after <= timedelta(days=7, hours=2)
    assert weekly.astimezone(ZoneInfo(zone)).weekday() == weekday


@pytest.mark.django_db
def test_everybody_sleeps_by_their_own_clock(chapter):
    """At half past eight in the evening in New York it is half past three in Honolulu."""
    at = datetime(2026, 11, 24, 2, 30, tzinfo=UTC)
    east = make_member(chapter, "East", user=None, email="east@example.org")
    west = make_member(chapter, "West", user=None, email="west@example.org", time_zone="Pacific/Honolulu")
    rows = [(member, {}, member.email) for member in (east, west)]
    plan_messages(kind=NOTE, chapter=chapter, rows=rows, by=Actor.system(chapter.pk), at=at)
    send_due(now=at)
    assert [sent.to for sent in mail.outbox] == [["west@example.org"]]
    assert Message.objects.get(member=east).send_after == datetime(2026, 11, 24, 13, tzinfo=UTC)


@pytest.mark.django_db
def test_a_mail_that_was_late_waits_for_the_morning_too(chapter):
    noon, night = datetime(2026, 11, 23, 17, tzinfo=UTC), datetime(2026, 11, 24, 5, tzinfo=UTC)
    plan_messages(
        kind=NOTE, chapter=chapter, rows=[("a@example.org", {}, "a")], by=Actor.system(chapter.pk), at=noon
    )
    assert send_due(now=night).sent == 0
    assert send_due(now=datetime(2026, 11, 24, 13, tzinfo=UTC)).sent == 1


NOON = datetime(2026, 11, 23, 17, tzinfo=UTC)


def plan(chapter, count: int, kind: str = NOTE) -> None:
    rows = [(f"{kind}{number}@example.org", {}, f"{kind}{number}") for number in range(count)]
    plan_messages(kind=kind, chapter=chapter, rows=rows, by=Actor.system(chapter.pk), at=NOON)


@pytest.mark.django_db
def test_no_chapter_sends_more_than_it_may_in_a_minute_and_holds_up_no_other(chapter):
    other = make_chapter("other", mails_per_minute=100)
    chapter.mails_per_minute = 3
    chapter.save()
    plan(chapter, 7)
    plan(other, 5)
    sent = [send_due(now=NOON + timedelta(seconds=seconds)).sent for seconds in (0, 30, 62, 124, 186)]
    assert sent == [8, 0, 3, 1, 0]


@pytest.mark.django_db
def test_the_server_has_a_limit_of_its_own(chapter, settings):
    settings.MAILS_PER_MINUTE = 4
    other = make_chapter("other")
    plan(chapter, 3)
    plan(other, 3)
    assert [send_due(now=NOON + timedelta(seconds=seconds)).sent for seconds in (0, 62)] == [4, 2]


@pytest.mark.django_db
def test_what_is_in_a_hurry_goes_before_what_can_wait(chapter, olive):
    from chapters.services.invitations import invite
    from tests.factories import actor_of

    chapter.mails_per_minute = 1
    chapter.save()
    plan(chapter, 3)
    invite(chapter=chapter, email="new@example.org", by=actor_of(olive), at=NOON)
    send_due(now=NOON)
    assert [sent.to for sent in mail.outbox] == [["new@example.org"]]
