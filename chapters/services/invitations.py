"""Invitations: an offer of an account, bound to chapter, address and role; once, for seven days.

The link carries a random code signed with the server's key, so that reading the table does not give
anybody a link, and an organizer can copy the link again while it holds.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from chapters.enums import MemberKind, RoleName, Standing
from chapters.models import Chapter, Invitation, Member, Message, User
from chapters.selectors.actors import get_actor, today_in
from chapters.services import audit
from chapters.services.members import add_member
from chapters.services.messages import Address, plan_messages
from chapters.services.roles import RoleAlreadyHeld, give_role
from core.actors import Actor
from core.errors import DomainError
from core.messages import Secret
from core.permissions import has_right
from core.words import Saying

DAYS = 7
MESSAGE_KIND = "chapters.invitation"
_signer = partial(signing.Signer, salt="chapters.invitation")


class UnknownInvitation(DomainError):
    """The link is no invitation's."""


class InvitationUsed(DomainError):
    """Somebody has accepted it."""


class InvitationRevoked(DomainError):
    """An organizer has taken it back."""


class InvitationExpired(DomainError):
    """Its seven days are over."""


class OtherAddress(DomainError):
    """It was written to another address."""


class InviterLeft(DomainError):
    """Whoever wrote it may not invite, or not give that role, any more."""


class AlreadyInChapter(DomainError):
    """The person has an account in this chapter."""


_ASK_AGAIN = _("Ask the chapter's organizer for a new one.")


@transaction.atomic
def invite(
    *, chapter: Chapter, email: str, by: Actor, at: datetime, role: str = "", member: Member | None = None
) -> Invitation:
    """Invite an address to the chapter, with a role from the day it is accepted; a mail goes out once.

    An open invitation of the same address is taken back: only the latest link works.

    Raises:
        AlreadyInChapter: the address belongs to an account that is a member here.
    """
    address = email.strip().lower()
    known = Member.objects.filter(chapter=chapter, user__email__iexact=address).exclude(
        kind=MemberKind.FORMER
    )
    if known.exists():
        raise AlreadyInChapter(
            _("%(address)s already signs in to this chapter.") % {"address": address},
            hint=_("Give the role on the person's page."),
        )
    open_ones = list_open(chapter).filter(email__iexact=address)
    open_ones.update(revoked_at=at)
    invitation = Invitation.objects.create(
        chapter=chapter, member=member, email=address, role=role, code=secrets.token_urlsafe(16),
        invited_by_id=by.user_id, created_at=at, expires_at=at + timedelta(days=DAYS),
    )  # fmt: skip
    audit.record(
        by=by,
        verb="chapters.invited",
        row=invitation,
        detail={"role": role},
        summary=lambda: _("Invited %(address)s") % {"address": address},
    )
    plan_messages(
        kind=MESSAGE_KIND,
        chapter=chapter,
        rows=[
            (
                Address(address, language=member.language if member else ""),
                {"invitation_id": invitation.pk},
                f"invitation:{invitation.pk}",
            )
        ],
        by=by,
        at=at,
    )
    return invitation


def list_open(chapter: Chapter):  # type: ignore[no-untyped-def]
    """Invitations of a chapter that nobody accepted or took back, expired ones among them."""
    return Invitation.objects.filter(chapter=chapter, accepted_at__isnull=True, revoked_at__isnull=True)


def get_link(invitation: Invitation) -> str:
    """The address to send to the invited person."""
    token = _signer().sign(invitation.code)
    return settings.SITE_URL + reverse("entrance:invitation", kwargs={"token": token})


def open_invitation(*, token: str, at: datetime) -> Invitation:
    """The invitation a link stands for, if it can still be accepted.

    Raises:
        UnknownInvitation, InvitationUsed, InvitationRevoked, InvitationExpired: it cannot.
    """
    try:
        code = _signer().unsign(token)
    except signing.BadSignature:
        code = ""
    invitation = Invitation.objects.select_related("chapter").filter(code=code).first()
    if not code or invitation is None:
        raise UnknownInvitation(
            _("This link is not an invitation. Perhaps a part of it was lost."), hint=_ASK_AGAIN
        )
    _require_open(invitation, at)
    return invitation


def _require_open(invitation: Invitation, at: datetime) -> None:
    if invitation.accepted_at is not None:
        raise InvitationUsed(
            _("This invitation has been accepted already; it works once."),
            hint=_("If that was you, simply sign in."),
        )
    if invitation.revoked_at is not None:
        raise InvitationRevoked(
            _("This invitation was taken back or replaced by a newer one."), hint=_ASK_AGAIN
        )
    if invitation.expires_at <= at:
        raise InvitationExpired(
            _("This invitation was good for seven days, and they are over."), hint=_ASK_AGAIN
        )


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, by: Actor, at: datetime) -> Invitation:
    """Take an invitation back; its link stops working.

    Raises:
        InvitationUsed, InvitationRevoked: too late.
    """
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if invitation.accepted_at is not None or invitation.revoked_at is not None:
        _require_open(invitation, at)
    invitation.revoked_at = at
    invitation.save(update_fields=["revoked_at"])
    audit.record(
        by=by,
        verb="chapters.invitation_revoked",
        row=invitation,
        summary=lambda: _("Took back the invitation of %(address)s") % {"address": invitation.email},
    )
    return invitation


