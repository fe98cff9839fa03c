"""Every row of a voter file gets its precinct, building and door: known ones, or new ones named here.

Works without the database, in the process that reads the file: what is known is told beforehand, and the numbers
of new rows come from a supply. What is new is written out as COPY text.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np

from precincts.services.imports.numbers import Integers, Numbers, first_unknown
from precincts.services.imports.stretches import Area, Stretch, Town
from precincts.voterfile.copytext import NULL, copy_line
from precincts.voterfile.faults import Reject
from precincts.voterfile.voter_cells import Place

PRECINCTS, BUILDINGS, DOORS = "precincts_precinct", "precincts_building", "precincts_household"
BUILDING_COLUMNS = (
    "id", "chapter_id", "address_key", "locality", "number", "street", "street_key", "city", "state", "postcode",
)  # fmt: skip
DOOR_COLUMNS = ("id", "chapter_id", "building_id", "unit", "unit_key", "precinct_id", "placed_by_street")


@dataclass
class KnownPrecinct:
    """A precinct in force."""

    number: int
    county: str
    code: str
    name: str


@dataclass
class Placed:
    """Some rows of the file with their places, and the places that are new, as COPY text.

    Attributes:
        lines: the line of each row.
        voters: `voterfile.voters.ROW_COLUMNS`, county, precinct and household of each row.
        buildings: new ones, by `BUILDING_COLUMNS`.
        doors: new ones, by `DOOR_COLUMNS`.
        precincts: new ones.
        renamed: known ones that the file gives a county or a name.
        used: how many numbers were taken from the supply of each table.
    """

    lines: array[int]
    voters: bytes
    rejects: list[Reject]
    rows_read: int
    share: float
    names: list[str]
    starts: list[int]
    buildings: bytes = b""
    doors: bytes = b""
    precincts: list[KnownPrecinct] = field(default_factory=list)
    renamed: list[KnownPrecinct] = field(default_factory=list)
    used: dict[str, int] = field(default_factory=dict)


@dataclass
class Places:
    """What is known of the places when the whole file is read.

    Attributes:
        touched: the precincts that the file names.
        doubted: doors whose people are of two precincts, or of another than the door.
        doors: how many doors the file names.
    """

    touched: set[int] = field(default_factory=set)
    doubted: set[int] = field(default_factory=set)
    doors: int = 0


class Placer:
    """The places of one chapter that one import finds or makes."""

    def __init__(
        self,
        chapter_id: int,
        state: str,
        precincts: Iterable[KnownPrecinct],
        take: Callable[[str, int], list[int]],
    ) -> None:
        """Get ready to place.

        Args:
            precincts: those in force.
            take: gives so many unused numbers for a table, in ascending order.
        """
        self._chapter = chapter_id
        self._state = state
        self._known = {(precinct.county, precinct.code): precinct for precinct in precincts}
        self._take = take
        self._precincts: list[int] = []
        self._areas: list[str] = []
        self._localities: list[str] = []
        self._town_texts: list[str] = []
        self._buildings, self._doors = Numbers(1), Numbers(2)
        self._knows_doors = False
        self._used: list[Integers] = []
        self._places = Places()

    def know_buildings(self, rows: Iterable[tuple[str, str, int]]) -> None:
        """Take up buildings of the chapter: key, locality, number."""
        rows = list(rows)
        keys = _hashes((key, locality) for key, locality, _number in rows)
        self._buildings.add(keys, np.array([row[2:] for row in rows], np.int64))

    def know_doors(self, rows: Iterable[tuple[int, str, int, int]]) -> None:
        """Take up doors of the chapter: building, unit, number, and precinct (0 for none)."""
        rows, self._knows_doors = list(rows), True
        keys = _hashes((building, unit) for building, unit, _number, _precinct in rows)
        self._doors.add(keys, np.array([row[2:] for row in rows], np.int64))

    def place(self, stretch: Stretch) -> Placed:
        """Find every row's precinct and door, or name new ones; in the order of the file."""
        placed = Placed(
            array("q", stretch.lines),
            b"",
            stretch.rejects,
            stretch.rows_read,
            stretch.share,
            stretch.names,
            stretch.starts,
        )
        self._name_areas(stretch.new_areas, placed)
        self._name_towns(stretch.new_towns)
        buildings = self._find_buildings(stretch.places, placed)
        households = self._find_doors(buildings, stretch, placed)
        if self._knows_doors:
            self._used.append(households)
        numbers = [*map(str, households.tolist()), NULL]  # -1, for no door, is the last
        areas = self._areas
        named = zip(stretch.rows, stretch.areas, stretch.homes, strict=True)
        placed.voters = "".join(
            [f"{row}\t{areas[area]}\t{numbers[home]}\n" for row, area, home in named]
        ).encode()
        return placed

    def places(self) -> Places:
        """What is known at the end."""
        if self._used:
            self._places.doors = len(np.unique(np.concatenate(self._used)))
        elif not self._knows_doors:
            self._places.doors = len(self._doors)
        return self._places

    def _next(self, table: str, count: int, placed: Placed) -> list[int]:
        placed.used[table] = placed.used.get(table, 0) + count
        return self._take(table, count)

    def _name_areas(self, areas: Iterable[Area], placed: Placed) -> None:
        """Precincts by county and code; one that boundaries brought without a county is given it."""
        for area in areas:
            number = self._precinct(area, placed).number if area.code else 0
            if number:
                self._places.touched.add(number)
            self._precincts.append(number)
            self._areas.append(copy_line((area.county, str(number or NULL)))[:-1])

    def _precinct(self, area: Area, placed: Placed) -> KnownPrecinct:
        key, name = (area.county, area.code), area.name[:120]
        precinct = self._known.get(key) or self._adopt(area, placed)
        if precinct is None:
            number = self._next(PRECINCTS, 1, placed)[0]
            precinct = KnownPrecinct(number, area.county, area.code, name)
            placed.precincts.append(precinct)
        elif name and not precinct.name:
            precinct.name = name
            placed.renamed.append(precinct)
        self._known[key] = precinct
        return precinct

    def _adopt(self, area: Area, placed: Placed) -> KnownPrecinct | None:
        precinct = self._known.pop(("", area.code), None) if area.county else None
        if precinct is not None:
            precinct.county = area.county
            placed.renamed.append(precinct)
        return precinct

    def _name_towns(self, towns: list[Town]) -> None:
        self._localities += [town.locality[:80] for town in towns]
        self._town_texts += [copy_line((town.city[:80], self._state, town.postcode)) for town in towns]

    def _find_buildings(self, places: list[Place], placed: Placed) -> Integers:
        """The building of each place. Keys and streets are words of letters, digits and slashes: plain COPY text."""
        localities = self._localities
        keys = _hashes([(key, localities[town]) for key, _street, _unit, town in places])
        found = self._buildings.find(keys)[:, 0]
        new = first_unknown(keys, found)
        if not len(new):
            return found
        ids = self._next(BUILDINGS, len(new), placed)
        rows = []
        for number, spot in zip(ids, new.tolist(), strict=True):
            key, street, _unit, town = places[spot]
            house, road = key[: len(key) - len(street)].strip()[:20], street[:120]
            rows.append(
                f"{number}\t{self._chapter}\t{key}\t{localities[town]}\t{house}\t{road}\t{road}\t{self._town_texts[town]}"
            )
        placed.buildings = "".join(rows).encode()
        self._buildings.add(keys[new], np.array(ids, np.int64)[:, None])
        return self._buildings.find(keys)[:, 0]

    def _find_doors(self, buildings: Integers, stretch: Stretch, placed: Placed) -> Integers:
        """The household of each place; doors of two precincts are remembered."""
        places, homes = stretch.places, buildings.tolist()
        units = [place[2] for place in places]
        keys = _hashes(zip(homes, units, strict=True))
        precincts = np.array([self._precincts[area] for area in stretch.place_areas], np.int64)
        new = first_unknown(keys, self._doors.find(keys)[:, 0])
        if len(new):
            ids = self._next(DOORS, len(new), placed)
            of = [str(precinct) if precinct else NULL for precinct in precincts.tolist()]
            rows = [
                f"{number}\t{self._chapter}\t{homes[spot]}\t{units[spot]}\t{units[spot]}\t{of[spot]}\tf\n"
                for number, spot in zip(ids, new.tolist(), strict=True)
            ]
            placed.doors = "".join(rows).encode()
            self._doors.add(keys[new], np.column_stack([np.array(ids, np.int64), precincts[new]]))
        found = self._doors.find(keys)
        doubted = found[:, 1] != precincts
        doubted[list(stretch.mixed)] = True
        self._places.doubted.update(found[doubted, 0].tolist())
        return found[:, 0]


def _hashes(keys: Iterable[tuple[object, object]]) -> Integers:
    return np.fromiter(map(hash, keys), np.int64)
