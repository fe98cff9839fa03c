"""What mail a person gets: kinds turned off and on again, by themself, signed in or by the link under a mail."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from chapters.enums import SuppressionReason
from chapters.models import MailPreference, Member, Message
from chapters.services import audit
from chapters.services.message_words import UNSUBSCRIBE
from chapters.services.suppressions import suppress_address
from core.actors import Actor
from core.links import read_link
from core.messages import get_message_kind, list_message_kinds, say_kind

LINK_GOOD_FOR = timedelta(days=400)


def open_unsubscribe_link(token: str) -> Message:
    """The message under which the link stood.

    Raises:
        Http404: it is made up, another purpose's or too old, or the message is gone.
    """
    subject = read_link(UNSUBSCRIBE, token, good_for=LINK_GOOD_FOR)
    message = Message.objects.select_related("chapter", "member").filter(pk=int(subject)).first()
    if message is None:
        raise Http404
    return message


def actor_of_link(message: Message) -> Actor:
    """Whoever holds the link under a mail: may choose what mail its reader gets, and nothing else."""
    return Actor.link(
        chapter_id=message.chapter_id, purpose=UNSUBSCRIBE, subject_id=message.pk, label=_label(message)
    )


def _label(message: Message) -> str:
    return str(message.member) if message.member else str(_("a link in a mail"))


@transaction.atomic
def unsubscribe(*, message: Message, by: Actor, at: datetime) -> bool:
    """Turn the message's kind off for its reader; False when it was off before.

    An address that is none of the chapter's people is kept off all mail that can be turned off.
    """
    if message.member is None:
        suppress_address(
            chapter=message.chapter, email=message.email, reason=SuppressionReason.UNSUBSCRIBED, by=by, at=at
        )
        return True
    return _turn(message.member, message.kind, is_off=True, by=by, at=at)


@transaction.atomic
def choose_kinds(*, member: Member, wanted: set[str], by: Actor, at: datetime) -> int:
    """Turn on the kinds named and off the others that can be; returns how many changed."""
    kinds = [kind.name for kind in list_message_kinds() if kind.optional]
    return sum(_turn(member, name, is_off=name not in wanted, by=by, at=at) for name in kinds)


def _turn(member: Member, kind: str, *, is_off: bool, by: Actor, at: datetime) -> bool:
    row = MailPreference.objects.select_for_update().filter(member=member, kind=kind).first()
    if (row.is_off if row else False) == is_off:
        return False
    MailPreference.objects.update_or_create(
        member=member, kind=kind,
        defaults={"chapter_id": member.chapter_id, "is_off": is_off, "changed_at": at},
    )  # fmt: skip
    says = _("%(person)s turned off: %(kind)s") if is_off else _("%(person)s turned on: %(kind)s")
    audit.record(
        by=by, verb="chapters.mail_chosen", row=member, detail={"kind": kind, "off": is_off},
        summary=lambda: says % {"person": member, "kind": say_kind(kind)},
    )  # fmt: skip
    return True


@transaction.atomic
def choose_time_zone(*, member: Member, time_zone: str, by: Actor) -> None:
    """Say by which clock the person sleeps; "" is the chapter's."""
    if member.time_zone == time_zone:
        return
    member.time_zone = time_zone
    member.save(update_fields=["time_zone"])
    audit.record(
        by=by, verb="chapters.mail_chosen", row=member, detail={"time_zone": time_zone},
        summary=lambda: _("%(person)s chose the time zone of quiet hours") % {"person": member},
    )  # fmt: skip


def is_optional(kind: str) -> bool:
    """Whether mail of that kind can be turned off."""
    try:
        return get_message_kind(kind).optional
    except KeyError:
        return False
