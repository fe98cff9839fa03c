"""The places of a voter file: its precincts, buildings and doors, found or made a stretch at a time.

`place` works without the database, so that it can run while the last stretch is being written; the numbers of
new rows come from a supply that `write` fills up. A door belongs to the precinct of the people listed there;
where a file says two, `settle` decides when everybody is in.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from django.db import connection

from chapters.models import Chapter
from precincts.models import Precinct
from precincts.services.imports import stretches
from precincts.services.imports.locks import lock_moving_doors
from precincts.services.imports.numbers import Integers, Numbers, first_unknown
from precincts.services.imports.staging import copy_text, execute, fetch
from precincts.services.imports.stretches import Area, Stretch, Town
from precincts.voterfile.copytext import NULL, copy_line
from precincts.voterfile.voter_cells import Place

AHEAD = 1
"""How many stretches may be placed before they are written."""

_BUILDING = (
    "id", "chapter_id", "address_key", "locality", "number", "street", "street_key", "city", "state", "postcode",
)  # fmt: skip
_DOOR = ("id", "chapter_id", "building_id", "unit", "unit_key", "precinct_id", "placed_by_street")
_TABLES = ("precincts_precinct", "precincts_building", "precincts_household")
_KNOWN = 20_000


@dataclass
class Placed:
    """A stretch with every row's place, and the places that are new.

    Attributes:
        rows: COPY text of `voterfile.voters.ROW_COLUMNS`, county, precinct and household.
        precincts: new ones.
        renamed: known ones that the file gives a county or a name.
        buildings: new ones, as COPY text.
        doors: new ones, as COPY text.
    """

    stretch: Stretch
    rows: list[str] = field(default_factory=list)
    precincts: list[Precinct] = field(default_factory=list)
    renamed: list[Precinct] = field(default_factory=list)
    buildings: list[str] = field(default_factory=list)
    doors: list[str] = field(default_factory=list)


class Doors:
    """The places of one chapter that one import finds or makes.

    Attributes:
        touched: the precincts that the file names.
        used: the doors that the file names.
    """

    def __init__(self, chapter: Chapter, on: date) -> None:
        self._chapter = chapter
        self._on = on
        self._known: dict[tuple[str, str], Precinct] = {
            (precinct.county, precinct.code): precinct
            for precinct in Precinct.objects.filter(chapter=chapter, valid_until__isnull=True)
        }
        self._supply: dict[str, deque[int]] = {table: deque() for table in _TABLES}
        self._precincts: list[int] = []
        self._areas: list[str] = []
        self._towns: list[Town] = []
        self._town_texts: list[str] = []
        self._buildings, self._doors = Numbers(1), Numbers(2)
        self._doubted: set[int] = set()
        self.touched: set[int] = set()
        self.used: list[Integers] = []

    def load(self) -> None:
        """Take up the buildings and doors that the chapter has, and numbers for new ones."""
        self._load_buildings()
        self._load_doors()
        self._fill_up()

    def place(self, stretch: Stretch) -> Placed:
        """Find every row's precinct and door, or name new ones; in the order of the file."""
        placed = Placed(stretch)
        self._name_areas(stretch.new_areas, placed)
        self._name_towns(stretch.new_towns)
        buildings = self._find_buildings(placed)
        households = self._find_doors(buildings, placed)
        self.used.append(households)
        numbers = [*map(str, households.tolist()), NULL]  # -1, for no door, is the last
        areas = self._areas
        named = zip(stretch.rows, stretch.areas, stretch.homes, strict=True)
        placed.rows = [f"{row}\t{areas[area]}\t{numbers[home]}" for row, area, home in named]
        return placed

    def write(self, placed: Placed) -> None:
        """Write the places that are new."""
        Precinct.objects.bulk_create(placed.precincts)
        Precinct.objects.bulk_update(placed.renamed, ["county", "name"])
        if placed.buildings:
            copy_text("precincts_building", _BUILDING, placed.buildings)
        if placed.doors:
            copy_text("precincts_household", _DOOR, placed.doors)
        self._fill_up()

    def _fill_up(self) -> None:
        least = (AHEAD + 3) * stretches.STRETCH_ROWS
        for table, numbers in self._supply.items():
            if len(numbers) < least:
                numbers.extend(_next_ids(table, 2 * least))

    def _next(self, table: str, count: int) -> list[int]:
        supply = self._supply[table]
        return [supply.popleft() for _ in range(count)]

    def _name_areas(self, areas: Iterable[Area], placed: Placed) -> None:
        """Precincts by county and code; one that boundaries brought without a county is given it."""
        for area in areas:
            number = self._precinct(area, placed).pk if area.code else 0
            if number:
                self.touched.add(number)
            self._precincts.append(number)
            self._areas.append(copy_line((area.county, str(number or NULL)))[:-1])

    def _name_towns(self, towns: list[Town]) -> None:
        self._towns += towns
        self._town_texts += [
            copy_line((town.city[:80], self._chapter.state, town.postcode)) for town in towns
        ]

    def _precinct(self, area: Area, placed: Placed) -> Precinct:
        key, name = (area.county, area.code), area.name[:120]
        precinct = self._known.get(key) or self._adopt(area, placed)
        if precinct is None:
            precinct = Precinct(
                pk=self._next("precincts_precinct", 1)[0],
                chapter=self._chapter,
                county=area.county,
                code=area.code,
                name=name,
                valid_from=self._on,
            )
            placed.precincts.append(precinct)
        elif name and not precinct.name:
            precinct.name = name
            placed.renamed.append(precinct)
        self._known[key] = precinct
        return precinct

    def _adopt(self, area: Area, placed: Placed) -> Precinct | None:
        precinct = self._known.pop(("", area.code), None) if area.county else None
        if precinct is not None:
            precinct.county = area.county
            placed.renamed.append(precinct)
        return precinct

    def _load_buildings(self) -> None:
        with connection.chunked_cursor() as cursor:
            cursor.execute(
                "SELECT address_key, locality, id FROM precincts_building WHERE chapter_id = %s",
                [self._chapter.pk],
            )
            while rows := cursor.fetchmany(_KNOWN):
                keys = _hashes((key, locality) for key, locality, _id in rows)
                self._buildings.add(keys, np.array([row[2:] for row in rows], np.int64))

    def _load_doors(self) -> None:
        with connection.chunked_cursor() as cursor:
            cursor.execute(
                """
                SELECT building_id, unit_key, id, COALESCE(precinct_id, 0) FROM precincts_household
                WHERE chapter_id = %s
                """,
                [self._chapter.pk],
            )
            while rows := cursor.fetchmany(_KNOWN):
                keys = _hashes((building, unit) for building, unit, _id, _precinct in rows)
                self._doors.add(keys, np.array([row[2:] for row in rows], np.int64))

    def _find_buildings(self, placed: Placed) -> Integers:
        """The building of each place."""
        places, towns = placed.stretch.places, self._towns
        keys = _hashes((place.address_key, towns[place.town].locality[:80]) for place in places)
        found = self._buildings.find(keys)[:, 0]
        new = first_unknown(keys, found)
        if not len(new):
            return found
        ids = self._next("precincts_building", len(new))
        placed.buildings = [
            self._building(number, places[spot]) for number, spot in zip(ids, new, strict=True)
        ]
        self._buildings.add(keys[new], np.array(ids, np.int64)[:, None])
        return self._buildings.find(keys)[:, 0]

    def _building(self, number: int, place: Place) -> str:
        """COPY text; keys and streets are words of letters, digits and slashes, towns are escaped already."""
        key, street = place.address_key, place.street
        house = key[: len(key) - len(street)].strip()[:20]
        start = f"{number}\t{self._chapter.pk}\t{key}\t{self._towns[place.town].locality[:80]}\t{house}"
        return f"{start}\t{street[:120]}\t{street[:120]}\t{self._town_texts[place.town]}"

    def _find_doors(self, buildings: Integers, placed: Placed) -> Integers:
        """The household of each place; doors of two precincts are remembered."""
        stretch, places = placed.stretch, placed.stretch.places
        homes = buildings.tolist()
        keys = _hashes((building, place.unit) for building, place in zip(homes, places, strict=True))
        precincts = np.array([self._precincts[area] for area in stretch.place_areas], np.int64)
        new = first_unknown(keys, self._doors.find(keys)[:, 0])
        if len(new):
            ids = self._next("precincts_household", len(new))
            placed.doors = [
                self._door(number, homes[spot], places[spot].unit, int(precincts[spot]))
                for number, spot in zip(ids, new.tolist(), strict=True)
            ]
            self._doors.add(keys[new], np.column_stack([np.array(ids, np.int64), precincts[new]]))
        found = self._doors.find(keys)
        doubted = found[:, 1] != precincts
        doubted[list(stretch.mixed)] = True
        self._doubted.update(found[doubted, 0].tolist())
        return found[:, 0]

    def _door(self, number: int, building: int, unit: str, precinct: int) -> str:
        return f"{number}\t{self._chapter.pk}\t{building}\t{unit}\t{unit}\t{precinct or NULL}\tf\n"

    def doubt_left(self, record_id: int) -> None:
        """Doors that somebody left may be another precinct's now."""
        left = fetch(
            """
            SELECT DISTINCT from_household_id FROM precincts_voterchange
            WHERE voter_import_id = %(record)s AND from_household_id IS NOT NULL
            """,
            {"record": record_id},
        )
        self._doubted.update(household_id for (household_id,) in left)

    def settle(self) -> None:
        """Give doors in doubt the precinct of the people listed there, else of anybody there."""
        doubted = sorted(self._doubted)
        if not doubted:
            return
        lock_moving_doors(doubted)
        execute(
            """
            UPDATE precincts_household h SET precinct_id = p.precinct_id
            FROM (SELECT v.household_id,
                         COALESCE(min(v.precinct_id) FILTER (WHERE v.status NOT IN ('removed', 'denied')),
                                  min(v.precinct_id)) AS precinct_id
                  FROM precincts_voter v
                  WHERE v.household_id = ANY(%(doubted)s) AND v.gone_on IS NULL
                  GROUP BY v.household_id) p
            WHERE h.id = p.household_id AND p.precinct_id IS NOT NULL
              AND h.precinct_id IS DISTINCT FROM p.precinct_id
            """,
            {"doubted": doubted},
        )


def _hashes(keys: Iterable[tuple[object, object]]) -> Integers:
    return np.fromiter(map(hash, keys), np.int64)


def _next_ids(table: str, count: int) -> list[int]:
    """Numbers for new rows, in ascending order."""
    rows = fetch(
        """
        SELECT nextval(s.name)
        FROM (SELECT pg_get_serial_sequence(%(table)s, 'id')::regclass AS name OFFSET 0) s,
             generate_series(1, %(count)s)
        """,
        {"table": table, "count": count},
    )
    return [number for (number,) in rows]
