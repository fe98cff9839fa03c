"""Asks that are due, told each morning to whoever is to ask."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from chapters.enums import MemberKind
from chapters.models import Ask, Chapter, Member, Message, Reminder
from chapters.querysets import AskQuerySet
from chapters.recurring import next_daily
from chapters.selectors.actors import today_in
from chapters.services.messages import plan_messages
from core.actors import Actor
from core.http import chapter_url
from core.one_line import one_line
from core.words import Saying

KIND = "chapters.asks_due"
MORNING = time(8)
MONDAY = 0


def next_morning(chapter: Chapter, after: datetime) -> datetime:
    """Eight o'clock on the chapter's clock."""
    return next_daily(after, chapter.time_zone, MORNING)


def remind_of_asks(reminder: Reminder, at: datetime) -> int:
    """Plan a mail for everybody with an ask that falls due today; on Mondays for those with older ones, too."""
    chapter, on = reminder.chapter, today_in(reminder.chapter, at)
    due = _list_due(chapter.pk, on)
    if on.weekday() != MONDAY:
        due = due.filter(next_day=on)
    askers = Member.objects.filter(pk__in=due.values("asked_by_id")).exclude(kind=MemberKind.FORMER)
    by = Actor.system(chapter.pk, label="reminders")
    rows = [(member, {"on": on.isoformat()}, f"asks_due:{member.pk}:{on}") for member in askers]
    return plan_messages(kind=KIND, chapter=chapter, rows=rows, by=by, at=at).planned


def _list_due(chapter_id: int, on: date) -> AskQuerySet:
    rows: AskQuerySet = Ask.objects.filter(chapter_id=chapter_id).open().with_next_day()
    return rows.filter(next_day__lte=on)


def _of_message(message: Message) -> AskQuerySet:
    on = date.fromisoformat(message.params["on"])
    return _list_due(message.chapter_id, on).filter(asked_by_id=message.member_id).order_by("next_day", "pk")


def get_context(message: Message) -> dict[str, Any]:
    """The asks as they stand when the mail goes."""
    asks = list(_of_message(message))
    on = date.fromisoformat(message.params["on"])
    return {
        "asks": [
            {
                "name": one_line(ask.asked_name),
                "what": one_line(ask.what, 120),
                "due_on": ask.next_day,
                "is_late": ask.next_day < on,
            }
            for ask in asks
        ],
        "count": len(asks),
        "today_url": settings.SITE_URL + chapter_url("core:today"),
    }


def say_why_not(message: Message, _at: datetime) -> Saying:
    """Nothing is left to ask, when somebody was quick."""
    return "" if _of_message(message).exists() else _("Nothing was left to ask.")
