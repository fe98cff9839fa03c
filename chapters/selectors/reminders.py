"""The schedule: what will be done when, and what was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from chapters.models import Reminder
from core.actors import Actor
from core.reminders import list_recurring_kinds


@dataclass(frozen=True, slots=True)
class Recurring:
    """A kind that comes again and again, with its open line, when it has not been stopped."""

    name: str
    says: Any
    explains: Any
    reminder: Reminder | None
    last_done_at: datetime | None
    last_count: int


def list_recurring(actor: Actor) -> list[Recurring]:
    """Every kind that comes again and again, as it stands in the chapter; two queries."""
    kinds = list_recurring_kinds()
    rows = Reminder.objects.visible_to(actor).filter(kind__in=[kind.name for kind in kinds])
    waiting = {row.kind: row for row in rows.filter(done_at__isnull=True, cancelled_at__isnull=True)}
    done = {
        row.kind: row
        for row in rows.filter(done_at__isnull=False).order_by("kind", "-done_at").distinct("kind")
    }
    return [
        Recurring(
            name=kind.name,
            says=kind.says,
            explains=kind.explains,
            reminder=waiting.get(kind.name),
            last_done_at=done[kind.name].done_at if kind.name in done else None,
            last_count=done[kind.name].planned_count if kind.name in done else 0,
        )
        for kind in kinds
    ]


def list_reminders(actor: Actor) -> QuerySet[Reminder]:
    """All lines of the schedule, what was done included."""
    return Reminder.objects.visible_to(actor).select_related("planned_by")
