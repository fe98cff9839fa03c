"""Who could keep a block next: plain scoring over what is known of people, with the reasons it came from.

Each reason adds its weight; near counts as much as living in the block at no distance, and falls to nothing at
`FAR` metres. Of two who never missed an election, the one with more of them behind them counts more. A voter of whom nothing but faithful voting is known is proposed for the own block only.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

Reason = Literal["offers", "backup", "lives_here", "near", "votes", "supports", "member"]
Place = tuple[float, float]

WEIGHTS: dict[Reason, float] = {
    "offers": 40, "backup": 35, "lives_here": 30, "votes": 25, "supports": 20, "member": 15, "near": 18,
}  # fmt: skip
FAR = 1500.0
"""Metres beyond which somebody is too far away to keep a block."""

MOST_BLOCKS = 2
"""For so many blocks one person is proposed at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What is known of somebody who could be asked.

    Attributes:
        key: names the person; any text, the same person the same text.
        block_id: the block they live in, where known.
        place: where they live, in metres on a plane; None when not known.
        voted, possible: of the elections that count since they registered.
        is_hot: whether that is called consistent here.
        supports: whether somebody learned that they do.
        offered_on: when they last offered to help.
        is_free_member: one of the chapter's people who holds no role and keeps no block.
        backs_up: the blocks they are backup of.
        not_for: blocks they are not proposed for (asked already, or standing there).
    """

    key: str
    block_id: int | None = None
    place: Place | None = None
    voted: int = 0
    possible: int = 0
    is_hot: bool = False
    supports: bool = False
    offered_on: date | None = None
    is_free_member: bool = False
    backs_up: frozenset[int] = frozenset()
    not_for: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Proposal:
    """One person for one block, with the reasons, the weightiest first; `metres` from the door to the block's middle."""

    key: str
    block_id: int
    score: float
    reasons: tuple[Reason, ...]
    metres: float | None


def weigh(person: Person, block_id: int, middle: Place | None) -> Proposal | None:
    """How much speaks for a person at a block; None when too little does.

    Args:
        middle: of the block's doors, in the metres of `Person.place`.
    """
    if block_id in person.not_for:
        return None
    lives_here = person.block_id == block_id
    metres = _metres(person.place, middle)
    keen = person.offered_on is not None or person.supports or person.is_free_member
    if not (block_id in person.backs_up or keen or (lives_here and person.is_hot)):
        return None
    if not lives_here and block_id not in person.backs_up and (metres is None or metres >= FAR):
        return None
    weights: dict[Reason, float] = {}
    if block_id in person.backs_up:
        weights["backup"] = WEIGHTS["backup"]
    if person.offered_on is not None:
        weights["offers"] = WEIGHTS["offers"]
    if lives_here:
        weights["lives_here"] = WEIGHTS["lives_here"]
    elif metres is not None and metres < FAR:
        weights["near"] = WEIGHTS["near"] * (1 - metres / FAR)
    if person.voted and person.possible:
        share = person.voted / (person.possible + 1)
        weights["votes"] = WEIGHTS["votes"] * 1.25 * share * (1.0 if person.is_hot else 0.5)
    if person.supports:
        weights["supports"] = WEIGHTS["supports"]
    if person.is_free_member:
        weights["member"] = WEIGHTS["member"]
    reasons = tuple(sorted(weights, key=lambda reason: (-weights[reason], reason)))
    return Proposal(person.key, block_id, round(sum(weights.values()), 6), reasons, metres)


def propose(
    people: Iterable[Person],
    middles: Mapping[int, Place | None],
    *,
    each: int = 3,
) -> dict[int, list[Proposal]]:
    """The best people for each block, at most `each` for one and nobody for more than `MOST_BLOCKS`.

    The same people give the same proposals in whatever order they come.

    Args:
        middles: each block that wants somebody, with the middle of its doors.
    """
    found: list[Proposal] = []
    for person in people:
        for block_id in _blocks_to_weigh(person, middles):
            proposal = weigh(person, block_id, middles[block_id])
            if proposal is not None:
                found.append(proposal)
    chosen: defaultdict[int, list[Proposal]] = defaultdict(list)
    times: Counter[str] = Counter()
    for proposal in sorted(found, key=lambda one: (-one.score, one.key, one.block_id)):
        if len(chosen[proposal.block_id]) < each and times[proposal.key] < MOST_BLOCKS:
            chosen[proposal.block_id].append(proposal)
            times[proposal.key] += 1
    return {block_id: chosen[block_id] for block_id in middles}


def _blocks_to_weigh(person: Person, middles: Mapping[int, Place | None]) -> Iterable[int]:
    """Faithful voters are many and count in their own block only; the few others are weighed for every block."""
    if person.offered_on is not None or person.supports or person.is_free_member or person.backs_up:
        return middles
    return [person.block_id] if person.block_id is not None and person.block_id in middles else []


def _metres(one: Place | None, other: Place | None) -> float | None:
    return math.dist(one, other) if one is not None and other is not None else None
