"""New doors find their block: what an import calls when it has brought households the blocks do not know."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import ngettext

from core.actors import Actor
from precincts.addresses import number_value
from precincts.enums import BlockEditKind
from precincts.models import Block, Household, Precinct, VoterImport
from precincts.selectors.blocks import BuildingPlace, list_buildings
from precincts.services.edits import lock_precinct, order_walks, save_edit

_OTHER_SIDE = 1000  # house numbers; a door across the street counts as further than any on the same side


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceReport:
    """Doors that joined a block, and doors that no block could take."""

    placed: int
    list_only: int


def place_new_households(*, precinct_ids: Collection[int], by: Actor, on: date) -> PlaceReport:
    """Let every door without a block of its precinct join the block of its nearest neighbour on the street.

    A building that already has a block keeps together: its new units join it unflagged. Everybody else is
    flagged as placed by street. Without a neighbour on the street the nearest building by coordinates
    decides; without coordinates the door is list-only. In precincts that were never cut, doors only leave
    the blocks of other precincts.
    """
    cut = Block.objects.open().filter(precinct__in=list(precinct_ids)).values("precinct")
    strayed = Q(block__isnull=False) & (~Q(block__precinct=F("precinct")) | Q(block__closed_on__isnull=False))
    homeless = Q(block__isnull=True, precinct__in=cut)
    wanted = Household.objects.filter(strayed | homeless, precinct__in=list(precinct_ids))
    placed = list_only = 0
    for precinct in Precinct.objects.filter(pk__in=wanted.values("precinct")).order_by("pk"):
        done, left = _place_in(precinct, by=by, on=on)
        placed, list_only = placed + done, list_only + left
    return PlaceReport(placed=placed, list_only=list_only)


@transaction.atomic
def _place_in(precinct: Precinct, *, by: Actor, on: date) -> tuple[int, int]:
    lock_precinct(precinct.pk)
    open_ids = set(Block.objects.open().filter(precinct=precinct).values_list("pk", flat=True))
    buildings = list_buildings(precinct.pk)
    settled = [b for b in buildings if b.block_ids & open_ids]
    targets = _Neighbours(settled, open_ids)
    moves: dict[int, tuple[int | None, int | None]] = {}
    flagged: dict[int, bool] = {}
    left = 0
    for building in buildings:
        doors = [door for door in building.doors if door.block_id not in open_ids]
        if not doors:
            continue
        own = building.block_ids & open_ids
        target = min(own, key=lambda pk: pk or 0) if own else targets.nearest(building)
        left += len(doors) if target is None and open_ids else 0
        for door in doors:
            if door.block_id != target:
                moves[door.household_id] = (door.block_id, target)
            flag = target is not None and not own
            if flag != door.by_street:
                flagged[door.household_id] = flag
    placed = sum(1 for _before, after in moves.values() if after is not None)
    if moves:
        save_edit(
            precinct=precinct, kind=BlockEditKind.PLACE, moves=moves, flagged=flagged, by=by, on=on,
            summary=lambda: ngettext("Placed %(count)d new door", "Placed %(count)d new doors", placed)
            % {"count": placed},
            report={"flags_before": [[pk, not flag] for pk, flag in flagged.items()]},
        )  # fmt: skip
        order_walks({after for _before, after in moves.values() if after is not None})
    return placed, left


@transaction.atomic
def order_walks_anew(located_by: VoterImport) -> int:
    """Look for shorter walks through the open blocks whose buildings a file gave coordinates; how many blocks."""
    doors = Household.objects.filter(building__located_by=located_by, block__in=Block.objects.open())
    blocks = set(doors.values_list("block_id", flat=True))
    for precinct_id in sorted(set(doors.values_list("block__precinct_id", flat=True))):
        lock_precinct(precinct_id)
    order_walks(block_id for block_id in blocks if block_id is not None)
    return len(blocks)


class _Neighbours:
    """The settled buildings of a precinct, to be asked for the one nearest to a new building."""

    def __init__(self, settled: Sequence[BuildingPlace], open_ids: set[int]) -> None:
        self._by_street: dict[str, list[tuple[int, int, int]]] = {}
        self._placed = [b for b in settled if b.lon is not None and b.lat is not None]
        self._block = {b.building_id: min(i for i in b.block_ids if i in open_ids) for b in settled}
        for building in settled:
            number = number_value(building.number)
            if building.street_key and number is not None:
                entry = (number, building.building_id, self._block[building.building_id])
                self._by_street.setdefault(building.street_key, []).append(entry)
        self._lon = np.array([b.lon for b in self._placed], dtype=float)
        self._lat = np.array([b.lat for b in self._placed], dtype=float)

    def nearest(self, building: BuildingPlace) -> int | None:
        """The block of the nearest house number on the street, same side first; else of the nearest point."""
        from precincts.partition import lonlat_to_metres

        number = number_value(building.number)
        same_street = self._by_street.get(building.street_key, [])
        if number is not None and same_street:
            return min(same_street, key=lambda entry: _steps(number, entry))[2]
        if building.lon is None or building.lat is None or not self._placed:
            return None
        there = lonlat_to_metres(self._lon, self._lat, origin=(building.lon, building.lat))
        index = int(np.argmin((there**2).sum(axis=1)))
        return self._block[self._placed[index].building_id]


def _steps(number: int, entry: tuple[int, int, int]) -> tuple[int, int]:
    """How many house numbers away, the other side of the street after the whole of this one; then by id."""
    away = abs(entry[0] - number)
    return (away if (entry[0] - number) % 2 == 0 else away + _OTHER_SIDE, entry[1])
