"""A block cut in two: which doors go into which half, and which half is nearer to somebody's home."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True)
class DoorToSplit:
    """One door with its listed voters and its place within the building (`order` sorts units as people count)."""

    door_id: int
    voters: int
    order: Any = ()


@dataclass(frozen=True, slots=True)
class BuildingToSplit:
    """One building with its doors in the block; `place` in metres on a plane, None when not known."""

    place: tuple[float, float] | None
    doors: tuple[DoorToSplit, ...]
    street: str | None = None
    number: str | None = None

    @property
    def voters(self) -> int:
        return sum(door.voters for door in self.doors)


@dataclass(frozen=True, slots=True)
class Half:
    """The doors of one half, their voters, and where those live on average (None: nowhere known)."""

    doors: frozenset[int]
    voters: int
    middle: tuple[float, float] | None


class CannotSplit(ValueError):
    """Fewer than two doors of the block have listed voters."""


def split_in_two(buildings: Sequence[BuildingToSplit]) -> tuple[Half, Half]:
    """Cut a block's doors in two compact halves of nearly equal voters; every door is in exactly one.

    Buildings stay whole as long as two of them have voters; a single tower is cut between two units. A building
    that has neither a place nor a neighbour by street goes with the smaller half.

    Raises:
        CannotSplit: fewer than two doors have listed voters.
    """
    if sum(door.voters > 0 for building in buildings for door in building.doors) < 2:
        raise CannotSplit
    if sum(building.voters > 0 for building in buildings) < 2:
        return _split_tower(buildings)
    labels = _label(buildings)
    sizes = [
        sum(b.voters for b, label in zip(buildings, labels, strict=True) if label == half) for half in (0, 1)
    ]
    spare = 0 if sizes[0] <= sizes[1] else 1
    placed = [spare if label not in (0, 1) else label for label in labels]
    halves = [
        _half([b for b, label in zip(buildings, placed, strict=True) if label == half]) for half in (0, 1)
    ]
    return halves[0], halves[1]


def _label(buildings: Sequence[BuildingToSplit]) -> list[int]:
    """The half of each building, -1 where the cut leaves it out; both halves have voters."""
    from precincts.partition import PartitionError, partition

    points = np.array([building.place or (np.nan, np.nan) for building in buildings], dtype=float)
    weights = np.array([building.voters for building in buildings], dtype=np.int64)
    streets = [building.street for building in buildings]
    numbers = [building.number for building in buildings]
    try:
        labels = [
            int(x) for x in partition(points, weights, parts=2, streets=streets, numbers=numbers).labels
        ]
    except PartitionError:
        labels = [-1] * len(buildings)
    if all(any(b.voters and x == half for b, x in zip(buildings, labels, strict=True)) for half in (0, 1)):
        return labels
    return _in_a_row(buildings)


def _in_a_row(buildings: Sequence[BuildingToSplit]) -> list[int]:
    """The buildings by street and number, cut where the two sides are most alike: for a block without a map."""
    order = sorted(
        range(len(buildings)),
        key=lambda i: (
            buildings[i].street or "",
            len(buildings[i].number or ""),
            buildings[i].number or "",
            i,
        ),
    )
    first = _cut_row([buildings[i].voters for i in order])
    labels = [1] * len(buildings)
    for place in order[:first]:
        labels[place] = 0
    return labels


def _cut_row(voters: Sequence[int]) -> int:
    """How many of a row go into the first half, so that both have voters and differ least."""
    whole, before = sum(voters), 0
    best, least = 0, math.inf
    for count, some in enumerate(voters, start=1):
        before += some
        if 0 < before < whole and abs(whole - 2 * before) < least:
            best, least = count, abs(whole - 2 * before)
    return best


def _split_tower(buildings: Sequence[BuildingToSplit]) -> tuple[Half, Half]:
    """The doors of the one building with voters, cut between two units; empty buildings go with the first half."""
    tower = next(building for building in buildings if building.voters)
    doors = sorted(tower.doors, key=lambda door: (door.order, door.door_id))
    first = _cut_row([door.voters for door in doors])
    one = [building for building in buildings if building is not tower]
    one.append(BuildingToSplit(tower.place, tuple(doors[:first])))
    return _half(one), _half([BuildingToSplit(tower.place, tuple(doors[first:]))])


def _half(buildings: Sequence[BuildingToSplit]) -> Half:
    placed = [(b.place, b.voters) for b in buildings if b.place is not None and b.voters]
    weight = sum(voters for _place, voters in placed)
    middle = None
    if weight:
        middle = (
            sum(place[0] * voters for place, voters in placed) / weight,
            sum(place[1] * voters for place, voters in placed) / weight,
        )
    doors = frozenset(door.door_id for building in buildings for door in building.doors)
    return Half(doors, sum(building.voters for building in buildings), middle)


def nearer_half(
    halves: tuple[Half, Half], *, home_door: int | None = None, home: tuple[float, float] | None = None
) -> int | None:
    """0 or 1: the half with the door somebody lives behind, else the one whose middle is nearer to their home.

    None when neither the door nor a distance says which.
    """
    for index, half in enumerate(halves):
        if home_door is not None and home_door in half.doors:
            return index
    one, other = halves[0].middle, halves[1].middle
    if home is None or one is None or other is None:
        return None
    first, second = math.dist(home, one), math.dist(home, other)
    return None if first == second else int(second < first)
