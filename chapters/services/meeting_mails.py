"""Mail about meetings: invitations, the day before, changes, a place that fell free, and that it was cancelled."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from chapters.calendars import CONTENT_TYPE, Entry, write_calendar
from chapters.enums import MeetingAnswer, MeetingState
from chapters.meeting_words import say_start, say_time
from chapters.models import Meeting, MeetingInvitation, Message, Reminder
from chapters.services.messages import Planned, plan_messages
from chapters.services.reminders import cancel_reminders, plan_reminder
from core.actors import Actor
from core.codes import make_code
from core.messages import Attachment, Secret
from core.one_line import one_line
from core.words import Saying

PURPOSE = "chapters.rsvp"
INVITATION = "chapters.meeting_invitation"
REMINDER = "chapters.meeting_reminder"
CHANGED = "chapters.meeting_changed"
CANCELLED = "chapters.meeting_cancelled"
PLACE_FREE = "chapters.meeting_place"

MORNING = time(10)
"""The reminder comes on the day before, at ten by the person's own clock."""

_EARLIEST = timedelta(hours=40)
"""Ten o'clock on the day before comes 10 to 38 hours before the beginning, wherever one lives; clocks may change."""

COMING = (MeetingAnswer.YES, MeetingAnswer.MAYBE)


def get_rsvp_link(invitation: MeetingInvitation) -> str:
    """The personal address where the invited person answers."""
    code = make_code(PURPOSE, invitation.seed)
    return settings.SITE_URL + reverse("entrance:rsvp", kwargs={"code": code})


def mail_invitations(
    *, meeting: Meeting, invitations: Iterable[MeetingInvitation], by: Actor, at: datetime
) -> Planned:
    """Plan a mail with the personal link for each; who was mailed before is not mailed again."""
    return _plan(INVITATION, meeting, invitations, lambda row: f"{INVITATION}:{row.pk}", by=by, at=at)


def tell_of_change(meeting: Meeting, *, by: Actor, at: datetime) -> int:
    """Tell whoever said yes or maybe what the meeting is like now; returns how many."""
    key = f"{CHANGED}:{meeting.version}"
    return _plan(CHANGED, meeting, _list_coming(meeting), lambda row: f"{key}:{row.pk}", by=by, at=at).planned


def tell_of_cancelling(meeting: Meeting, *, by: Actor, at: datetime) -> int:
    """Tell whoever said yes or maybe that it does not take place; returns how many."""
    return _plan(
        CANCELLED, meeting, _list_coming(meeting), lambda row: f"{CANCELLED}:{row.pk}", by=by, at=at
    ).planned


def tell_of_place(invitation: MeetingInvitation, *, by: Actor, at: datetime) -> int:
    """Tell somebody who waited that there is a place now."""
    key = f"{PLACE_FREE}:{invitation.pk}:{at.isoformat(timespec='seconds')}"
    return _plan(PLACE_FREE, invitation.meeting, [invitation], lambda _row: key, by=by, at=at).planned


def _list_coming(meeting: Meeting) -> list[MeetingInvitation]:
    rows = MeetingInvitation.objects.filter(meeting=meeting, answer__in=COMING)
    return list(rows.select_related("member").order_by("pk"))


def _plan(
    kind: str, meeting: Meeting, invitations: Iterable[MeetingInvitation], key_of: Any, *, by: Actor,
    at: datetime, send_after: datetime | None = None,
) -> Planned:  # fmt: skip
    rows = [(row.member, {"invitation_id": row.pk}, key_of(row)) for row in invitations]
    return plan_messages(kind=kind, chapter=meeting.chapter, rows=rows, by=by, at=at, send_after=send_after)


# --- The day before ---------------------------------------------------------------------------------------


def plan_meeting_reminder(meeting: Meeting, *, by: Actor) -> None:
    """Put the reminder into the schedule, or move it with the meeting."""
    plan_reminder(
        kind=REMINDER, chapter=meeting.chapter, key=_reminder_key(meeting), by=by,
        due_at=meeting.starts_at - _EARLIEST, params={"meeting_id": meeting.pk},
    )  # fmt: skip


def forget_reminder(meeting: Meeting, *, at: datetime) -> None:
    """Take the reminder of a cancelled meeting out of the schedule."""
    cancel_reminders(kind=REMINDER, chapter=meeting.chapter, keys=[_reminder_key(meeting)], at=at)


def _reminder_key(meeting: Meeting) -> str:
    return f"{meeting.pk}:day_before"


