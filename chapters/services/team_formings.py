"""Forming a team from one invitation: first calls are offered, people choose one by link, a team comes of who came."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chapters.enums import FormingAnswer, MemberKind
from chapters.models import Chapter, FormingInvite, FormingSlot, Member, Message, Team, TeamForming
from chapters.services import audit
from chapters.services.messages import Planned, drop_messages, plan_messages
from chapters.services.teams import form_team
from core.actors import Actor
from core.codes import hash_code, make_code, make_seed, read_code
from core.errors import DomainError
from core.messages import Secret
from core.templatetags.formats import when
from core.words import Saying

KIND = "chapters.team_forming"
PURPOSE = "chapters.team_forming"


class NoSlots(DomainError):
    """Nothing is offered, or only what is past."""


class FormingClosed(DomainError):
    """A team came of it, it was stopped, or its time is over."""


class SlotFull(DomainError):
    """No room is left."""


class SlotPast(DomainError):
    """It has begun."""


class NobodyCame(DomainError):
    """A team needs people."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One first call or meeting to offer."""

    place: str
    starts_at: datetime
    capacity: int | None = None


@transaction.atomic
def offer_forming(
    *,
    chapter: Chapter,
    name: str,
    purpose: str,
    organizer: Member,
    slots: Sequence[Slot],
    by: Actor,
    at: datetime,
) -> TeamForming:
    """Write an invitation to form a team; nobody is invited yet. People can choose until the last slot begins.

    Raises:
        NoSlots: none is offered, or one lies in the past.
    """
    if not slots or any(slot.starts_at <= at for slot in slots):
        raise NoSlots(
            _("Offer one first call at least, all of them ahead; nothing was saved."),
            hint=_("Two or three at different hours suit most people."),
        )
    forming = TeamForming.objects.create(
        chapter=chapter, name=" ".join(name.split())[:80], purpose=purpose.strip()[:300], organizer=organizer,
        made_at=at, closes_at=max(slot.starts_at for slot in slots),
    )  # fmt: skip
    FormingSlot.objects.bulk_create(
        FormingSlot(
            chapter=chapter, forming=forming, place=slot.place[:200], starts_at=slot.starts_at,
            capacity=slot.capacity,
        )
        for slot in {(one.place, one.starts_at): one for one in slots}.values()
    )  # fmt: skip
    audit.record(
        by=by, verb="chapters.forming_offered", row=forming,
        summary=lambda: _("Wrote an invitation to form the team %(name)s") % {"name": forming.name},
    )  # fmt: skip
    return forming


@transaction.atomic
def invite_to_forming(
    *, forming: TeamForming, members: Iterable[Member], by: Actor, at: datetime
) -> tuple[int, Planned]:
    """Invite people by mail, each with a link of their own; who is invited already gets no second mail.

    Returns:
        How many are newly invited, and what became of their mails.

    Raises:
        FormingClosed.
    """
    forming = _lock_open(forming, at)
    known = set(forming.invites.values_list("member_id", flat=True))
    invites = []
    for member in members:
        if member.chapter_id != forming.chapter_id or member.kind == MemberKind.FORMER or member.pk in known:
            continue
        seed = make_seed()
        invites.append(
            FormingInvite(
                chapter_id=forming.chapter_id, forming=forming, member=member, seed=seed,
                code_hash=hash_code(PURPOSE, make_code(PURPOSE, seed)),
            )
        )  # fmt: skip
    FormingInvite.objects.bulk_create(invites, batch_size=1000)
    rows = [(one.member, {"invite_id": one.pk}, f"team_forming:{one.pk}") for one in invites]
    planned = plan_messages(kind=KIND, chapter=forming.chapter, rows=rows, by=by, at=at)
    if invites:
        TeamForming.objects.filter(pk=forming.pk, sent_at__isnull=True).update(sent_at=at)
        audit.record(
            by=by, verb="chapters.forming_sent", row=forming, rows=len(invites),
            summary=lambda: _("Invited %(count)d people to form the team %(name)s")
            % {"count": len(invites), "name": forming.name},
        )  # fmt: skip
    return len(invites), planned


