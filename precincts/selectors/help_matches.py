"""Which offers could meet which needs: what the pure matching is given, and what it found with the rows."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db.models import Count, Q, QuerySet

from precincts import help_matching
from precincts.earth import METRES_PER_DEGREE
from precincts.enums import HandShakeState
from precincts.help_matching import Match, Pair
from precincts.models import Building, HandShake, Need, Offer, Residence
from precincts.models.hand_shakes import OPEN_HAND_SHAKES
from precincts.partition.placing import house_numbers, street_codes
from precincts.selectors.suppressions import leave_out_barred
from precincts.walks import Walks

WITH_DOORS = (
    "member", "home__building", "home__precinct", "voter__precinct", "voter__household__building",
    "voter__household__precinct", "voter__merged_into__precinct", "voter__merged_into__household__building",
    "voter__merged_into__household__precinct",
)  # fmt: skip
"""What is read with needs and offers, so that person and door need no further query."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """A need and an offer that fit, and the metres between their doors on foot."""

    need: Need
    offer: Offer
    metres: float


def list_unmatched_needs(needs: QuerySet[Need]) -> QuerySet[Need]:
    """Open needs for which no hand-shake runs, the longest waiting first, with their doors. One query."""
    running = HandShake.objects.filter(state__in=OPEN_HAND_SHAKES).values("need")
    return needs.open().exclude(pk__in=running).select_related(*WITH_DOORS).order_by("told_on", "pk")  # type: ignore[attr-defined]


def list_open_offers(chapter_id: int, on: date) -> QuerySet[Offer]:
    """The chapter's open offers of whoever may be contacted on a day, each with `taken` places and its door. One query."""
    running = Count("hand_shakes", filter=Q(hand_shakes__state__in=OPEN_HAND_SHAKES))
    rows = Offer.objects.open().filter(chapter_id=chapter_id).annotate(taken=running)
    return leave_out_barred(rows, on).select_related(*WITH_DOORS)


def propose(needs: Iterable[Need], chapter_id: int, on: date) -> list[Proposed]:
    """At most one offer for each of the needs, nearest pairs first. Five queries."""
    return _match(list(needs), chapter_id, on, is_whole=False)


def list_offers_for(need: Need, on: date) -> list[Proposed]:
    """Every offer that fits one need, the nearest first. Five queries."""
    return _match([need], need.chapter_id, on, is_whole=True)


def measure(need: Need, offer: Offer) -> float | None:
    """The metres on foot between two doors; None when the place of one is not known. One query."""
    return _measure([need], [offer]).get((need.pk, offer.pk))


def is_one_person(need: Need, offer: Offer, on: date) -> bool:
    """Whether need and offer are of the same person, once perhaps as a member and once as a neighbour. One query."""
    voters = _voters_of([need, offer], on)
    return _person(need, voters) == _person(offer, voters)


def _match(needs: Sequence[Need], chapter_id: int, on: date, *, is_whole: bool) -> list[Proposed]:
    kinds = {need.kind for need in needs}
    offers = [offer for offer in list_open_offers(chapter_id, on) if offer.kind in kinds]
    if not needs or not offers:
        return []
    voters = _voters_of([*needs, *offers], on)
    given = [
        help_matching.Need(need.pk, _person(need, voters), need.kind, need.told_on.toordinal())
        for need in needs
    ]
    taken = [
        help_matching.Offer(
            offer.pk, _person(offer, voters), offer.kind, max(0, offer.capacity - offer.taken), offer.reach  # type: ignore[attr-defined]
        )
        for offer in offers
    ]  # fmt: skip
    refused = set(
        HandShake.objects.filter(
            need__in=[need.pk for need in needs], state=HandShakeState.DECLINED
        ).values_list("need_id", "offer_id")
    )
    run = help_matching.list_fitting if is_whole else help_matching.pair_up
    found: list[Match] = run(given, taken, _measure(needs, offers), refused=refused)
    needs_by_id = {need.pk: need for need in needs}
    offers_by_id = {offer.pk: offer for offer in offers}
    return [Proposed(needs_by_id[m.need_id], offers_by_id[m.offer_id], m.metres) for m in found]


def _person(line: Need | Offer, voters: dict[int, int]) -> Hashable:
    """Who it is: the neighbour, also when a member of the chapter is known to be that neighbour."""
    if line.voter is not None:
        return ("voter", line.voter.merged_into_id or line.voter_id)
    voter_id = voters.get(line.member_id or 0)
    return ("voter", voter_id) if voter_id is not None else ("member", line.member_id)


def _voters_of(lines: Iterable[Need | Offer], on: date) -> dict[int, int]:
    """The neighbours that members are known to be, by the member's id. One query."""
    members = {line.member_id for line in lines if line.member_id is not None}
    rows = Residence.objects.in_force(on).filter(member__in=members, voter__isnull=False)
    return {
        member_id: merged or voter_id
        for member_id, voter_id, merged in rows.values_list("member_id", "voter_id", "voter__merged_into_id")
    }


def _measure(needs: Sequence[Need], offers: Sequence[Offer]) -> dict[Pair, float]:
    """The metres on foot by pair of one kind, where both doors have a place. One query.

    The streets are known by all the buildings of the needs' precincts: few doors alone do not show how they run.
    """
    doors = {line: line.household for line in (*needs, *offers)}
    known = {
        line: door.building
        for line, door in doors.items()
        if door is not None and door.building.lon is not None and door.building.lat is not None
    }
    precincts = {
        door.precinct_id for line, door in doors.items() if door is not None and isinstance(line, Need)
    }
    around = Building.objects.filter(
        pk__in=Building.objects.filter(households__precinct__in=precincts - {None}).values("pk"),
        lon__isnull=False,
    )
    rows = {row[0]: row for row in around.values_list("pk", "lon", "lat", "street_key", "number")}
    rows |= {one.pk: (one.pk, one.lon, one.lat, one.street_key, one.number) for one in known.values()}
    if not known:
        return {}
    place_of = {pk: place for place, pk in enumerate(rows)}
    walks = _read_walks(list(rows.values()))
    pairs = [
        (need, offer)
        for need in needs
        for offer in offers
        if need.kind == offer.kind and {need, offer} <= known.keys()
    ]
    if not pairs:
        return {}
    here = np.array([place_of[known[need].pk] for need, _offer in pairs])
    there = np.array([place_of[known[offer].pk] for _need, offer in pairs])
    metres = np.where(here == there, 0.0, walks.between(here, there))
    return {(need.pk, offer.pk): float(way) for (need, offer), way in zip(pairs, metres, strict=True)}


def _read_walks(rows: Sequence[tuple[int, float | None, float | None, str, str]]) -> Walks:
    degrees = np.array([[row[1], row[2]] for row in rows], dtype=np.float64)
    scale = np.array([np.cos(np.radians(degrees[:, 1].mean())), 1.0]) * METRES_PER_DEGREE
    codes = street_codes([row[3] for row in rows], len(rows))
    return Walks.read(degrees * scale, codes, house_numbers([row[4] for row in rows], len(rows)))
