"""Meetings on other pages: Today, the search box, what a person did."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from chapters.enums import MeetingAnswer
from chapters.meeting_words import say_start, say_time
from chapters.models import Attendance, Meeting, MeetingInvitation
from core.actors import Actor
from core.http import ChapterRequest, chapter_url
from core.navigation import SearchGroup, SearchHit, TodayItem
from core.people import HistoryLine
from core.permissions import has_right

AHEAD = timedelta(days=14)
SIGN_IN_FROM = timedelta(hours=3)


def list_meeting_items(request: ChapterRequest) -> Iterable[TodayItem]:
    """Invitations one has not answered, and sheets to keep of meetings that are about to begin or go on. Two queries."""
    now, actor = timezone.now(), request.actor
    if actor.member_id is None:
        return []
    asked = (
        MeetingInvitation.objects.filter(member_id=actor.member_id, answer=MeetingAnswer.NONE)
        .filter(meeting__state="planned", meeting__starts_at__gt=now, meeting__starts_at__lte=now + AHEAD)
        .select_related("meeting")
        .order_by("meeting__starts_at")[:3]
    )
    items = [_ask(row.meeting) for row in asked]
    soon = (
        Meeting.objects.visible_to(actor)
        .planned()
        .filter(starts_at__lte=now + SIGN_IN_FROM, ends_at__gt=now - timedelta(hours=1))
    )
    items += [_sheet(row) for row in soon if has_right(actor, "chapters.run_meetings", row)]
    return items


def _ask(meeting: Meeting) -> TodayItem:
    return TodayItem(
        title=_("Do you come to %(meeting)s?") % {"meeting": meeting},
        line=f"{say_time(meeting.starts_at, meeting.ends_at, meeting.time_zone)} · {meeting.place}",
        action=_("Say yes, maybe or no"), icon="calendar-event", urgency=30, due_at=meeting.starts_at,
        url=chapter_url("chapters:meeting", meeting_id=meeting.pk),
    )  # fmt: skip


def _sheet(meeting: Meeting) -> TodayItem:
    return TodayItem(
        title=_("%(meeting)s: sign people in") % {"meeting": meeting},
        line=f"{say_time(meeting.starts_at, meeting.ends_at, meeting.time_zone)} · {meeting.place}",
        action=_("Open the sign-in sheet"), icon="person-check", urgency=15, due_at=meeting.starts_at,
        url=chapter_url("chapters:sign_in_sheet", meeting_id=meeting.pk),
    )  # fmt: skip


def find_meetings(request: ChapterRequest, words: str, limit: int) -> SearchGroup | None:
    """Meetings whose title or place has the words; the latest first."""
    if not has_right(request.actor, "chapters.see_meetings"):
        return None
    rows = Meeting.objects.visible_to(request.actor)
    for word in words.split():
        rows = rows.filter(title__icontains=word) | rows.filter(place__icontains=word)
    found = list(rows.order_by("-starts_at", "-pk")[: limit + 1])
    return SearchGroup(
        key="meetings",
        label=gettext_lazy("Meetings"),
        hits=[
            SearchHit(
                title=row.title, line=f"{say_start(row.starts_at, row.time_zone)} · {row.place}",
                url=chapter_url("chapters:meeting", meeting_id=row.pk), icon="calendar-event",
            )
            for row in found[:limit]
        ],
        total=len(found) if len(found) <= limit else rows.count(),
    )  # fmt: skip


def list_meetings_of(member_id: int, reader: Actor, limit: int) -> Iterable[HistoryLine]:
    """The meetings a person was at, and how many people they brought. Two queries."""
    rows = list(
        Attendance.objects.visible_to(reader)
        .filter(member_id=member_id)
        .select_related("meeting", "brought_by")
        .order_by("-meeting__starts_at", "-pk")[:limit]
    )
    brought: dict[int, int] = {}
    for meeting_id in Attendance.objects.filter(
        brought_by_id=member_id, meeting__in=[row.meeting_id for row in rows]
    ).values_list("meeting_id", flat=True):
        brought[meeting_id] = brought.get(meeting_id, 0) + 1
    for row in rows:
        yield HistoryLine(
            on=row.meeting.starts_at.astimezone(row.meeting.zone).date(),
            what=row.meeting.title,
            kind=gettext_lazy("meetings"),
            icon="calendar-event",
            url=chapter_url("chapters:meeting", meeting_id=row.meeting_id),
            line=_say_company(row, brought.get(row.meeting_id, 0)),
        )


def _say_company(row: Attendance, brought: int) -> str:
    parts = []
    if row.brought_by is not None:
        parts.append(_("brought by %(name)s") % {"name": row.brought_by})
    if brought:
        parts.append(
            ngettext("brought %(count)d person", "brought %(count)d people", brought) % {"count": brought}
        )
    return ", ".join(parts)
