"""How a precinct would be cut: equal blocks, and which old block each new one carries on. Nothing is saved here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import DomainError
from precincts.models import Block, Precinct
from precincts.selectors.blocks import (
    BuildingPlace,
    count_voters_without_door,
    list_buildings,
    list_open_blocks,
)

if TYPE_CHECKING:
    from precincts.partition import Partition

LIST_ONLY = -1
"""The label of a building that no block takes; `precincts.partition.LIST_ONLY`, which loads slowly."""


class NothingToCut(DomainError):
    """The precinct has no listed voters behind doors."""


class TooManyBlocks(DomainError):
    """More blocks are wished than the precinct has buildings."""


class UnclearWish(DomainError):
    """Neither or both of voters per block and number of blocks are given, or one is below 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedBlock:
    """One block as it will be. `block_id` is the old block it carries on, None for a new one.

    `staying`, `joining` and `leaving` count listed voters against that old block.
    """

    number: int
    voters: int
    doors: int
    buildings: int
    block_id: int | None = None
    staying: int = 0
    joining: int = 0
    leaving: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CutPlan:
    """What a cut would do; nothing of it is saved.

    Attributes:
        targets: household id to the place of its block in `blocks`, None for list-only.
        closing: old blocks that nobody carries on, with the listed voters they had.
        flagged: households whose mark "in this block by its street" changes, with the mark they get.
        list_only: addresses that no block takes.
    """

    precinct: Precinct
    blocks: list[PlannedBlock]
    closing: list[tuple[Block, int]]
    targets: dict[int, int | None]
    before: dict[int, int | None]
    flagged: dict[int, bool]
    list_only: list[str]
    list_only_voters: int
    largest_deviation: float
    params: dict[str, Any] = field(default_factory=dict)

    @property
    def sizes(self) -> list[int]:
        return [block.voters for block in sorted(self.blocks, key=lambda block: block.number)]

    @property
    def voters(self) -> int:
        return sum(block.voters for block in self.blocks) + self.list_only_voters

    @property
    def moving(self) -> int:
        """Listed voters who leave the block they are in for another one."""
        return sum(block.joining for block in self.blocks)


def plan_cut(
    precinct: Precinct, *, blocks: int | None = None, voters_per_block: int | None = None
) -> CutPlan:
    """How the precinct would be cut; the same input gives the same plan.

    Args:
        blocks: how many blocks; or
        voters_per_block: how many listed voters each should have.

    Raises:
        UnclearWish: not exactly one of the two is given.
        NothingToCut: nobody listed lives behind a door of this precinct.
        TooManyBlocks: there are fewer buildings than blocks wished.
    """
    require_clear_wish(blocks, voters_per_block)
    buildings = list_buildings(precinct.pk)
    cut = _partition(precinct, buildings, blocks, voters_per_block)
    labels = [int(label) for label in cut.labels]
    old_blocks = list(list_open_blocks(precinct.pk))
    planned, closing = _carry_on(buildings, labels, len(cut.sizes), old_blocks)
    by_street = {int(index) for index in cut.report.placed_by_street}
    outside = [building for building, label in zip(buildings, labels, strict=True) if label == LIST_ONLY]
    doors = [(index, door) for index, building in enumerate(buildings) for door in building.doors]
    return CutPlan(
        precinct=precinct,
        blocks=planned,
        closing=closing,
        targets={d.household_id: None if labels[i] == LIST_ONLY else labels[i] for i, d in doors},
        before={d.household_id: d.block_id for _i, d in doors},
        flagged={d.household_id: i in by_street for i, d in doors if d.by_street != (i in by_street)},
        list_only=[building.address for building in outside if building.voters],
        list_only_voters=sum(b.voters for b in outside) + count_voters_without_door(precinct.pk),
        largest_deviation=float(cut.report.largest_deviation),
        params={"blocks": blocks, "voters_per_block": voters_per_block},
    )


def require_clear_wish(blocks: int | None, voters_per_block: int | None) -> None:
    wishes = [wish for wish in (blocks, voters_per_block) if wish is not None]
    if len(wishes) != 1 or wishes[0] < 1:
        raise UnclearWish(
            gettext_lazy(
                "Say either how many voters a block should have, or how many blocks: one number above 0."
            )
        )


