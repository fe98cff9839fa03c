"""The schedule: what is to be done at a time, planned, moved, taken out and done. Beat only looks each minute."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chapters.models import Chapter, Reminder
from chapters.services import audit
from core.actors import Actor
from core.errors import DomainError
from core.reminders import get_reminder_kind, list_recurring_kinds, say_reminder
from core.tenancy import chapter_scope

ATTEMPTS = 5
_BACK_OFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
logger = logging.getLogger(__name__)


class ReminderIsOver(DomainError):
    """The reminder was done or taken out already."""


class NoRecurringReminder(DomainError):
    """The kind does not come again and again."""


@transaction.atomic
def plan_reminder(
    *,
    kind: str,
    chapter: Chapter,
    key: str,
    due_at: datetime,
    by: Actor,
    params: dict[str, Any] | None = None,
) -> Reminder:
    """Put one line into the schedule, or move the open one of that key (a meeting that takes place later).

    A line that was done for the same time stays done; for another time a new one is made.

    Args:
        kind: a name registered by `core.reminders.register_reminder_kind`.
        key: what makes it the same reminder, at most 200 characters ("412:day_before").
        params: ids and words only.

    Raises:
        KeyError: no app registers that kind.
    """
    get_reminder_kind(kind)
    rows = Reminder.objects.select_for_update().filter(chapter=chapter, kind=kind, key=key)
    same = rows.filter(done_at__isnull=False, due_at=due_at).first()
    if same is not None:
        return same
    reminder, _made = Reminder.objects.update_or_create(
        chapter=chapter, kind=kind, key=key, done_at=None, cancelled_at=None,
        defaults={
            "due_at": due_at, "params": params or {}, "try_after": None, "attempts": 0, "error": "",
            "planned_by_id": by.user_id,
        },
    )  # fmt: skip
    return reminder


@transaction.atomic
def cancel_reminders(*, kind: str, chapter: Chapter, keys: list[str], at: datetime) -> int:
    """Take the open lines of these keys out of the schedule (a meeting is cancelled); returns how many."""
    rows = Reminder.objects.filter(
        chapter=chapter, kind=kind, key__in=keys, done_at__isnull=True, cancelled_at__isnull=True
    )
    return rows.update(cancelled_at=at)


@transaction.atomic
def stop_reminder(*, reminder: Reminder, by: Actor, at: datetime) -> Reminder:
    """Take one line out by hand; a kind that comes again and again then comes no more until it is started.

    Raises:
        ReminderIsOver: it was done or taken out already.
    """
    reminder = Reminder.objects.select_for_update(of=("self",)).get(pk=reminder.pk)
    if not reminder.is_open:
        raise ReminderIsOver(_("This reminder was done or taken out already; nothing was changed."))
    reminder.cancelled_at = at
    reminder.save(update_fields=["cancelled_at"])
    audit.record(
        by=by, verb="chapters.reminder_stopped", row=reminder,
        summary=lambda: _("Stopped: %(what)s") % {"what": say_reminder(reminder.kind)},
    )  # fmt: skip
    return reminder


@transaction.atomic
def start_recurring(*, kind: str, chapter: Chapter, by: Actor, at: datetime) -> Reminder:
    """Let a kind that comes again and again come again, after it was stopped; an open line is given back.

    Raises:
        NoRecurringReminder: it is not of that sort.
    """
    try:
        known = get_reminder_kind(kind)
    except KeyError:
        known = None
    if known is None or known.next_due is None:
        raise NoRecurringReminder(_("There is no such reminder that comes again and again."))
    due_at = known.next_due(chapter, at)
    reminder, made = Reminder.objects.get_or_create(
        chapter=chapter, kind=kind, done_at=None, cancelled_at=None,
        defaults={"key": due_at.isoformat(), "due_at": due_at, "planned_by_id": by.user_id},
    )  # fmt: skip
    if made:
        audit.record(
            by=by, verb="chapters.reminder_started", row=reminder,
            summary=lambda: _("Started: %(what)s") % {"what": say_reminder(kind)},
        )  # fmt: skip
    return reminder


def keep_recurring(*, at: datetime) -> int:
    """Give every chapter its line of each kind that comes again and again, unless it stopped it; returns how many."""
    made = 0
    for kind in list_recurring_kinds():
        assert kind.next_due is not None
        has_one = Reminder.objects.filter(kind=kind.name)
        for chapter in Chapter.objects.exclude(pk__in=has_one.values("chapter_id")):
            due_at = kind.next_due(chapter, at)
            made += _add_next(chapter, kind.name, due_at)
    return made


def _add_next(chapter: Chapter, kind: str, due_at: datetime) -> int:
    """The next line; nothing when another beat has just added it."""
    rows = [Reminder(chapter=chapter, kind=kind, key=due_at.isoformat(), due_at=due_at)]
    before = Reminder.objects.filter(chapter=chapter, kind=kind).count()
    Reminder.objects.bulk_create(rows, ignore_conflicts=True)
    return Reminder.objects.filter(chapter=chapter, kind=kind).count() - before


def run_due_reminders(*, now: datetime, most: int = 500) -> int:
    """Do what is due; returns how many lines were done. Two that look at once share the work."""
    keep_recurring(at=now)
    done = 0
    for _turn in range(most):
        if not _run_next(now):
            break
        done += 1
    return done


@transaction.atomic
def _run_next(now: datetime) -> bool:
    """Do the most overdue line; False when there is none. It is done, and what it planned is there, or neither."""
    open_rows = Reminder.objects.filter(done_at__isnull=True, cancelled_at__isnull=True, due_at__lte=now)
    ready = open_rows.filter(Q(try_after__isnull=True) | Q(try_after__lte=now))
    reminder = (
        ready.select_for_update(of=("self",), skip_locked=True)
        .select_related("chapter")
        .order_by("due_at", "pk")
        .first()
    )
    if reminder is None:
        return False
    with chapter_scope(reminder.chapter, Actor.system(reminder.chapter_id, label="reminders")):
        _run(reminder, now)
    return True


def _run(reminder: Reminder, now: datetime) -> None:
    try:
        kind = get_reminder_kind(reminder.kind)
        with transaction.atomic():
            reminder.planned_count = kind.run(reminder, now)
    except Exception as error:  # one that goes wrong must not hold up the others; the row says so
        logger.exception("Reminder %s of kind %s failed.", reminder.pk, reminder.kind)
        _put_off(reminder, now, error)
        return
    reminder.done_at, reminder.error = now, ""
    reminder.save(update_fields=["done_at", "planned_count", "error"])
    if kind.next_due is not None:
        _add_next(reminder.chapter, kind.name, kind.next_due(reminder.chapter, max(now, reminder.due_at)))


def _put_off(reminder: Reminder, now: datetime, error: Exception) -> None:
    reminder.attempts += 1
    reminder.error = f"{type(error).__name__}: {error}"[:300]
    reminder.planned_count = 0
    if reminder.attempts >= ATTEMPTS:
        reminder.cancelled_at = now
    else:
        reminder.try_after = now + _BACK_OFF[reminder.attempts - 1]
    reminder.save(update_fields=["attempts", "error", "try_after", "cancelled_at", "planned_count"])
    recurring = {kind.name: kind for kind in list_recurring_kinds()}.get(reminder.kind)
    if reminder.cancelled_at is not None and recurring is not None and recurring.next_due is not None:
        _add_next(reminder.chapter, reminder.kind, recurring.next_due(reminder.chapter, now))
