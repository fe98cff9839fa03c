"""Where the doors of a precinct stand and to which block they belong: what cutting, moving and the map read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Max, Q, QuerySet

from precincts.casing import in_plain_case
from precincts.enums import BlockEditKind
from precincts.models import Block, BlockAssignment, BlockEdit, Household, Voter


@dataclass(frozen=True, slots=True)
class DoorPlace:
    """One household as the cut sees it; `voters` counts the listed ones, `place` is where it stands in the walk."""

    household_id: int
    unit_key: str
    block_id: int | None
    voters: int
    by_street: bool
    place: int | None = None


@dataclass(slots=True)
class BuildingPlace:
    """One address point with its doors in one precinct."""

    building_id: int
    number: str
    street: str
    street_key: str
    lon: float | None
    lat: float | None
    doors: list[DoorPlace] = field(default_factory=list)

    @property
    def address(self) -> str:
        return in_plain_case(f"{self.number} {self.street}".strip())

    @property
    def voters(self) -> int:
        return sum(door.voters for door in self.doors)

    @property
    def block_ids(self) -> set[int | None]:
        return {door.block_id for door in self.doors}


def list_buildings(
    precinct_id: int | None = None, *, block_ids: Iterable[int] | None = None
) -> list[BuildingPlace]:
    """The buildings of a precinct, or of some blocks, each with its doors, by id. One query.

    A building whose doors belong to two precincts appears here with the doors of the one asked for.
    """
    rows = Household.objects.all()
    rows = rows.filter(precinct_id=precinct_id) if precinct_id is not None else rows
    rows = rows.filter(block_id__in=list(block_ids)) if block_ids is not None else rows
    found: dict[int, BuildingPlace] = {}
    columns = (
        "pk", "unit_key", "block_id", "placed_by_street", "walk_position", "listed", "building_id", "building__number",
        "building__street", "building__street_key", "building__lon", "building__lat",
    )  # fmt: skip
    counted = rows.annotate(listed=Count("voters", filter=Q(voters__is_listed=True)))
    for pk, unit, block_id, by_street, walked, listed, building_id, *place in (
        counted.order_by("building_id", "unit_key").values_list(*columns).iterator(chunk_size=5000)
    ):
        building = found.get(building_id)
        if building is None:
            building = found[building_id] = BuildingPlace(building_id, *place)
        building.doors.append(DoorPlace(pk, unit, block_id, listed, by_street, walked))
    return list(found.values())


def get_version(precinct_id: int) -> int:
    """The number of the precinct's latest edit, 0 before the first; a page sends back the one it showed."""
    return BlockEdit.objects.filter(precinct_id=precinct_id).aggregate(last=Max("pk"))["last"] or 0


def list_open_blocks(precinct_id: int) -> QuerySet[Block]:
    return Block.objects.filter(precinct_id=precinct_id, closed_on__isnull=True).order_by("number")


def get_undoable_edit(precinct_id: int) -> BlockEdit | None:
    """The latest edit that stands: neither an undo nor taken back already."""
    edits = BlockEdit.objects.filter(precinct_id=precinct_id, undone_by__isnull=True)
    return edits.exclude(kind=BlockEditKind.UNDO).select_related("made_by").order_by("-pk").first()


def count_kept_blocks(block_ids: Iterable[int], on: date) -> int:
    """How many of the blocks have a captain or backup on a day or later. One query."""
    kept = BlockAssignment.objects.filter(block__in=list(block_ids)).exclude(ends_on__lt=on)
    return kept.values("block").distinct().count()


def get_offered_undo(precinct_id: int, on: date) -> BlockEdit | None:
    """The edit that undoing would take back today; none where blocks it opened are kept by somebody since.

    One query; two for a cut.
    """
    edit = get_undoable_edit(precinct_id)
    opened = edit.report.get("opened", []) if edit is not None else []
    return None if opened and count_kept_blocks(opened, on) else edit


def list_edits(precinct_id: int, limit: int = 20) -> QuerySet[BlockEdit]:
    """The latest edits with their makers and whether they were taken back. One query."""
    return (
        BlockEdit.objects.filter(precinct_id=precinct_id)
        .select_related("made_by", "undone_by")
        .annotate(doors=Count("moves"))
        .order_by("-pk")[:limit]
    )


def get_captain_names(block_ids: Sequence[int], on: date) -> dict[int, str]:
    """The captain of each block on a day, by block; vacant ones are missing. One query."""
    rows = BlockAssignment.objects.in_force(on).captains().filter(block_id__in=block_ids)
    return {row.block_id: str(row.member) for row in rows.select_related("member")}


def count_voters_without_door(precinct_id: int) -> int:
    """Listed voters of the precinct whose address gave no household."""
    return Voter.objects.filter(precinct_id=precinct_id, household__isnull=True, is_listed=True).count()
