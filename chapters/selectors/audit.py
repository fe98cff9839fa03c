"""Reading the log."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import Q

from chapters.models import AuditEvent
from core.http import ChapterRequest
from core.lists import Rows
from core.words import readers_language


def search_events(rows: Rows, words: str) -> Rows:
    """The lines of the log with these words, as the reader sees them."""
    shown = {f"summaries__{readers_language()}__icontains": words}
    return rows.filter(Q(**shown) | Q(**{f"summaries__{settings.LANGUAGE_CODE}__icontains": words}))


def list_actor_choices(request: ChapterRequest) -> list[tuple[int, Any]]:
    """Everybody with an account who stands in the chapter's log, by the name last written. One query."""
    rows = AuditEvent.objects.visible_to(request.actor).filter(actor_user__isnull=False)
    pairs = (
        rows.order_by("actor_user_id", "-at")
        .distinct("actor_user_id")
        .values_list("actor_user_id", "actor_label")
    )
    return sorted(pairs, key=lambda pair: pair[1])
