"""What somebody points at when doors are to move: a building, a side of a street, a street, single doors."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np

from precincts.addresses import number_value
from precincts.casing import in_plain_case
from precincts.models import Block
from precincts.selectors.blocks import BuildingPlace, DoorPlace, list_buildings


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to point at inside one block. `token` names it in a form."""

    token: str
    buildings: int
    doors: int
    voters: int
    parity: int | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """A block that doors can go to: its listed voters now, and metres to its nearest building."""

    block: Block
    voters: int
    metres: float


@dataclass(frozen=True, slots=True)
class StreetSide:
    """The buildings of one block on one side of one street, by number."""

    street: str
    choice: Choice
    buildings: list[tuple[BuildingPlace, Choice, list[DoorPlace]]]


def parity_of(building: BuildingPlace) -> int:
    """1 for odd house numbers, 0 for even ones, 2 where there is no number."""
    number = number_value(building.number)
    return 2 if number is None else number % 2


def expand(tokens: Collection[str], *, precinct_id: int, block_id: int | None) -> list[int]:
    """The household ids that the tokens name among one block's doors (None: the doors in no block). One query.

    Tokens: `door:7`, `building:7`, `side:MILL ST:1`, `street:MILL ST`; unknown ones name nothing.
    """
    wanted = set(tokens)
    found = []
    for building in list_buildings(precinct_id):
        whole = wanted & {
            f"building:{building.building_id}",
            f"side:{building.street_key}:{parity_of(building)}",
            f"street:{building.street_key}",
        }
        found += [
            door.household_id
            for door in building.doors
            if door.block_id == block_id and (whole or f"door:{door.household_id}" in wanted)
        ]
    return found


def list_choices(buildings: Iterable[BuildingPlace], building_id: int, block_id: int | None) -> list[Choice]:
    """The building, its side of the street and the whole street, each within the block; empty when it has no doors there."""
    rows = list(buildings)
    picked = next((b for b in rows if b.building_id == building_id), None)
    if picked is None or block_id not in picked.block_ids:
        return []
    parity = parity_of(picked)
    on_street = [b for b in rows if b.street_key == picked.street_key]
    on_side = [b for b in on_street if parity_of(b) == parity]
    choices = [_choice(f"building:{building_id}", [picked], block_id)]
    if picked.street_key:
        choices.append(_choice(f"side:{picked.street_key}:{parity}", on_side, block_id, parity))
        choices.append(_choice(f"street:{picked.street_key}", on_street, block_id))
    return [
        choice
        for place, choice in enumerate(choices)
        if place == 0 or choice.buildings > choices[place - 1].buildings
    ]


def list_targets(
    buildings: Iterable[BuildingPlace], blocks: Iterable[Block], building_id: int, block_id: int | None
) -> list[Target]:
    """Every other block with its size, the nearest first."""
    rows = list(buildings)
    picked = next(b for b in rows if b.building_id == building_id)
    voters: dict[int | None, int] = {}
    metres: dict[int | None, float] = {}
    away = _distances(rows, picked)
    for building, distance in zip(rows, away, strict=True):
        for door in building.doors:
            voters[door.block_id] = voters.get(door.block_id, 0) + door.voters
            metres[door.block_id] = min(metres.get(door.block_id, np.inf), distance)
    targets = [
        Target(block, voters.get(block.pk, 0), metres.get(block.pk, np.inf))
        for block in blocks
        if block.pk != block_id
    ]
    return sorted(targets, key=lambda target: (target.metres, target.block.number))


def list_street_sides(buildings: Iterable[BuildingPlace], block_id: int | None) -> list[StreetSide]:
    """A block's buildings with listed voters, street by street, odd side before even."""
    sides: dict[tuple[str, int], list[BuildingPlace]] = {}
    for building in buildings:
        if any(door.block_id == block_id and door.voters for door in building.doors):
            sides.setdefault((building.street_key, -parity_of(building) % 3), []).append(building)
    found = []
    for (street_key, _order), inside in sorted(sides.items(), key=lambda item: item[0]):
        inside.sort(key=lambda b: (number_value(b.number) or 0, b.number))
        parity = parity_of(inside[0])
        rows = [
            (
                b,
                _choice(f"building:{b.building_id}", [b], block_id),
                [d for d in b.doors if d.block_id == block_id],
            )
            for b in inside
        ]
        side = _choice(f"side:{street_key}:{parity}", inside, block_id, parity)
        found.append(StreetSide(in_plain_case(inside[0].street), side, rows))
    return found


def _choice(
    token: str, buildings: list[BuildingPlace], block_id: int | None, parity: int | None = None
) -> Choice:
    doors = [(b.building_id, door) for b in buildings for door in b.doors if door.block_id == block_id]
    return Choice(
        token=token,
        buildings=len({building_id for building_id, door in doors if door.voters}),
        doors=sum(1 for _building, door in doors if door.voters),
        voters=sum(door.voters for _building, door in doors),
        parity=parity,
    )


def _distances(rows: list[BuildingPlace], picked: BuildingPlace) -> list[float]:
    """Metres from the picked building to each; infinite where either has no coordinates."""
    from precincts.partition import lonlat_to_metres

    if picked.lon is None or picked.lat is None:
        return [np.inf] * len(rows)
    lon = np.array([np.nan if b.lon is None else b.lon for b in rows], dtype=float)
    lat = np.array([np.nan if b.lat is None else b.lat for b in rows], dtype=float)
    points = lonlat_to_metres(lon, lat, origin=(picked.lon, picked.lat))
    return [float(away) for away in np.nan_to_num(np.hypot(points[:, 0], points[:, 1]), nan=np.inf)]
