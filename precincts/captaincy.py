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
from heapq import nsmallest
from typing import Literal

Reason = Literal["offers", "backup", "lives_here", "near", "votes", "supports", "member"]
Place = tuple[float, float]

WEIGHTS: dict[Reason, float] = {
    "offers": 40, "backup": 35, "lives_here": 30, "votes": 25, "supports": 20, "member": 15, "near": 18,
}  # fmt: skip
FAR = 1500.0
"""Metres beyond which somebody is too far away to keep a block."""

NEAREST = 4
"""Of the blocks around somebody, so many are thought of; the own one and those they back up besides."""

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
    weights = _weights(person, block_id, _metres(person.place, middle))
    if not weights:
        return None
    reasons = tuple(sorted(weights, key=lambda reason: (-weights[reason], reason)))
    return Proposal(person.key, block_id, _score(weights), reasons, _metres(person.place, middle))


def _score(weights: Mapping[Reason, float]) -> float:
    return round(sum(weights.values()), 6)


def _weights(person: Person, block_id: int, metres: float | None) -> dict[Reason, float]:
    """The weight of each reason; empty when too little speaks for them."""
    lives_here, backs_up = person.block_id == block_id, block_id in person.backs_up
    keen = person.offered_on is not None or person.supports or person.is_free_member
    is_far = not lives_here and not backs_up and (metres is None or metres >= FAR)
    if block_id in person.not_for or is_far or not (backs_up or keen or (lives_here and person.is_hot)):
        return {}
    weights: dict[Reason, float] = {}
    if backs_up:
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
    return weights


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
    by_key: dict[str, Person] = {}
    scores: list[tuple[float, str, int]] = []
    for person in people:
        by_key[person.key] = person
        for block_id in _blocks_to_weigh(person, middles):
            weights = _weights(person, block_id, _metres(person.place, middles[block_id]))
            if weights:
                scores.append((-_score(weights), person.key, block_id))
    chosen: defaultdict[int, list[Proposal]] = defaultdict(list)
    times: Counter[str] = Counter()
    for _score_below, key, block_id in sorted(scores):
        if len(chosen[block_id]) < each and times[key] < MOST_BLOCKS:
            proposal = weigh(by_key[key], block_id, middles[block_id])
            assert proposal is not None, "whoever has a score has reasons"
            chosen[block_id].append(proposal)
            times[key] += 1
    return {block_id: chosen[block_id] for block_id in middles}


def _blocks_to_weigh(person: Person, middles: Mapping[int, Place | None]) -> Iterable[int]:
    """Faithful voters are many and count in their own block only; the few others also for the `NEAREST` ones."""
    own = {*person.backs_up, *((person.block_id,) if person.block_id is not None else ())} & middles.keys()
    if person.offered_on is None and not person.supports and not person.is_free_member:
        return own
    if person.place is None:
        return own
    away = [
        (math.dist(person.place, middle), block_id)
        for block_id, middle in middles.items()
        if middle is not None and block_id not in person.not_for
    ]
    return own | {block_id for _metres_away, block_id in nsmallest(NEAREST, away)}


def _metres(one: Place | None, other: Place | None) -> float | None:
    return math.dist(one, other) if one is not None and other is not None else None