@transaction.atomic
def accept_invitation(*, invitation: Invitation, user: User, at: datetime) -> Member:
    """Join the chapter with the account that has exactly the invited address, and get the role offered.

    Raises:
        OtherAddress: the account has another address.
        InvitationUsed, InvitationRevoked, InvitationExpired: it cannot be accepted any more.
        InviterLeft: the inviter no longer has the right to what it offers.
    """
    invitation = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("chapter", "member", "invited_by")
        .get(pk=invitation.pk)
    )
    _require_open(invitation, at)
    _require_inviter(invitation, at)
    if user.email.lower() != invitation.email.lower():
        raise OtherAddress(
            _("This invitation was written to %(invited)s, and you are signed in as %(account)s.")
            % {"invited": invitation.email, "account": user.email},
            hint=_("Sign out and open the link again, or ask for an invitation to this address."),
        )
    chapter = invitation.chapter
    by = Actor(kind="user", label=str(user), user_id=user.pk, chapter_id=chapter.pk)
    member = _join(invitation, user, by)
    if invitation.role:
        with suppress(RoleAlreadyHeld):  # given by hand since the invitation was written
            give_role(member=member, name=invitation.role, by=by, starts_on=today_in(chapter, at))
    Invitation.objects.filter(pk=invitation.pk).update(accepted_at=at, accepted_by=user, member=member)
    audit.record(
        by=by, verb="chapters.joined", row=member, summary=lambda: _("%(person)s joined") % {"person": member}
    )
    return member


def _require_inviter(invitation: Invitation, at: datetime) -> None:
    """An invitation is worth what its writer may do today; those of the server's commands always hold."""
    if invitation.invited_by is None:
        return
    needed = ["chapters.invite", *(["chapters.give_roles"] if invitation.role else [])]
    chapter = invitation.chapter
    try:
        inviter = get_actor(user=invitation.invited_by, chapter=chapter, on=today_in(chapter, at))
    except Http404:
        inviter = Actor.anonymous()
    if not all(has_right(inviter, name) for name in needed):
        raise InviterLeft(
            _("Whoever sent this invitation may not invite people to the chapter any more."), hint=_ASK_AGAIN
        )


def _join(invitation: Invitation, user: User, by: Actor) -> Member:
    """The member the account now stands for: the one invited, the one with this address, or a new one."""
    chapter = invitation.chapter
    people = Member.objects.filter(chapter=chapter)
    member = (
        people.filter(user=user).first()
        or (invitation.member if invitation.member and invitation.member.user_id is None else None)
        or people.filter(email__iexact=user.email, user__isnull=True).order_by("pk").first()
    )
    if member is None:
        first, _space, last = (user.name or user.email.partition("@")[0]).partition(" ")
        return add_member(
            chapter=chapter, by=by, first_name=first, last_name=last, email=user.email, user=user,
            since=today_in(chapter),
        )  # fmt: skip
    member.user = user
    if member.kind == MemberKind.FORMER:
        member.kind = MemberKind.MEMBER
        member.standing = Standing.PENDING
    member.save(update_fields=["user", "kind", "standing"])
    if not user.name:
        user.name = str(member)
        user.save(update_fields=["name"])
    return member


def get_mail_context(message: Message) -> dict[str, Any]:
    """What the mail of an invitation says."""
    invitation = _of_message(message)
    return {
        "invitation": invitation,
        "role": RoleName(invitation.role).label if invitation.role else "",
        "link": Secret(get_link(invitation)),
        "expires_at": invitation.expires_at,
    }


def say_why_not(message: Message, at: datetime) -> Saying:
    """Why an invitation is not mailed after all."""
    invitation = _of_message(message)
    if invitation.accepted_at is not None:
        return _("The invitation was accepted before.")
    if invitation.revoked_at is not None:
        return _("The invitation was taken back.")
    if invitation.expires_at <= at:
        return _("The invitation was good for seven days, and they are over.")
    return ""


def note_sent(message: Message, at: datetime) -> None:
    """The mail of an invitation went out."""
    Invitation.objects.filter(pk=message.params["invitation_id"], chapter=message.chapter_id).update(
        sent_at=at
    )


def _of_message(message: Message) -> Invitation:
    return Invitation.objects.get(pk=message.params["invitation_id"], chapter=message.chapter_id)
