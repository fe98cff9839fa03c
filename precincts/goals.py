"""Turnout of the elections a precinct held, and the goal that its last like elections suggest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

LIKE_ELECTIONS = 3
"""How many of the last elections of a kind a suggested goal is the mean of."""

_TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Turnout:
    """One election in one precinct: of the neighbours `registered` on its day, how many `voted`."""

    held_on: date
    name: str
    voted: int
    registered: int

    @property
    def percent(self) -> Decimal:
        """The share that voted, in percent, to a tenth; 0 where nobody was registered."""
        if not self.registered:
            return Decimal("0.0")
        return _round(Decimal(100 * self.voted) / self.registered)


def keep_held(turnouts: Iterable[Turnout]) -> list[Turnout]:
    """The elections held here, newest first: where nobody of a precinct voted, there was none."""
    return sorted(
        (one for one in turnouts if one.voted and one.registered), key=lambda one: one.held_on, reverse=True
    )


def suggest_goal(held: Iterable[Turnout], *, count: int = LIKE_ELECTIONS) -> Decimal | None:
    """The mean turnout of the last `count` elections (given newest first), in percent; None without any.

    Each election counts the same, however many were registered.
    """
    last = list(held)[:count]
    if not last:
        return None
    shares = [Decimal(100 * one.voted) / one.registered if one.registered else Decimal(0) for one in last]
    return _round(sum(shares, Decimal(0)) / len(shares))


def measure_against(reached: Decimal | int, goal: Decimal | int | None) -> float | None:
    """How much of a goal is reached, 0 to 100 for a bar; a goal of nothing is reached, without a goal None."""
    if goal is None:
        return None
    if goal <= 0:
        return 100.0
    return float(min(Decimal(100), max(Decimal(0), Decimal(100) * Decimal(reached) / Decimal(goal))))


def _round(percent: Decimal) -> Decimal:
    return percent.quantize(_TENTH, rounding=ROUND_HALF_UP)
