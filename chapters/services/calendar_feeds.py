"""A member's meetings as a feed for calendar programs: a random address that can be taken back."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from chapters.calendars import write_calendar
from chapters.enums import MeetingAnswer, MemberKind
from chapters.models import CalendarFeed, Meeting, MeetingInvitation, Member
from chapters.services import audit
from chapters.services.meeting_mails import make_entry
from core.actors import Actor
from core.codes import hash_code
from core.one_line import one_line

PURPOSE = "chapters.calendar"
LOOKS_BACK = timedelta(days=90)
MOST = 500


@transaction.atomic
def make_feed(*, member: Member, by: Actor, at: datetime) -> str:
    """Give a member a feed; returns its address, which is shown this once. A former address stops working."""
    token = secrets.token_urlsafe(24)
    CalendarFeed.objects.update_or_create(
        member=member,
        defaults={
            "chapter_id": member.chapter_id, "code_hash": hash_code(PURPOSE, token), "made_at": at
        },
    )  # fmt: skip
    audit.record(
        by=by, verb="chapters.calendar_made", row=member,
        summary=lambda: _("%(person)s took their meetings into a calendar") % {"person": member},
    )  # fmt: skip
    return settings.SITE_URL + reverse("entrance:calendar", kwargs={"token": token})


@transaction.atomic
def remove_feed(*, member: Member, by: Actor) -> bool:
    """Let the address of a member's feed work no more; False when there was none."""
    gone, _kinds = CalendarFeed.objects.filter(member=member).delete()
    if not gone:
        return False
    audit.record(
        by=by, verb="chapters.calendar_removed", row=member,
        summary=lambda: _("%(person)s closed their calendar's address") % {"person": member},
    )  # fmt: skip
    return True


def remove_feed_of(member_id: int, by: Actor, on: object) -> None:
    """Nobody reads on who has left."""
    CalendarFeed.objects.filter(member_id=member_id).delete()


def open_feed(*, token: str) -> CalendarFeed:
    """The feed an address stands for.

    Raises:
        Http404: it is made up, or was taken back.
    """
    rows = CalendarFeed.objects.select_related("member", "chapter")
    feed = rows.filter(code_hash=hash_code(PURPOSE, token[:100])).first()
    if feed is None or feed.member.kind == MemberKind.FORMER:
        raise Http404
    return feed


def write_feed(feed: CalendarFeed, *, at: datetime) -> bytes:
    """The meetings a member is asked to and has not declined, or hosts; nobody is named in it. Two queries.

    Cancelled ones stay in it as cancelled, so that calendars strike them out.
    """
    member_id = feed.member_id
    asked = MeetingInvitation.objects.filter(member_id=member_id).exclude(answer=MeetingAnswer.NO)
    rows = Meeting.objects.filter(
        Q(host_id=member_id) | Q(pk__in=asked.values("meeting_id")),
        chapter_id=feed.chapter_id, ends_at__gte=at - LOOKS_BACK,
    )  # fmt: skip
    meetings = list(rows.order_by("starts_at", "pk")[:MOST])
    said = dict(
        MeetingInvitation.objects.filter(meeting__in=meetings, member_id=member_id, is_waiting=False)
        .values_list("meeting_id", "answer")
    )  # fmt: skip
    entries = [
        make_entry(
            meeting, stamp=meeting.made_at,
            is_sure=meeting.host_id == member_id or said.get(meeting.pk) == MeetingAnswer.YES,
        )
        for meeting in meetings
    ]  # fmt: skip
    return write_calendar(entries, name=one_line(feed.chapter.name))
