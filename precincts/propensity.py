"""How consistently somebody votes: k of the last n elections of a kind, counted only since they registered.

Votes are a bitmask (bit = the election's place, see `Election.bit`); an election before the registration
date is not held against anybody and does not count for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

Heat = Literal["hot", "warm", "cold", "new"]


@dataclass(frozen=True, slots=True)
class HeldElection:
    """One election that counts: when it was held and its bit."""

    held_on: date
    bit: int


@dataclass(frozen=True, slots=True)
class Propensity:
    """`voted` of the `possible` elections since registration, out of the `asked` last ones."""

    voted: int
    possible: int
    asked: int
    heat: Heat


def bitmask(bits: Iterable[int]) -> int:
    """A mask with these bits set (each 0 to 62, so that it fits a signed 64-bit column).

    Raises:
        ValueError: a bit is out of range.
    """
    mask = 0
    for bit in bits:
        if not 0 <= bit <= 62:
            raise ValueError(f"bit {bit} is not between 0 and 62")
        mask |= 1 << bit
    return mask


def last_elections(elections: Iterable[HeldElection], *, count: int, until: date) -> list[HeldElection]:
    """The latest `count` elections held on or before a day, latest first."""
    held = [election for election in elections if election.held_on <= until]
    return sorted(held, key=lambda election: election.held_on, reverse=True)[:count]


def measure(
    history: int,
    registered_on: date | None,
    last: Sequence[HeldElection],
    *,
    hot_from: int = 3,
    warm_from: int = 1,
) -> Propensity:
    """How often somebody voted in these elections, and what that is called.

    Hot: at least `hot_from` of all asked, or the same share of those possible since registration (3 of 4
    asks 3 of 3, 2 of 2, 1 of 1). Warm: at least `warm_from`. New: none of them was held since registration.
    An unknown registration date counts as long ago.
    """
    possible = [election for election in last if registered_on is None or election.held_on >= registered_on]
    voted = sum(bool(history >> election.bit & 1) for election in possible)
    return Propensity(
        voted, len(possible), len(last), _heat(voted, len(possible), len(last), hot_from, warm_from)
    )


def votes_for_hot(possible: int, asked: int, hot_from: int) -> int:
    """How many of the possible elections make somebody hot: `hot_from` of all asked, or the same share of fewer."""
    return max(1, -(-hot_from * possible // max(asked, hot_from)))


def _heat(voted: int, possible: int, asked: int, hot_from: int, warm_from: int) -> Heat:
    if not possible:
        return "new"
    if voted >= votes_for_hot(possible, asked, hot_from):
        return "hot"
    return "warm" if voted >= min(warm_from, possible) else "cold"


def scale_threshold(votes: int, *, of: int, asked: int) -> int:
    """The same share of another number of elections, rounded up: 3 of 4 is 6 of 8 and 2 of 2; at least 1."""
    return max(1, -(-votes * asked // of))
