"""Whom to ask to keep a block or a precinct: the chapter's people, those who live near first."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Avg, Q, QuerySet

from chapters.enums import MemberKind
from chapters.models import Member
from core.actors import Actor
from core.permissions import has_right
from precincts.addresses import parse_line
from precincts.earth import METRES_PER_DEGREE
from precincts.models import Block, BlockAssignment, Building, Household, Precinct, Residence
from precincts.selectors.roster import get_workloads

Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One person with what they keep today; `metres` from where they live to the place, None when not known."""

    member: Member
    blocks: int
    backups: int
    voters: int
    metres: float | None


def list_candidates(
    actor: Actor, words: str, on: date, *, near: Block | Precinct, without: Iterable[int] = ()
) -> list[Candidate]:
    """The chapter's people whose name (or e-mail, for whoever may see people's) has the words. Six queries.

    Whoever keeps no block comes first; among them, and among the others, those who live nearest, then those whose
    place nobody knows. Precinct captains look among everybody too: whom to ask is theirs to decide; they see
    names only.

    Args:
        without: ids of members who are not offered.
    """
    rows = Member.objects.filter(chapter_id=actor.chapter_id).exclude(kind=MemberKind.FORMER)
    rows = rows.exclude(pk__in=list(without))
    may_see_people = has_right(actor, "chapters.see_members")
    members = list(rows.search(words) if may_see_people else rows.search_names(words))
    ids = [member.pk for member in members]
    loads = get_workloads(ids, on)
    here = _middle_of(near)
    places = _places_of(members, on) if here is not None else {}
    found = [
        Candidate(
            member,
            *loads.get(member.pk, (0, 0, 0)),
            metres=_metres(here, places[member.pk]) if here is not None and member.pk in places else None,
        )
        for member in members
    ]
    return sorted(found, key=_order)


def _order(one: Candidate) -> tuple[bool, float, str, str, int]:
    metres = math.inf if one.metres is None else one.metres
    keeps = bool(one.blocks or one.backups)
    return (keeps, metres, one.member.last_name.casefold(), one.member.first_name.casefold(), one.member.pk)


def _middle_of(near: Block | Precinct) -> Place | None:
    doors = Household.objects.filter(Q(block=near) if isinstance(near, Block) else Q(precinct=near))
    middle = doors.aggregate(lon=Avg("building__lon"), lat=Avg("building__lat"))
    return None if middle["lon"] is None else (middle["lon"], middle["lat"])


def _places_of(members: list[Member], on: date) -> dict[int, Place]:
    """Where people are: the door they are known to live at, else the address they gave, else the block they keep."""
    ids = [member.pk for member in members]
    kept = BlockAssignment.objects.in_force(on).filter(member__in=ids, block__closed_on__isnull=True)
    middles = kept.values("member").annotate(
        lon=Avg("block__households__building__lon"), lat=Avg("block__households__building__lat")
    )
    found = _located(middles.values_list("member", "lon", "lat"))
    found |= _places_by_address(members)
    homes = Residence.objects.in_force(on).filter(member__in=ids)
    found |= _located(homes.values_list("member", "household__building__lon", "household__building__lat"))
    return found


def _places_by_address(members: list[Member]) -> dict[int, Place]:
    """The buildings of the chapter that people's own words name, as far as their first line goes."""
    keys = {m.pk: parse_line(m.address.split(",")[0]).building_key for m in members if m.address}
    buildings: QuerySet[Building] = Building.objects.filter(
        chapter_id__in={member.chapter_id for member in members}, address_key__in=set(keys.values())
    )
    places = {key: (lon, lat) for key, lon, lat in buildings.values_list("address_key", "lon", "lat") if lon}
    return {member_id: places[key] for member_id, key in keys.items() if key in places}


def _located(rows: Iterable[tuple[int, float | None, float | None]]) -> dict[int, Place]:
    return {member_id: (lon, lat) for member_id, lon, lat in rows if lon is not None and lat is not None}


def _metres(one: Place, other: Place) -> float:
    east = (one[0] - other[0]) * math.cos(math.radians(one[1]))
    return math.hypot(east, one[1] - other[1]) * METRES_PER_DEGREE
