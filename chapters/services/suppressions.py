"""Addresses that a chapter's mail no longer goes to: they bounced, complained, or want none."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chapters.enums import MessageState, SuppressionReason
from chapters.models import Chapter, MailSuppression, Member, Message
from chapters.services import audit
from core.actors import Actor
from core.errors import DomainError


class SuppressionLifted(DomainError):
    """It was lifted already."""


def mark_of(chapter_id: int, email: str) -> str:
    """What stands for an address in a chapter's table of suppressions."""
    return hashlib.sha256(f"{chapter_id}:{email.strip().lower()}".encode()).hexdigest()


@transaction.atomic
def suppress_address(
    *, chapter: Chapter, email: str, reason: SuppressionReason, by: Actor, at: datetime, detail: str = ""
) -> MailSuppression:
    """Send nothing more to an address; saying so twice changes nothing.

    Who is unsubscribed still gets what nobody can turn off (invitations, for one).
    """
    row, made = MailSuppression.objects.get_or_create(
        chapter=chapter, mark=mark_of(chapter.pk, email), reason=reason, lifted_at=None,
        defaults={"since": at, "detail": detail.replace("\x00", "")[:300]},
    )  # fmt: skip
    if made:
        audit.record(
            by=by, verb="chapters.mail_suppressed", row=row, detail={"reason": reason},
            summary=lambda: _("No more mail to an address: %(why)s") % {"why": row.get_reason_display()},
        )  # fmt: skip
    return row


@transaction.atomic
def lift_suppression(*, suppression: MailSuppression, by: Actor, at: datetime) -> MailSuppression:
    """Let mail go to the address again (the person says that the mailbox works now).

    Raises:
        SuppressionLifted: somebody did so before.
    """
    row = MailSuppression.objects.select_for_update(of=("self",)).get(pk=suppression.pk)
    if row.lifted_at is not None:
        raise SuppressionLifted(_("Mail goes to this address again already; nothing was changed."))
    row.lifted_at, row.lifted_by_id = max(at, row.since), by.user_id
    row.save(update_fields=["lifted_at", "lifted_by"])
    audit.record(
        by=by, verb="chapters.mail_allowed_again", row=row,
        summary=lambda: _("Mail to an address again; before: %(why)s") % {"why": row.get_reason_display()},
    )  # fmt: skip
    return row


@transaction.atomic
def suppress_everywhere(
    *, email: str, reason: SuppressionReason, message_id: str, at: datetime, detail: str = ""
) -> int:
    """Suppress an address in every chapter that has mailed it or knows a person by it; returns in how many.

    A mailbox that does not exist exists for no chapter, and a complaint is one about the server.
    """
    address = email.strip().lower()
    mailed = Message.objects.filter(email=address).exclude(state=MessageState.PENDING)
    chapter_ids = set(mailed.values_list("chapter_id", flat=True))
    chapter_ids |= set(Member.objects.filter(email__iexact=address).values_list("chapter_id", flat=True))
    if message_id:
        chapter_ids |= set(Message.objects.filter(message_id=message_id).values_list("chapter_id", flat=True))
    for chapter in Chapter.objects.filter(pk__in=chapter_ids):
        by = Actor.system(chapter.pk, label="mail")
        suppress_address(chapter=chapter, email=address, reason=reason, by=by, at=at, detail=detail)
    return len(chapter_ids)


def list_suppressions(chapter_id: int, emails: Iterable[str]) -> dict[str, MailSuppression]:
    """The suppression in force for each of some addresses, by the address in lower case; one query.

    Of several the one that stops more: who bounced gets nothing at all, who unsubscribed still gets invitations.
    """
    marks = {mark_of(chapter_id, email): email.strip().lower() for email in emails if email}
    rows = MailSuppression.objects.filter(
        chapter_id=chapter_id, mark__in=list(marks), lifted_at__isnull=True
    ).order_by("since")
    last = sorted(rows, key=lambda row: row.reason != SuppressionReason.UNSUBSCRIBED)
    return {marks[row.mark]: row for row in last}
