"""Kinds of reminders, by name: what is done when a row of the schedule (`chapters.Reminder`) is due.

    register_reminder_kind(ReminderKind(name="chapters.meeting", says=_("Remind of a meeting"), run=remind_of_meeting))
    plan_reminder(kind="chapters.meeting", chapter=meeting.chapter, key=f"{meeting.pk}:day_before", due_at=eve,
                  params={"meeting_id": meeting.pk}, by=by)

A kind usually plans messages (`chapters.services.messages.plan_messages`). It runs in one transaction with the note
that it is done, so that it happens once, however many beats look; what it plans has keys of its own besides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Words = Any  # str or a lazy translation


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderKind:
    """One kind of reminder.

    Attributes:
        says: what it does, for the page of the schedule ("Mail captains their week").
        run: called with the `chapters.Reminder` and the time, inside its chapter's scope; returns how many messages
            it planned.
        next_due: for what comes again and again: from the chapter and a time to the next time after it. Each
            chapter then has one such row open, unless it has stopped the kind.
        explains: when it comes and to whom, in one line.
    """

    name: str
    says: Words
    run: Callable[[Any, datetime], int]
    next_due: Callable[[Any, datetime], datetime] | None = None
    explains: Words = ""

    @property
    def is_recurring(self) -> bool:
        return self.next_due is not None


_kinds: dict[str, ReminderKind] = {}


def register_reminder_kind(kind: ReminderKind) -> ReminderKind:
    """Add a kind of reminder; each app does so when it is ready.

    Raises:
        ValueError: the name is taken.
    """
    if _kinds.get(kind.name, kind) != kind:
        raise ValueError(f"The reminder kind {kind.name} is registered twice.")
    _kinds[kind.name] = kind
    return kind


def get_reminder_kind(name: str) -> ReminderKind:
    """Raises KeyError when no app registers that kind."""
    return _kinds[name]


def list_recurring_kinds() -> list[ReminderKind]:
    """The kinds that come again and again, by name."""
    return [_kinds[name] for name in sorted(_kinds) if _kinds[name].is_recurring]


def say_reminder(name: str) -> Words:
    """The words for a kind; its bare name when this version knows none of it any more."""
    return _kinds[name].says if name in _kinds else name
