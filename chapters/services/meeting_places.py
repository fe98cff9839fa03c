"""A meeting as it stands: locked while places are counted, and who gets one that falls free."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from chapters.enums import MeetingAnswer
from chapters.models import Meeting, MeetingInvitation
from chapters.services.meeting_mails import tell_of_place
from core.actors import Actor
from core.errors import DomainError


class MeetingIsCancelled(DomainError):
    """It was cancelled."""


class MeetingIsOver(DomainError):
    """It has taken place."""


def lock_meeting(meeting: Meeting) -> Meeting:
    """The meeting as it is now, locked until the transaction ends: places are given one by one."""
    rows = Meeting.objects.select_for_update(of=("self",)).select_related("chapter", "host")
    locked: Meeting = rows.get(pk=meeting.pk)
    return locked


def require_planned(meeting: Meeting) -> None:
    """Raises MeetingIsCancelled."""
    if not meeting.is_planned:
        raise MeetingIsCancelled(_("This meeting was cancelled."), hint=_("Nothing was changed."))


def require_ahead(meeting: Meeting, at: datetime) -> None:
    """Raises MeetingIsOver."""
    if meeting.is_over(at):
        raise MeetingIsOver(_("This meeting is over."), hint=_("Nothing was changed."))


def count_taken(meeting: Meeting, *, but: MeetingInvitation | None = None) -> int:
    """The places taken by who said yes, guests among them; who waits has none."""
    rows = MeetingInvitation.objects.filter(meeting=meeting, answer=MeetingAnswer.YES, is_waiting=False)
    if but is not None:
        rows = rows.exclude(pk=but.pk)
    return sum(1 + bringing for bringing in rows.values_list("bringing", flat=True))


def has_room(meeting: Meeting, people: int, *, but: MeetingInvitation) -> bool:
    """Whether so many more find a place, that person's own answer not counted."""
    return meeting.capacity is None or count_taken(meeting, but=but) + people <= meeting.capacity


def give_free_places(meeting: Meeting, *, by: Actor, at: datetime) -> int:
    """Give places that fell free to who waited longest, and tell them; the meeting is locked by the caller."""
    rows = MeetingInvitation.objects.filter(meeting=meeting, is_waiting=True).select_related("member")
    given = 0
    for invitation in rows.order_by("answered_at", "pk"):
        if not has_room(meeting, 1 + invitation.bringing, but=invitation):
            continue
        invitation.is_waiting = False
        invitation.save(update_fields=["is_waiting"])
        invitation.meeting = meeting
        tell_of_place(invitation, by=by, at=at)
        given += 1
    return given
