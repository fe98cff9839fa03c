"""Who was at a meeting: signed in at the door, walked in, brought by whom."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chapters.enums import MemberKind, Standing
from chapters.models import Attendance, Meeting, Member
from chapters.selectors.actors import today_in
from chapters.services import audit
from chapters.services.meeting_places import require_planned
from chapters.services.members import add_member
from core.actors import Actor
from core.errors import DomainError

DOORS_OPEN = timedelta(hours=12)
"""So long before the beginning people can be signed in; afterwards the sheet stays open, to be put right."""


class TooEarlyToSignIn(DomainError):
    """The meeting lies more than half a day ahead."""


class NotThere(DomainError):
    """The person is not signed in."""


class CannotBring(DomainError):
    """Nobody brings themself, and people of other chapters bring nobody."""


@transaction.atomic
def sign_in(
    *, meeting: Meeting, member: Member, by: Actor, at: datetime, brought_by: Member | None = None
) -> Attendance:
    """Note that somebody is there; a second tap changes nothing.

    Raises:
        TooEarlyToSignIn, MeetingIsCancelled: nobody can be there.
        CannotBring: they brought themself, or somebody of another chapter did.
    """
    require_doors_open(meeting, at)
    _require_bringer(meeting, member, brought_by)
    attendance, made = Attendance.objects.get_or_create(
        meeting=meeting, member=member,
        defaults={
            "chapter_id": meeting.chapter_id, "signed_in_at": at, "noted_by_id": by.user_id,
            "brought_by": brought_by,
            "walk_in": not meeting.invitations.filter(member=member).exists(),
        },
    )  # fmt: skip
    if made:
        audit.record(
            by=by, verb="chapters.meeting_signed_in", row=meeting, detail={"member": member.pk},
            summary=lambda: _("%(person)s was at %(meeting)s") % {"person": member, "meeting": meeting},
        )  # fmt: skip
    return attendance


@transaction.atomic
def sign_out(*, meeting: Meeting, member: Member, by: Actor) -> None:
    """Take a sign-in back that was a slip.

    Raises:
        NotThere: the person is not signed in.
    """
    gone, _kinds = Attendance.objects.filter(meeting=meeting, member=member).delete()
    if not gone:
        raise NotThere(_("%(person)s is not signed in.") % {"person": member}, hint=_("Nothing was changed."))
    audit.record(
        by=by, verb="chapters.meeting_signed_out", row=meeting, detail={"member": member.pk},
        summary=lambda: _("Took back that %(person)s was at %(meeting)s")
        % {"person": member, "meeting": meeting},
    )  # fmt: skip


@transaction.atomic
def walk_in(
    *, meeting: Meeting, first_name: str, by: Actor, at: datetime, last_name: str = "", email: str = "",
    phone: str = "", brought_by: Member | None = None,
) -> Attendance:  # fmt: skip
    """Sign in somebody who was not asked. Who is known by this address or number is signed in as who they are;
    others become supporters of the chapter.

    Raises:
        TooEarlyToSignIn, MeetingIsCancelled, CannotBring: as for `sign_in`.
    """
    require_doors_open(meeting, at)
    member = find_known(meeting, first_name=first_name, last_name=last_name, email=email, phone=phone)
    if member is None:
        member = add_member(
            chapter=meeting.chapter, by=by, first_name=first_name, last_name=last_name, email=email,
            phone=phone, kind=MemberKind.SUPPORTER, standing=Standing.NONE,
            since=today_in(meeting.chapter, at),
        )  # fmt: skip
    return sign_in(meeting=meeting, member=member, by=by, at=at, brought_by=brought_by)


def find_known(meeting: Meeting, *, first_name: str, last_name: str, email: str, phone: str) -> Member | None:
    """The one person of the chapter with this name and this e-mail or phone; None where it could be somebody else."""
    people = Member.objects.filter(
        chapter_id=meeting.chapter_id, first_name__iexact=first_name, last_name__iexact=last_name
    ).exclude(kind=MemberKind.FORMER)
    digits = _digits(phone)
    found = [
        member
        for member in people.order_by("pk")[:50]
        if (email and member.email.lower() == email.lower()) or (digits and _digits(member.phone) == digits)
    ]
    return found[0] if len(found) == 1 else None


def _digits(phone: str) -> str:
    """The last ten digits: "+1 919 555 0142" and "(919) 555-0142" are one number."""
    return "".join(letter for letter in phone if letter.isdecimal())[-10:]


@transaction.atomic
def note_bringer(*, attendance: Attendance, brought_by: Member | None, by: Actor) -> Attendance:
    """Note who brought somebody along, or that nobody did.

    Raises:
        CannotBring: they brought themself, or somebody of another chapter did.
    """
    meeting = attendance.meeting
    _require_bringer(meeting, attendance.member, brought_by)
    if attendance.brought_by_id == (brought_by.pk if brought_by else None):
        return attendance
    attendance.brought_by = brought_by
    attendance.save(update_fields=["brought_by"])
    words = {"person": attendance.member, "bringer": brought_by, "meeting": meeting}
    audit.record(
        by=by, verb="chapters.meeting_brought", row=meeting,
        detail={"member": attendance.member_id, "brought_by": attendance.brought_by_id},
        summary=lambda: (
            _("%(bringer)s brought %(person)s to %(meeting)s")
            if brought_by
            else _("Nobody brought %(person)s to %(meeting)s")
        ) % words,
    )  # fmt: skip
    return attendance


def _require_bringer(meeting: Meeting, member: Member, brought_by: Member | None) -> None:
    if brought_by is None:
        return
    if brought_by.pk == member.pk:
        raise CannotBring(_("Nobody brings themself along."), hint=_("Choose somebody else, or nobody."))
    if brought_by.chapter_id != meeting.chapter_id:
        raise CannotBring(_("%(person)s is none of the chapter's people.") % {"person": brought_by})


def require_doors_open(meeting: Meeting, at: datetime) -> None:
    """Raises TooEarlyToSignIn, MeetingIsCancelled."""
    require_planned(meeting)
    if meeting.starts_at - at > DOORS_OPEN:
        raise TooEarlyToSignIn(
            _("This meeting lies ahead; nobody can be there yet."),
            hint=_("The sheet opens twelve hours before it begins."),
        )
