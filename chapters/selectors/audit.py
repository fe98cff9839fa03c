"""Reading the log."""

from __future__ import annotations

from typing import Any

from chapters.models import AuditEvent
from core.http import ChapterRequest


def list_actor_choices(request: ChapterRequest) -> list[tuple[int, Any]]:
    """Everybody with an account who stands in the chapter's log, by the name last written. One query."""
    rows = AuditEvent.objects.visible_to(request.actor).filter(actor_user__isnull=False)
    pairs = (
        rows.order_by("actor_user_id", "-at")
        .distinct("actor_user_id")
        .values_list("actor_user_id", "actor_label")
    )
    return sorted(pairs, key=lambda pair: pair[1])
