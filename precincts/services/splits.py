"""An overloaded block cut in two: the captain keeps the half nearer to home, the other becomes a new block."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Literal

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from chapters.services import audit
from core.actors import Actor
from core.errors import DomainError
from precincts.earth import Plane
from precincts.enums import BlockEditKind
from precincts.models import Block, BlockAssignment, BlockEdit, Fact
from precincts.selectors.blocks import BuildingPlace, list_buildings
from precincts.selectors.homes import Home, find_home
from precincts.services.blocks import BlockClosed
from precincts.services.edits import lock_precinct, order_walks, require_version, save_edit, unit_order
from precincts.splitting import BuildingToSplit, CannotSplit, DoorToSplit, Half, nearer_half, split_in_two

Why = Literal["home", "nearer", "known", "larger", "vacant"]
"""Why the block keeps a half: the captain lives in it, or nearer to it; more is known there; it is the larger one."""


class CannotSplitBlock(DomainError):
    """Fewer than two doors of the block have listed voters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitPlan:
    """How a block would be cut in two; nothing of it is saved.

    Attributes:
        kept: the half that stays the block's, with its captain, backups and notes.
        new: the half that becomes a block of its own.
        number: the new block's.
        captain: who keeps the block on the day; None when it is vacant.
    """

    block: Block
    kept: Half
    new: Half
    number: int
    captain: BlockAssignment | None
    why: Why
    buildings: Sequence[BuildingPlace]


def plan_split(block: Block, on: date) -> SplitPlan:
    """How the block would be cut in two; the same block gives the same plan. At most six queries.

    Raises:
        CannotSplitBlock: fewer than two doors have listed voters.
    """
    buildings = list_buildings(block_ids=[block.pk])
    try:
        halves = split_in_two(_to_split(buildings))
    except CannotSplit as error:
        raise CannotSplitBlock(
            _("Block %(block)s has fewer than two doors with voters and cannot be split.") % {"block": block},
            hint=_("Move doors into it, or leave it as it is."),
        ) from error
    captain = (
        BlockAssignment.objects.in_force(on).captains().filter(block=block).select_related("member").first()
    )
    home = find_home(captain.member, on) if captain is not None else None
    index, why = _choose(block, halves, captain, home, buildings)
    numbers = set(Block.objects.open().filter(precinct=block.precinct_id).values_list("number", flat=True))
    return SplitPlan(
        block=block, kept=halves[index], new=halves[1 - index], captain=captain, why=why, buildings=buildings,
        number=next(number for number in count(1) if number not in numbers),
    )  # fmt: skip


def _plane_of(buildings: Sequence[BuildingPlace]) -> Plane:
    return Plane(next((building.lat for building in buildings if building.lat is not None), 0.0))


def _to_split(buildings: Sequence[BuildingPlace]) -> list[BuildingToSplit]:
    plane = _plane_of(buildings)
    return [
        BuildingToSplit(
            plane.to_metres((building.lon, building.lat)),
            tuple(
                DoorToSplit(door.household_id, door.voters, unit_order(door.unit_key))
                for door in building.doors
            ),
            building.street_key or None,
            building.number or None,
        )
        for building in buildings
    ]


def _choose(
    block: Block,
    halves: tuple[Half, Half],
    captain: BlockAssignment | None,
    home: Home | None,
    buildings: Sequence[BuildingPlace],
) -> tuple[int, Why]:
    """Which half stays the block's, and why."""
    larger = int(halves[1].voters > halves[0].voters)
    if captain is None:
        return larger, "vacant"
    if home is not None:
        place = _plane_of(buildings).to_metres((home.lon, home.lat))
        nearer = nearer_half(halves, home_door=home.household_id, home=place)
        if nearer is not None:
            return nearer, "home" if home.household_id in halves[nearer].doors else "nearer"
    known = _count_facts(block)
    counts = [sum(known.get(door, 0) for door in half.doors) for half in halves]
    return (larger, "larger") if counts[0] == counts[1] else (int(counts[1] > counts[0]), "known")


def _count_facts(block: Block) -> dict[int, int]:
    rows = Fact.objects.filter(voter__household__block=block, is_retraction=False).order_by()
    return dict(rows.values_list("voter__household").annotate(Count("pk")))


@transaction.atomic
def split_block(*, block: Block, by: Actor, on: date, version: int | None = None) -> BlockEdit:
    """Cut a block in two: one half stays the block's with everybody who keeps it, the other opens as a vacant block.

    What is known of neighbours, their history and their lists stay with them. The precinct's undo takes it back
    as long as the new block has no captain or backup.

    Raises:
        PrecinctChangedMeanwhile: the blocks are no longer those of `version`.
        BlockClosed: the block was closed.
        CannotSplitBlock: fewer than two doors have listed voters.
    """
    lock_precinct(block.precinct_id)
    require_version(block.precinct, version)
    row = Block.objects.open().select_related("precinct").filter(pk=block.pk).first()
    if row is None:
        raise BlockClosed(_("Block %(block)s is closed; nothing was split.") % {"block": block})
    plan = plan_split(row, on)
    new = Block.objects.create(
        chapter_id=row.chapter_id, precinct=row.precinct, number=plan.number, opened_on=on
    )
    words = {"block": str(row), "new": plan.number}
    edit = save_edit(
        precinct=row.precinct,
        kind=BlockEditKind.SPLIT,
        moves=dict.fromkeys(sorted(plan.new.doors), (row.pk, new.pk)),
        by=by,
        on=on,
        summary=lambda: _("Split block %(block)s; half of it is block %(new)d now") % words,
        params={"block": row.pk},
        report={
            "opened": [new.pk], "closed": [], "ended": [], "flags_before": [],
            "sizes": [plan.kept.voters, plan.new.voters], "why": plan.why,
        },
    )  # fmt: skip
    order_walks([row.pk, new.pk])
    audit.record(
        by=by, verb="precincts.block_split", row=row, rows=len(plan.new.doors),
        summary=lambda: _("Split block %(block)s; half of it is block %(new)d now") % words,
        detail={"edit": edit.pk, "new_block": new.pk, "sizes": [plan.kept.voters, plan.new.voters]},
    )  # fmt: skip
    return edit
