"""What every change of a precinct's blocks has in common: one lock, one version, one dated record, one walk."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import numpy as np
from django.db import connection
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.errors import DomainError
from core.words import Saying, in_all_languages
from precincts.models import Block, BlockAssignment, BlockEdit, Household, Precinct
from precincts.selectors.blocks import BuildingPlace, get_version, list_buildings
from precincts.services.figures import recount

_LOCK_SPACE = 1_905_001  # the first half of the advisory lock's key; the precinct is the second
_CLEARLY_SHORTER = 0.98  # of the metres walked so far
_UNIT_PARTS = re.compile(r"\d+|\D+")


class PrecinctChangedMeanwhile(DomainError):
    """Somebody else changed the precinct's blocks after the page was opened."""


def lock_precinct(precinct_id: int) -> None:
    """Wait until no other transaction changes this precinct's blocks; held until this one ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK_SPACE, precinct_id & 0x7FFFFFFF])


def require_version(precinct: Precinct, version: int | None) -> None:
    """Refuse when the precinct changed since `version`; None asks nothing.

    Raises:
        PrecinctChangedMeanwhile: another edit came first.
    """
    if version is not None and version != get_version(precinct.pk):
        raise PrecinctChangedMeanwhile(
            _("Somebody changed the blocks of precinct %(code)s while this page was open; nothing was saved.")
            % {"code": precinct.code},
            hint=_("Load the page again, look at the change, and repeat yours if it is still wanted."),
        )


def save_edit(
    *,
    precinct: Precinct,
    kind: str,
    moves: Mapping[int, tuple[int | None, int | None]],
    by: Actor,
    on: date,
    summary: Saying,
    flagged: Mapping[int, bool] | None = None,
    params: dict[str, Any] | None = None,
    report: dict[str, Any] | None = None,
    undoes: BlockEdit | None = None,
) -> BlockEdit:
    """Record one edit and carry it out: the dated moves and the households' present block, together.

    Args:
        moves: household id to (block before, block after).
        flagged: household id to whether it now stands in its block by its street; others keep their flag.
    """
    edit = BlockEdit.objects.create(
        chapter_id=precinct.chapter_id,
        precinct=precinct,
        kind=kind,
        summaries=in_all_languages(summary, longest=200),
        made_by_id=by.user_id,
        params=params or {},
        report=report or {},
        undoes=undoes,
    )
    ids = list(moves)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO precincts_blockmove"
            ' (chapter_id, edit_id, household_id, from_block_id, to_block_id, "on")'
            " SELECT %s, %s, door, before, after, %s"
            " FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS moved (door, before, after)",
            [
                precinct.chapter_id, edit.pk, on, ids,
                [before for before, _after in moves.values()],
                [after for _before, after in moves.values()],
            ],
        )  # fmt: skip
        cursor.execute(
            "UPDATE precincts_household AS door SET block_id = moved.after, walk_position = NULL"
            " FROM unnest(%s::bigint[], %s::bigint[]) AS moved (door, after)"
            " WHERE door.id = moved.door",
            [ids, [after for _before, after in moves.values()]],
        )
    _set_flags(flagged or {})
    recount(chapter_id=precinct.chapter_id, precinct_ids=[precinct.pk])
    return edit


def _set_flags(flagged: Mapping[int, bool]) -> None:
    for value in (True, False):
        ids = [household_id for household_id, flag in flagged.items() if flag is value]
        if ids:
            Household.objects.filter(pk__in=ids, placed_by_street=not value).update(placed_by_street=value)


def order_walks(block_ids: Iterable[int]) -> None:
    """Give every door of these blocks its place in a short walk: building by building, then unit by unit."""
    wanted = sorted(set(block_ids))
    if not wanted:
        return
    by_block: dict[int, list[BuildingPlace]] = {block_id: [] for block_id in wanted}
    for building in list_buildings(block_ids=wanted):
        for block_id in building.block_ids:
            if block_id is not None:
                by_block[block_id].append(building)
    doors: list[int] = []
    positions: list[int] = []
    for block_id, buildings in by_block.items():
        walk = walk_doors(buildings, block_id)
        doors.extend(walk)
        positions.extend(range(1, len(walk) + 1))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE precincts_household AS door SET walk_position = walk.place"
            " FROM unnest(%s::bigint[], %s::int[]) AS walk (door, place)"
            " WHERE door.id = walk.door AND door.walk_position IS DISTINCT FROM walk.place",
            [doors, positions],
        )


def walk_doors(buildings: list[BuildingPlace], block_id: int) -> list[int]:
    """The household ids of one block in walking order.

    The walk a block has is kept as long as no other is clearly shorter: captains know it, and finding
    short walks has a share of chance.
    """
    from precincts.partition import lonlat_to_metres
    from precincts.route import route, walk_metres

    if not buildings:
        return []
    points = lonlat_to_metres(
        np.array([np.nan if b.lon is None else b.lon for b in buildings], dtype=float),
        np.array([np.nan if b.lat is None else b.lat for b in buildings], dtype=float),
    )
    streets = [b.street_key or None for b in buildings]
    numbers = [b.number or None for b in buildings]
    order = [int(index) for index in route(points, streets, numbers)]
    known = _known_order(buildings, block_id)
    if known is not None:
        kept, found = (walk_metres(points, np.array(walk), streets, numbers) for walk in (known, order))
        order = known if found >= kept * _CLEARLY_SHORTER else order
    walk: list[int] = []
    for index in order:
        doors = [door for door in buildings[index].doors if door.block_id == block_id]
        doors.sort(key=lambda door: (unit_order(door.unit_key), door.household_id))
        walk.extend(door.household_id for door in doors)
    return walk


def _known_order(buildings: list[BuildingPlace], block_id: int) -> list[int] | None:
    """The buildings in the order they have been walked in; None when a door has no place yet."""
    first: list[int] = []
    for building in buildings:
        places = [door.place for door in building.doors if door.block_id == block_id]
        if not places or None in places:
            return None
        first.append(min(place for place in places if place is not None))
    return sorted(range(len(buildings)), key=lambda index: first[index])


def unit_order(unit_key: str) -> tuple[tuple[int, int, str], ...]:
    """Units as people count them: 2 before 10, 10 before A."""
    parts = _UNIT_PARTS.findall(unit_key)
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts)


def close_blocks(block_ids: Iterable[int], on: date) -> list[list[Any]]:
    """Close open blocks on a day, never before they were opened, and end what captains they still have.

    Returns:
        The assignments that ended here, each as [id, the last day it said before (ISO) or None].
    """
    blocks = list(Block.objects.open().filter(pk__in=list(block_ids)))
    for block in blocks:
        block.closed_on = max(on, block.opened_on)
        block.save(update_fields=["closed_on"])
    ended: list[list[Any]] = []
    for row in BlockAssignment.objects.filter(block__in=blocks).exclude(ends_on__lte=on):
        ended.append([row.pk, row.ends_on.isoformat() if row.ends_on else None])
        row.ends_on = max(on, row.starts_on)
        row.save(update_fields=["ends_on"])
    return ended


def reopen_blocks(block_ids: Iterable[int], ended: Iterable[tuple[int, str | None]]) -> None:
    """Open blocks that were closed, and give back the assignments that `close_blocks` says it ended."""
    closed = list(block_ids)
    Block.objects.filter(pk__in=closed).update(closed_on=None)
    for assignment_id, ends_on in ended:
        BlockAssignment.objects.filter(pk=assignment_id, block__in=closed).update(
            ends_on=date.fromisoformat(ends_on) if ends_on else None
        )
