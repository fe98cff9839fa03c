"""What a person did, as this app knows it."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chapters.enums import AskResult
from chapters.models import Ask
from core.actors import Actor
from core.people import HistoryLine

_ANSWERED = (AskResult.YES, AskResult.NO, AskResult.MAYBE, AskResult.LATER)


def list_asks_made(member_id: int, reader: Actor, limit: int) -> Iterable[HistoryLine]:
    """Whom a person asked, and what they heard. One query."""
    rows = Ask.objects.visible_to(reader).filter(asked_by_id=member_id, result__in=_ANSWERED)
    for ask in rows.order_by("-answered_on", "-pk")[:limit]:
        assert ask.answered_on is not None
        yield HistoryLine(
            on=ask.answered_on,
            what=gettext("Asked %(name)s: %(what)s") % {"name": ask.asked_name, "what": ask.what},
            kind=_("asks"),
            icon="chat-dots",
            line=ask.answer,
        )
