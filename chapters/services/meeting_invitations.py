"""Who is asked to a meeting, and what they answer: by their link, signed in, or told to somebody who notes it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from chapters.enums import GIVEN_ANSWERS, AnswerChannel, MeetingAnswer, MemberKind
from chapters.models import Meeting, MeetingInvitation, Member
from chapters.models.meetings import MOST_GUESTS
from chapters.services import audit
from chapters.services.meeting_mails import COMING, PURPOSE, mail_invitations
from chapters.services.meeting_places import (
    give_free_places,
    has_room,
    lock_meeting,
    require_ahead,
    require_planned,
)
from core.actors import Actor
from core.codes import hash_code, make_code, make_seed, read_code
from core.errors import DomainError


class NobodyToInvite(DomainError):
    """Nobody is left to be invited."""


class NoSuchAnswer(DomainError):
    """The answer is none of yes, maybe and no, or too many people are brought along."""


@dataclass(frozen=True, slots=True)
class Invited:
    """What became of a round of invitations.

    Attributes:
        new: invited now.
        known: were invited before.
        unreached: of the new ones, those whom no mail reaches; somebody has to call them.
    """

    new: int
    known: int
    unreached: int


@transaction.atomic
def invite_members(*, meeting: Meeting, members: Iterable[Member], by: Actor, at: datetime) -> Invited:
    """Ask people of the chapter to a meeting, each by a mail with a personal link; asking twice changes nothing.

    Raises:
        MeetingIsCancelled, MeetingIsOver: it is too late.
        NobodyToInvite: there is nobody among them who has not left.
    """
    meeting = lock_meeting(meeting)
    require_planned(meeting)
    require_ahead(meeting, at)
    wanted = {
        member.pk: member
        for member in members
        if member.chapter_id == meeting.chapter_id and member.kind != MemberKind.FORMER
    }
    if not wanted:
        raise NobodyToInvite(_("There is nobody among them to be invited."), hint=_("Nothing was sent."))
    known = set(meeting.invitations.filter(member__in=wanted).values_list("member_id", flat=True))
    fresh = [member for pk, member in wanted.items() if pk not in known]
    rows = MeetingInvitation.objects.bulk_create(
        [_new_invitation(meeting, member, by=by, at=at) for member in fresh], batch_size=500
    )
    planned = mail_invitations(meeting=meeting, invitations=rows, by=by, at=at)
    if rows:
        audit.record(
            by=by, verb="chapters.meeting_invited", row=meeting, rows=len(rows),
            summary=lambda: _("Invited %(count)d people to %(meeting)s")
            % {"count": len(rows), "meeting": meeting},
        )  # fmt: skip
    return Invited(len(rows), len(known), len(planned.without_address))


def _new_invitation(meeting: Meeting, member: Member, *, by: Actor, at: datetime) -> MeetingInvitation:
    seed = make_seed()
    return MeetingInvitation(
        chapter_id=meeting.chapter_id,
        meeting=meeting,
        member=member,
        seed=seed,
        code_hash=hash_code(PURPOSE, make_code(PURPOSE, seed)),
        expires_at=meeting.ends_at,
        invited_at=at,
        invited_by_id=by.user_id,
    )


def open_rsvp_link(*, code: str, at: datetime) -> MeetingInvitation:
    """The invitation a link stands for.

    Raises:
        Http404: it is made up, another purpose's, or too old; the answer does not say which.
    """
    found = read_code(code)
    rows = MeetingInvitation.objects.select_related("meeting__chapter", "member", "chapter")
    invitation = rows.filter(code_hash=hash_code(PURPOSE, found)).first() if found else None
    if invitation is None or invitation.expires_at <= at or invitation.member.kind == MemberKind.FORMER:
        raise Http404
    return invitation


def actor_of_rsvp(invitation: MeetingInvitation) -> Actor:
    """Whoever holds the link: may answer this invitation, and nothing else."""
    return Actor.link(
        chapter_id=invitation.chapter_id, purpose=PURPOSE, subject_id=invitation.pk,
        label=str(invitation.member),
    )  # fmt: skip


def require_answer(answer: str, bringing: int) -> int:
    """How many somebody brings along who gives that answer: nobody, unless they come.

    Raises:
        NoSuchAnswer: it is none of yes, maybe and no, or too many people are brought along.
    """
    if answer not in GIVEN_ANSWERS:
        raise NoSuchAnswer(_("Choose yes, maybe or no."))
    bringing = bringing if answer in COMING else 0
    if not 0 <= bringing <= MOST_GUESTS:
        raise NoSuchAnswer(_("At most %(most)d people can be brought along.") % {"most": MOST_GUESTS})
    return bringing


@transaction.atomic
def answer_invitation(
    *,
    invitation: MeetingInvitation,
    answer: str,
    by: Actor,
    at: datetime,
    channel: AnswerChannel,
    bringing: int = 0,
) -> MeetingInvitation:
    """Note an answer; the same one again changes nothing, another one replaces it as often as people change plans.

    Who says yes to a full meeting waits for a place; whoever waited longest gets the one that falls free.

    Raises:
        NoSuchAnswer: the answer is none of yes, maybe and no, or too many people are brought along.
        MeetingIsCancelled, MeetingIsOver: it is too late.
    """
    bringing = require_answer(answer, bringing)
    meeting = lock_meeting(invitation.meeting)
    require_planned(meeting)
    require_ahead(meeting, at)
    rows = MeetingInvitation.objects.select_for_update(of=("self",)).select_related("member")
    invitation = rows.get(pk=invitation.pk)
    if (invitation.answer, invitation.bringing) == (answer, bringing):
        return invitation
    held = invitation.answer == MeetingAnswer.YES and not invitation.is_waiting
    before = invitation.bringing if held else -1
    invitation.answer, invitation.bringing, invitation.channel = answer, bringing, channel
    if not held or answer != MeetingAnswer.YES:
        invitation.answered_at = at
    # Whoever has a place keeps it, and brings more people only as far as there is room.
    invitation.is_waiting = (
        answer == MeetingAnswer.YES
        and bringing > before
        and not has_room(meeting, 1 + bringing, but=invitation)
    )
    invitation.save(update_fields=["answer", "bringing", "channel", "answered_at", "is_waiting"])
    _record_answer(invitation, meeting, by)
    give_free_places(meeting, by=by, at=at)
    return invitation


def _record_answer(invitation: MeetingInvitation, meeting: Meeting, by: Actor) -> None:
    words = {
        MeetingAnswer.YES: _("%(person)s comes to %(meeting)s"),
        MeetingAnswer.MAYBE: _("%(person)s perhaps comes to %(meeting)s"),
        MeetingAnswer.NO: _("%(person)s does not come to %(meeting)s"),
    }[MeetingAnswer(invitation.answer)]
    audit.record(
        by=by, verb="chapters.meeting_answered", row=meeting,
        detail={"member": invitation.member_id, "answer": invitation.answer, "bringing": invitation.bringing},
        summary=lambda: words % {"person": invitation.member, "meeting": meeting},
    )  # fmt: skip


@transaction.atomic
def answer_for_oneself(
    *, meeting: Meeting, member: Member, answer: str, by: Actor, at: datetime, bringing: int = 0
) -> MeetingInvitation:
    """Answer as a member who is signed in; whoever comes without having been asked is invited by that.

    Raises:
        NoSuchAnswer, MeetingIsCancelled, MeetingIsOver: as for `answer_invitation`.
    """
    meeting = lock_meeting(meeting)
    invitation = MeetingInvitation.objects.filter(meeting=meeting, member=member).first()
    if invitation is None:
        invitation = _new_invitation(meeting, member, by=by, at=at)
        invitation.save()
    return answer_invitation(
        invitation=invitation, answer=answer, bringing=bringing, by=by, at=at, channel=AnswerChannel.PAGE
    )


def find_rsvp_page(code: str) -> str:
    """Where a typed code of an invitation of the chapter's people leads; "" when it is none."""
    known = MeetingInvitation.objects.filter(code_hash=hash_code(PURPOSE, code)).exists()
    return reverse("entrance:rsvp", kwargs={"code": code}) if known else ""
