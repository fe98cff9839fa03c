"""What a mail service tells later of a mail it took: it came back, or its reader called it spam."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chapters.enums import MessageState, SuppressionReason
from chapters.models import Message
from chapters.services.suppressions import suppress_everywhere
from core.words import in_all_languages

_DEAD = {"bounced", "invalid"}
_SOFT = "SoftBounce"  # Postmark's word for a full mailbox, which anymail counts among the bounces
logger = logging.getLogger(__name__)


def read_reason(event: Any) -> SuppressionReason | None:
    """Why an event of anymail's ends mail to its address; None when it does not (opened, put off, a full mailbox)."""
    if event.event_type == "complained":
        return SuppressionReason.COMPLAINED
    if event.event_type == "unsubscribed":
        return SuppressionReason.UNSUBSCRIBED
    told = event.esp_event if isinstance(event.esp_event, dict) else {}
    is_dead = event.event_type in ("bounced", "rejected") and event.reject_reason in _DEAD
    return SuppressionReason.BOUNCED if is_dead and told.get("Type") != _SOFT else None


@transaction.atomic
def take_event(event: Any, *, at: datetime) -> bool:
    """Suppress the address an event is about, and note on its message that it came back; False for other news."""
    reason = read_reason(event)
    if reason is None or not event.recipient:
        return False
    message_id = event.message_id or ""
    detail = str(event.mta_response or event.description or "")
    count = suppress_everywhere(
        email=event.recipient, reason=reason, message_id=message_id, at=at, detail=detail
    )
    logger.info("A mail service told of an address (%s): suppressed in %d chapters.", reason, count)
    if reason == SuppressionReason.BOUNCED and message_id:
        _note_return(message_id, event.recipient, detail, at)
    return True


def _note_return(message_id: str, email: str, detail: str, at: datetime) -> None:
    """The message was taken by the first server and turned away by a later one."""
    ids = {message_id, f"<{message_id.strip('<>')}>"}
    rows = Message.objects.filter(message_id__in=ids, email=email.strip().lower(), state=MessageState.SENT)
    rows.update(
        state=MessageState.FAILED, finished_at=at, answer=detail.replace("\x00", "")[:500],
        reasons=in_all_languages(_("It came back: there is no such mailbox.")),
    )  # fmt: skip