def get_link(invite: FormingInvite) -> str:
    """The personal link: nothing that is kept leads to it without the server's key."""
    code = make_code(PURPOSE, invite.seed)
    return settings.SITE_URL + reverse("entrance:team_forming", kwargs={"code": code})


def open_link(code: str, at: datetime) -> FormingInvite:
    """The invitation a link stands for.

    Raises:
        Http404: it is made up or another purpose's, the time to choose is over, or the person has left; the answer
            does not say which.
    """
    rows = FormingInvite.objects.select_related("forming__chapter", "forming__organizer", "member", "slot")
    rows = rows.filter(code_hash=hash_code(PURPOSE, read_code(code)), forming__closes_at__gt=at)
    invite = rows.exclude(member__kind=MemberKind.FORMER).first()
    if invite is None or not invite.forming.is_open:
        raise Http404
    return invite


def actor_of_link(invite: FormingInvite) -> Actor:
    """Whoever holds the link may choose for this one person, and nothing else."""
    return Actor.link(
        chapter_id=invite.chapter_id, purpose=PURPOSE, subject_id=invite.pk, label=str(invite.member)
    )


@transaction.atomic
def answer_forming(
    *, invite: FormingInvite, answer: str, by: Actor, at: datetime, slot: FormingSlot | None = None
) -> FormingInvite:
    """Choose a slot, or say that none suits; the same choice again changes nothing.

    Raises:
        FormingClosed, SlotPast, SlotFull.
    """
    forming = _lock_open(invite.forming, at)  # one choice after the other: two cannot take the last place
    invite = FormingInvite.objects.select_for_update(of=("self",)).select_related("member").get(pk=invite.pk)
    if answer == FormingAnswer.SLOT and slot is not None:
        slot = FormingSlot.objects.get(pk=slot.pk, forming=forming)
        _require_room(slot, invite, at)
    else:
        slot = None
    if (invite.answer, invite.slot_id) == (answer, slot.pk if slot else None):
        return invite
    invite.answer, invite.slot, invite.answered_at = FormingAnswer(answer), slot, at
    invite.save(update_fields=["answer", "slot", "answered_at"])
    audit.record(
        by=by, verb="chapters.forming_answered", row=forming, detail={"answer": str(invite.answer)},
        summary=lambda: _("%(name)s, on forming the team %(team)s: %(answer)s")
        % {"name": invite.member, "team": forming.name, "answer": _say_answer(invite)},
    )  # fmt: skip
    return invite


def _say_answer(invite: FormingInvite) -> str:
    if invite.slot is not None:
        return f"{when(invite.slot.starts_at)}, {invite.slot.place}"
    return str(invite.get_answer_display())


def _require_room(slot: FormingSlot, invite: FormingInvite, at: datetime) -> None:
    if invite.slot_id == slot.pk:
        return
    if slot.starts_at <= at:
        raise SlotPast(
            _("%(when)s has begun; nothing was changed.") % {"when": when(slot.starts_at)},
            hint=_("Choose a later one."),
        )
    if slot.capacity is not None and slot.invites.count() >= slot.capacity:
        raise SlotFull(
            _("%(when)s is full by now; nothing was changed.") % {"when": when(slot.starts_at)},
            hint=_("Choose another one, or say that none suits."),
        )


@transaction.atomic
def note_who_came(*, forming: TeamForming, came: Iterable[int], by: Actor, at: datetime) -> int:
    """Note who of those invited came; the others of slots that have begun did not. Returns how many came.

    Args:
        came: ids of invitations; somebody who chose nothing may have come all the same.

    Raises:
        FormingClosed: a team came of it, or it was stopped.
    """
    forming = _lock_open(forming, None)
    wanted = set(came)
    count = 0
    for invite in forming.invites.select_related("slot").select_for_update(of=("self",)):
        has_begun = invite.slot is not None and invite.slot.starts_at <= at
        value = True if invite.pk in wanted else False if has_begun else None
        count += int(value is True)
        if invite.came != value:
            invite.came = value
            invite.save(update_fields=["came"])
    audit.record(
        by=by, verb="chapters.forming_came", row=forming, rows=count,
        summary=lambda: _("%(count)d people came to form the team %(name)s")
        % {"count": count, "name": forming.name},
    )  # fmt: skip
    return count