def remind_of_meeting(reminder: Reminder, at: datetime) -> int:
    """Plan a mail for everybody invited who did not say no, for ten o'clock on the day before where they live.

    Who lives where that hour has passed when the meeting is planned at short notice gets it at once.
    """
    meeting = (
        Meeting.objects.filter(pk=reminder.params["meeting_id"], chapter=reminder.chapter)
        .select_related("chapter")
        .first()
    )
    if meeting is None or not meeting.is_planned or meeting.starts_at <= at:
        return 0
    by_zone: dict[str, list[MeetingInvitation]] = {}
    rows = MeetingInvitation.objects.filter(meeting=meeting).exclude(answer=MeetingAnswer.NO)
    for row in rows.select_related("member").order_by("pk"):
        by_zone.setdefault(row.member.time_zone or meeting.chapter.time_zone, []).append(row)
    by = Actor.system(meeting.chapter_id, label="reminders")
    begin = meeting.starts_at.isoformat(timespec="minutes")
    return sum(
        _plan(
            REMINDER, meeting, found, lambda row: f"{REMINDER}:{row.pk}:{begin}", by=by, at=at,
            send_after=day_before(meeting.starts_at, zone),
        ).planned
        for zone, found in by_zone.items()
    )  # fmt: skip


def day_before(starts_at: datetime, zone: str) -> datetime:
    """Ten o'clock on the day before the beginning, by a clock of that zone."""
    place = ZoneInfo(zone)
    eve = starts_at.astimezone(place).date() - timedelta(days=1)
    return datetime.combine(eve, MORNING, tzinfo=place)


# --- Words ------------------------------------------------------------------------------------------------


def get_context(message: Message) -> dict[str, Any]:
    """What the mails about a meeting say; times by the place's clock, with its name for who lives by another."""
    invitation = _of_message(message)
    assert invitation is not None  # `say_why_not` is asked first
    meeting = invitation.meeting
    link = get_rsvp_link(invitation)
    return {
        "meeting": meeting,
        "title": one_line(meeting.title, 120),
        "place": one_line(meeting.place, 200),
        "time": say_time(
            meeting.starts_at, meeting.ends_at, meeting.time_zone, reader_zone=message.time_zone
        ),
        "start": say_start(meeting.starts_at, meeting.time_zone),
        "words": meeting.text,
        "answer": invitation.answer,
        "is_waiting": invitation.is_waiting,
        "link": Secret(link),
        "yes_link": Secret(f"{link}?answer=yes"),
        "maybe_link": Secret(f"{link}?answer=maybe"),
        "no_link": Secret(f"{link}?answer=no"),
    }


def attach_calendar(message: Message) -> list[Attachment]:
    """The meeting as a file for the reader's calendar, with their own link."""
    invitation = _of_message(message)
    if invitation is None:
        return []
    entry = make_entry(
        invitation.meeting, stamp=message.started_at or message.planned_at, url=get_rsvp_link(invitation),
        is_sure=invitation.answer == MeetingAnswer.YES and not invitation.is_waiting,
    )  # fmt: skip
    return [Attachment("meeting.ics", write_calendar([entry]), f"{CONTENT_TYPE}; method=PUBLISH")]


def make_entry(meeting: Meeting, *, stamp: datetime, url: str = "", is_sure: bool = True) -> Entry:
    """A meeting as calendars show it."""
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    return Entry(
        uid=f"meeting-{meeting.pk}@{host}",
        version=meeting.version,
        title=one_line(meeting.title, 120),
        place=one_line(meeting.place, 200),
        text=meeting.text,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        stamp=stamp,
        url=url,
        is_cancelled=meeting.state == MeetingState.CANCELLED,
        is_sure=is_sure,
    )


def say_why_not(message: Message, at: datetime) -> Saying:
    """Why a mail about a meeting is not sent after all."""
    invitation = _of_message(message)
    if invitation is None:
        return _("The person is not invited any more.")
    if message.kind != CANCELLED and not invitation.meeting.is_planned:
        return _("The meeting was cancelled.")
    if invitation.meeting.starts_at <= at and message.kind != CANCELLED:
        return _("The meeting has begun.")
    if message.kind == REMINDER and invitation.answer == MeetingAnswer.NO:
        return _("The person has said no.")
    if message.kind == INVITATION and invitation.answer:
        return _("The person had answered before.")
    if message.kind == REMINDER and not message.key.endswith(_begin(invitation.meeting)):
        return _("The meeting was moved.")
    return ""


def _begin(meeting: Meeting) -> str:
    return meeting.starts_at.isoformat(timespec="minutes")


def _of_message(message: Message) -> MeetingInvitation | None:
    rows = MeetingInvitation.objects.select_related("meeting__chapter", "member")
    return rows.filter(pk=message.params["invitation_id"], chapter_id=message.chapter_id).first()
