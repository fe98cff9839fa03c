"""The log of mail: who got what, and how each one stands."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q, QuerySet

from chapters.enums import MessageState
from chapters.models import Chapter, Mailing, Message
from core.actors import Actor
from core.messages import say_kind

OVERDUE = timedelta(minutes=15)
"""Mail that waits for so long after its time says that nobody sends."""


def list_messages(actor: Actor) -> QuerySet[Message]:
    """The messages the actor may see, with their people."""
    return Message.objects.visible_to(actor).select_related("member", "mailing")


def count_states(rows: QuerySet[Message]) -> dict[str, int]:
    """How many of some messages stand in each state; one query."""
    found = dict(rows.order_by().values_list("state").annotate(count=Count("pk")))
    return {state: found.get(state, 0) for state in MessageState.values}


def count_overdue(chapter: Chapter, at: datetime) -> int:
    """How many wait though their time came some while ago, and the chapter's own limit does not hold them up."""
    waiting = Message.objects.filter(
        chapter=chapter, state=MessageState.PENDING, send_after__lt=at - OVERDUE, attempts=0
    )
    last_minutes = Message.objects.filter(chapter=chapter, started_at__gt=at - OVERDUE)
    return 0 if last_minutes.exists() else waiting.count()


def get_next_start(rows: QuerySet[Message], at: datetime) -> datetime | None:
    """When the next of some waiting messages may go, where none may go yet: it is night."""
    starts = rows.filter(state=MessageState.PENDING).aggregate(first=Min("send_after"))
    first: datetime | None = starts["first"]
    return first if first is not None and first > at else None


def list_kind_filters(actor: Actor) -> list[tuple[str, Any]]:
    """The kinds of mail that the log has, by name, with their words."""
    names = Message.objects.visible_to(actor).order_by("kind").values_list("kind", flat=True).distinct()
    return [(name, say_kind(name)) for name in names]


def search_messages(rows: QuerySet[Message], words: str) -> QuerySet[Message]:
    """Messages whose address, subject or person holds every word."""
    for word in words.split():
        rows = rows.filter(
            Q(email__icontains=word)
            | Q(subject__icontains=word)
            | Q(member__first_name__icontains=word)
            | Q(member__last_name__icontains=word)
        )
    return rows


def count_by_mailing(mailings: Iterable[Mailing]) -> dict[int, dict[str, int]]:
    """How the messages of some mailings stand, by mailing and state; one query."""
    counts: dict[int, dict[str, int]] = {mailing.pk: {} for mailing in mailings}
    rows = Message.objects.filter(mailing_id__in=list(counts)).order_by()
    for mailing_id, state, count in rows.values_list("mailing_id", "state").annotate(count=Count("pk")):
        counts[mailing_id][state] = count
    return counts