@transaction.atomic
def make_team(*, forming: TeamForming, by: Actor, on: date) -> Team:
    """Make the team of those who came; its leaders are chosen after, on its own page.

    Raises:
        NobodyCame: nobody is noted to have come.
        FormingClosed, TeamNameTaken.
    """
    forming = _lock_open(forming, None)
    rows = forming.invites.filter(came=True).select_related("member").exclude(member__kind=MemberKind.FORMER)
    members = [invite.member for invite in rows]
    if not members:
        raise NobodyCame(
            _("Nobody is noted to have come; no team was made."), hint=_("Tick who came and save it first.")
        )
    team = form_team(
        chapter=forming.chapter, name=forming.name, purpose=forming.purpose, members=members, by=by, on=on
    )
    forming.team = team
    forming.save(update_fields=["team"])
    return team


@transaction.atomic
def stop_forming(*, forming: TeamForming, by: Actor, at: datetime) -> TeamForming:
    """Take the invitation back: its links open nothing any more and waiting mails are not sent.

    Raises:
        FormingClosed: a team came of it, or it was stopped before.
    """
    forming = _lock_open(forming, None)
    forming.stopped_at = at
    forming.save(update_fields=["stopped_at"])
    ids = list(forming.invites.values_list("pk", flat=True))
    keys = [f"team_forming:{pk}" for pk in ids]
    drop_messages(
        rows=Message.objects.filter(chapter=forming.chapter, key__in=keys),
        why=gettext_lazy("The invitation was taken back."), at=at,
    )  # fmt: skip
    audit.record(
        by=by, verb="chapters.forming_stopped", row=forming,
        summary=lambda: _("Took back the invitation to form the team %(name)s") % {"name": forming.name},
    )  # fmt: skip
    return forming


def _lock_open(forming: TeamForming, at: datetime | None) -> TeamForming:
    rows = TeamForming.objects.select_for_update(of=("self",)).select_related("chapter")
    row = rows.get(pk=forming.pk)
    if not row.is_open or (at is not None and row.closes_at <= at):
        raise FormingClosed(
            _("The time to choose for the team %(name)s is over; nothing was changed.") % {"name": row.name}
        )
    return row


def drop_forming_invites_of(member_id: int, _by: Actor, _on: date) -> None:
    """Let nobody expect somebody who has left; what they answered before the team was made is forgotten."""
    FormingInvite.objects.filter(
        member_id=member_id, forming__team__isnull=True, forming__closes_at__gt=timezone.now()
    ).delete()


# --- The mail ---------------------------------------------------------------------------------------------


def _of_message(message: Message) -> FormingInvite | None:
    rows = FormingInvite.objects.select_related("forming__organizer")
    return rows.filter(pk=message.params["invite_id"], chapter=message.chapter_id).first()


def get_context(message: Message) -> dict[str, Any]:
    """What the mail says: who invites to what, the slots, the personal link."""
    invite = _of_message(message)
    assert invite is not None, "a message whose invitation is gone is dropped before it is drawn"
    return {
        "team": invite.forming.name,
        "purpose": invite.forming.purpose,
        "organizer": str(invite.forming.organizer),
        "slots": list(invite.forming.slots.order_by("starts_at", "pk")),
        "link": Secret(get_link(invite)),
        "closes_at": invite.forming.closes_at,
    }


def say_why_not(message: Message, at: datetime) -> Saying:
    """Why the invitation is not mailed after all."""
    invite = _of_message(message)
    if invite is None or invite.forming.stopped_at is not None:
        return gettext_lazy("The invitation was taken back.")
    if invite.forming.team_id is not None or invite.forming.closes_at <= at:
        return gettext_lazy("The time to choose is over.")
    if invite.answer:
        return gettext_lazy("The person has answered already.")
    return ""


def list_free_slots(forming: TeamForming, at: datetime) -> list[FormingSlot]:
    """The slots ahead, each with `taken`, how many chose it. One query."""
    rows = forming.slots.filter(starts_at__gt=at).annotate(taken=Count("invites"))
    return list(rows.order_by("starts_at", "pk"))