def _partition(
    precinct: Precinct, buildings: Sequence[BuildingPlace], blocks: int | None, voters_per_block: int | None
) -> Partition:
    """The pure cut over the precinct's buildings, its refusals in the reader's words."""
    from precincts.partition import NothingToPartition, TooManyParts, lonlat_to_metres, partition

    weights = np.array([building.voters for building in buildings], dtype=np.int64)
    if not weights.sum():
        raise NothingToCut(
            lambda: (
                _("Precinct %(code)s has no listed voters behind doors, so there is nothing to cut.")
                % {"code": precinct.code}
            ),
            hint=gettext_lazy("Import a voter file that covers it first."),
        )
    inhabited = int((weights > 0).sum())
    if blocks is not None and blocks > inhabited:
        raise TooManyBlocks(
            lambda: (
                _("Precinct %(code)s cannot make %(blocks)d blocks: it has %(buildings)d buildings with voters,"
                  " and a building is never split.")
                % {"code": precinct.code, "blocks": blocks, "buildings": inhabited}
            ),
            hint=gettext_lazy("Ask for fewer blocks."),
        )  # fmt: skip
    points = lonlat_to_metres(
        np.array([np.nan if b.lon is None else b.lon for b in buildings], dtype=float),
        np.array([np.nan if b.lat is None else b.lat for b in buildings], dtype=float),
    )
    streets = [building.street_key or None for building in buildings]
    numbers = [building.number or None for building in buildings]
    try:
        return partition(
            points, weights, parts=blocks, target=voters_per_block, streets=streets, numbers=numbers
        )
    except (NothingToPartition, TooManyParts) as error:
        words = {"code": precinct.code, "reason": str(error)}
        raise NothingToCut(lambda: _("Precinct %(code)s cannot be cut: %(reason)s") % words) from error


def _carry_on(
    buildings: Sequence[BuildingPlace], labels: Sequence[int], parts: int, old_blocks: Sequence[Block]
) -> tuple[list[PlannedBlock], list[tuple[Block, int]]]:
    """Match new blocks with old ones so that most voters keep their block, one to one."""
    from scipy.optimize import linear_sum_assignment

    place = {block.pk: index for index, block in enumerate(old_blocks)}
    shared = np.zeros((parts, len(old_blocks)), dtype=np.int64)
    voters, doors, houses = (np.zeros(parts, dtype=np.int64) for _part in range(3))
    before = np.zeros(len(old_blocks), dtype=np.int64)
    for building, label in zip(buildings, labels, strict=True):
        if label != LIST_ONLY:
            houses[label] += building.voters > 0
        for door in building.doors:
            old = place.get(door.block_id) if door.block_id is not None else None
            if old is not None:
                before[old] += door.voters
            if label == LIST_ONLY:
                continue
            voters[label] += door.voters
            doors[label] += door.voters > 0
            if old is not None:
                shared[label, old] += door.voters
    kept = {
        int(new): int(old)
        for new, old in zip(*linear_sum_assignment(shared, maximize=True), strict=True)
        if shared[new, old] > 0
    }
    free = _free_numbers({old_blocks[old].number for old in kept.values()})
    planned = []
    for label in range(parts):
        old = kept.get(label)
        old_block = old_blocks[old] if old is not None else None
        staying = int(shared[label, old]) if old is not None else 0
        planned.append(
            PlannedBlock(
                number=old_block.number if old_block else next(free),
                voters=int(voters[label]),
                doors=int(doors[label]),
                buildings=int(houses[label]),
                block_id=old_block.pk if old_block else None,
                staying=staying,
                joining=int(shared[label].sum()) - staying,
                leaving=int(before[old]) - staying if old is not None else 0,
            )
        )
    carried = set(kept.values())
    closing = [(block, int(before[i])) for i, block in enumerate(old_blocks) if i not in carried]
    return planned, closing


def _free_numbers(taken: set[int]) -> Iterator[int]:
    return (number for number in count(1) if number not in taken)
