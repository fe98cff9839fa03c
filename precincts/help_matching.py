"""Who could help whom: needs and offers of one kind, near enough, nearest first.

A pair is possible when the kinds are the same, the persons are not, the way on foot lies within the offer's reach,
and neither has refused the other before. Pairs are taken from the shortest way on; an offer is taken until it is full.
So no two who are both free stand nearer to each other than to those they were given.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass

Pair = tuple[int, int]
"""The ids of a need and of an offer."""


@dataclass(frozen=True, slots=True)
class Need:
    """One open need; `person` is whoever has it, `since` the day's ordinal on which it was told."""

    id: int
    person: Hashable
    kind: str
    since: int = 0


@dataclass(frozen=True, slots=True)
class Offer:
    """One open offer: for how many more (`free`), and how far away on foot (metres)."""

    id: int
    person: Hashable
    kind: str
    free: int
    reach: float


@dataclass(frozen=True, slots=True)
class Match:
    """A need and an offer that fit, and the metres between them on foot."""

    need_id: int
    offer_id: int
    metres: float


def list_fitting(
    needs: Iterable[Need],
    offers: Iterable[Offer],
    metres: Mapping[Pair, float],
    *,
    refused: Collection[Pair] = frozenset(),
) -> list[Match]:
    """Every possible pair with an offer that is not full, the nearest first, then the longest waiting.

    Args:
        metres: the way on foot by pair; a pair that is missing has none that is known, and is not possible.
    """
    offers = list(offers)
    found = [
        (metres[need.id, offer.id], need.since, need.id, offer.id)
        for need in needs
        for offer in offers
        if offer.free > 0 and _fits(need, offer, metres) and (need.id, offer.id) not in refused
    ]
    return [Match(need_id, offer_id, way) for way, _since, need_id, offer_id in sorted(found)]


def pair_up(
    needs: Iterable[Need],
    offers: Iterable[Offer],
    metres: Mapping[Pair, float],
    *,
    refused: Collection[Pair] = frozenset(),
) -> list[Match]:
    """At most one offer for each need, the nearest pairs first, no offer beyond what is free of it."""
    offers = list(offers)
    free = Counter({offer.id: offer.free for offer in offers})
    helped: set[int] = set()
    taken = []
    for match in list_fitting(needs, offers, metres, refused=refused):
        if match.need_id in helped or free[match.offer_id] <= 0:
            continue
        helped.add(match.need_id)
        free[match.offer_id] -= 1
        taken.append(match)
    return taken


def _fits(need: Need, offer: Offer, metres: Mapping[Pair, float]) -> bool:
    way = metres.get((need.id, offer.id))
    return need.kind == offer.kind and need.person != offer.person and way is not None and way <= offer.reach


def make_rough(metres: float) -> int:
    """A way as it may be told to a stranger: rounded up, to hundreds, from 500 m to 250, from 1 km to 500."""
    step = 100 if metres <= 500 else 250 if metres <= 1000 else 500
    return max(1, -int(-metres // step)) * step
