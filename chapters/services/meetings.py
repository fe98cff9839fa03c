"""Meetings: planned, changed, cancelled. Who is asked to one and what they say is `meeting_invitations`."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chapters.enums import MeetingState, MemberKind
from chapters.models import Chapter, Meeting, MeetingInvitation, Member
from chapters.services import audit
from chapters.services.meeting_mails import (
    forget_reminder,
    plan_meeting_reminder,
    tell_of_cancelling,
    tell_of_change,
)
from chapters.services.meeting_places import (
    MeetingIsOver,
    give_free_places,
    lock_meeting,
    require_planned,
)
from core.actors import Actor
from core.errors import DomainError

FIELDS = ("kind", "title", "place", "starts_at", "ends_at", "time_zone", "host", "capacity", "text")
TOLD = ("title", "place", "starts_at", "ends_at", "time_zone")
"""Whoever said yes or maybe hears of a change of these."""

LONGEST = timedelta(days=14)


class MeetingTimesOutOfOrder(DomainError):
    """It ends before it begins, or lasts longer than anything anybody would call a meeting."""


class HostOutsideChapter(DomainError):
    """The host belongs to another chapter, or has left."""


@transaction.atomic
def plan_meeting(*, chapter: Chapter, by: Actor, at: datetime, **values: Any) -> Meeting:
    """Plan a meeting; `values` are some of `FIELDS`, times in any zone.

    Raises:
        MeetingTimesOutOfOrder: it ends before it begins.
        HostOutsideChapter: the host belongs to another chapter, or has left.
    """
    meeting = Meeting(chapter=chapter, made_by_id=by.user_id, **({"time_zone": chapter.time_zone} | values))
    _require_sense(meeting)
    meeting.save()
    plan_meeting_reminder(meeting, by=by)
    audit.record(
        by=by, verb="chapters.meeting_planned", row=meeting,
        summary=lambda: _("Planned the meeting %(meeting)s") % {"meeting": meeting},
    )  # fmt: skip
    return meeting


@transaction.atomic
def change_meeting(*, meeting: Meeting, by: Actor, at: datetime, **values: Any) -> Meeting:
    """Change some of a meeting's `FIELDS`; whoever said yes or maybe is told when it concerns them.

    Links stay good until the meeting's new end; who waits for a place gets one when there are more.

    Raises:
        MeetingIsCancelled: there is nothing to change any more.
        MeetingTimesOutOfOrder, HostOutsideChapter: as for `plan_meeting`.
    """
    meeting = lock_meeting(meeting)
    require_planned(meeting)
    changed = [name for name, value in values.items() if getattr(meeting, name) != value]
    if not changed:
        return meeting
    for name in changed:
        setattr(meeting, name, values[name])
    _require_sense(meeting)
    meeting.version += 1
    meeting.save(update_fields=[*changed, "version"])
    MeetingInvitation.objects.filter(meeting=meeting).update(expires_at=meeting.ends_at)
    plan_meeting_reminder(meeting, by=by)
    if not meeting.is_over(at) and any(name in TOLD for name in changed):
        tell_of_change(meeting, by=by, at=at)
    give_free_places(meeting, by=by, at=at)
    audit.record(
        by=by, verb="chapters.meeting_changed", row=meeting, detail={"fields": changed},
        summary=lambda: _("Changed the meeting %(meeting)s: %(fields)s")
        % {"meeting": meeting, "fields": audit.name_fields(meeting, changed)},
    )  # fmt: skip
    return meeting


@transaction.atomic
def cancel_meeting(*, meeting: Meeting, by: Actor, at: datetime) -> int:
    """Cancel a meeting and tell whoever said yes or maybe; returns how many are told. It stays on the list.

    Raises:
        MeetingIsCancelled: it was cancelled before.
        MeetingIsOver: it has taken place.
    """
    meeting = lock_meeting(meeting)
    require_planned(meeting)
    if meeting.is_over(at):
        raise MeetingIsOver(
            _("This meeting is over; it cannot be cancelled any more."), hint=_("Nothing was changed.")
        )
    meeting.state = MeetingState.CANCELLED
    meeting.version += 1
    meeting.save(update_fields=["state", "version"])
    forget_reminder(meeting, at=at)
    told = tell_of_cancelling(meeting, by=by, at=at)
    audit.record(
        by=by, verb="chapters.meeting_cancelled", row=meeting, rows=told,
        summary=lambda: _("Cancelled the meeting %(meeting)s") % {"meeting": meeting},
    )  # fmt: skip
    return told


def unlink_meetings_of(member_id: int, by: Actor, on: Any) -> None:
    """A former member hosts nothing that lies ahead, and is expected nowhere."""
    now = timezone.now()
    Meeting.objects.ahead(now).filter(host_id=member_id).update(host=None)
    MeetingInvitation.objects.filter(member_id=member_id, meeting__ends_at__gt=now).delete()


def _require_sense(meeting: Meeting) -> None:
    length = meeting.ends_at - meeting.starts_at
    if length <= timedelta(0):
        raise MeetingTimesOutOfOrder(_("The meeting ends before it begins."), hint=_("Nothing was saved."))
    if length > LONGEST:
        raise MeetingTimesOutOfOrder(
            _("The meeting lasts longer than two weeks."), hint=_("Nothing was saved. Is the day right?")
        )
    host: Member | None = meeting.host
    if host is not None and (host.chapter_id != meeting.chapter_id or host.kind == MemberKind.FORMER):
        raise HostOutsideChapter(_("%(person)s is none of the chapter's people.") % {"person": host})
