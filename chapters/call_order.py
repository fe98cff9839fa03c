"""Whom to call next. Pure: plain data in, plain data out.

First who wants to be called back and whose time has come, the longest awaited first; then who has an ask due, the
oldest first; then everybody else, who was not spoken to longest first and who never was before all of them. Who wants
to be called back later, or was tried today without an answer, comes after these; whoever has no number that works is
last, for they have to be found another way.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Callee:
    """One person as the list looks at them.

    Attributes:
        spoken_on: when somebody last talked with them; None for never.
        tried_today: whether they were called today and not reached.
        call_back_at: when they asked to be called again, as long as nobody has reached them since.
        ask_due_on: the earliest day of an open ask.
        reachable: has a number, and nobody said it is wrong.
    """

    id: int
    spoken_on: date | None = None
    tried_today: bool = False
    call_back_at: datetime | None = None
    ask_due_on: date | None = None
    reachable: bool = True


CALL_BACK, ASK_DUE, SILENT, WAITS, NO_NUMBER = range(5)
"""The groups of the list, in their order."""


def group_of(callee: Callee, now: datetime, today: date) -> int:
    """Which part of the list a person stands in."""
    if not callee.reachable:
        return NO_NUMBER
    if callee.call_back_at is not None:
        return CALL_BACK if callee.call_back_at <= now else WAITS
    if callee.tried_today:
        return WAITS
    if callee.ask_due_on is not None and callee.ask_due_on <= today:
        return ASK_DUE
    return SILENT


def put_in_order(callees: Iterable[Callee], now: datetime, today: date) -> list[Callee]:
    """The list, from the one to call first; `now` and every `call_back_at` know their zone."""

    def key(callee: Callee) -> tuple[object, ...]:
        group = group_of(callee, now, today)
        moment = callee.call_back_at.timestamp() if callee.call_back_at is not None else float("inf")
        due = callee.ask_due_on or date.max
        first = moment if group in (CALL_BACK, WAITS) else 0.0
        second = due if group == ASK_DUE else date.min
        return group, first, second, callee.spoken_on or date.min, callee.id

    return sorted(callees, key=key)
