"""The precincts, buildings and doors of a chapter, for the process that reads its voter file, and what it found new.

A door belongs to the precinct of the people listed there; where a file says two, `settle` decides when everybody
is in.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import connection

from chapters.models import Chapter
from precincts.models import Building, Precinct
from precincts.services.imports.locks import lock_moving_doors
from precincts.services.imports.placing import (
    BUILDING_COLUMNS,
    BUILDINGS,
    DOOR_COLUMNS,
    DOORS,
    PRECINCTS,
    KnownPrecinct,
    Placed,
    Places,
)
from precincts.services.imports.staging import copy_bytes, fetch

_STRETCHES_AHEAD = 4
_KNOWN_ROWS = 20_000
_KNOWN = {
    BUILDINGS: "SELECT address_key, locality, id FROM precincts_building WHERE chapter_id = %s",
    DOORS: """
        SELECT building_id, unit_key, id, COALESCE(precinct_id, 0) FROM precincts_household
        WHERE chapter_id = %s
    """,
}


class Doors:
    """The places of one chapter that one import finds or makes.

    Attributes:
        places: what the process that reads knows of them at the end.
    """

    def __init__(self, chapter: Chapter, on: date) -> None:
        self._chapter = chapter
        self._on = on
        self.places = Places()

    def known_precincts(self) -> list[KnownPrecinct]:
        """Those in force."""
        rows = Precinct.objects.filter(chapter=self._chapter, valid_until__isnull=True).order_by("pk")
        return [KnownPrecinct(*row) for row in rows.values_list("pk", "county", "code", "name")]

    def has_buildings(self) -> bool:
        return Building.objects.filter(chapter=self._chapter).exists()

    def known(self, table: str) -> Iterator[list[Any]]:
        """The chapter's buildings or doors, some at a time, as `Placer` takes them up."""
        with connection.chunked_cursor() as cursor:
            cursor.execute(_KNOWN[table], [self._chapter.pk])
            while rows := cursor.fetchmany(_KNOWN_ROWS):
                yield rows

    def first_numbers(self, rows: int) -> dict[str, list[tuple[int, int]]]:
        """Numbers for some stretches of so many rows: more than can be in use before `numbers` gives more."""
        return self.numbers(dict.fromkeys((PRECINCTS, BUILDINGS, DOORS), _STRETCHES_AHEAD * rows))

    def numbers(self, wanted: dict[str, int]) -> dict[str, list[tuple[int, int]]]:
        """So many unused numbers of each table, as ranges (first, one after the last)."""
        return {table: _ranges(_next_ids(table, count)) for table, count in wanted.items() if count}

    def write(self, placed: Placed) -> None:
        """Write the places that are new."""
        Precinct.objects.bulk_create(
            Precinct(
                pk=new.number,
                chapter=self._chapter,
                county=new.county,
                code=new.code,
                name=new.name,
                valid_from=self._on,
            )
            for new in placed.precincts
        )
        for known in placed.renamed:
            Precinct.objects.filter(pk=known.number).update(county=known.county, name=known.name)
        if placed.buildings:
            copy_bytes(BUILDINGS, BUILDING_COLUMNS, placed.buildings)
        if placed.doors:
            copy_bytes(DOORS, DOOR_COLUMNS, placed.doors)

    def doubt_left(self, record_id: int) -> None:
        """Doors that somebody left may be another precinct's now."""
        left = fetch(
            """
            SELECT DISTINCT from_household_id FROM precincts_voterchange
            WHERE voter_import_id = %(record)s AND from_household_id IS NOT NULL
            """,
            {"record": record_id},
        )
        self.places.doubted.update(household_id for (household_id,) in left)

    def settle(self) -> None:
        """Give doors in doubt the precinct of the people listed there, else of anybody there."""
        doubted = sorted(self.places.doubted)
        if not doubted:
            return
        lock_moving_doors(doubted)
        moved = fetch(
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
            RETURNING h.precinct_id
            """,
            {"doubted": doubted},
        )
        # Such a door still stands in a block of the former precinct, also where the file names nobody new here.
        self.places.touched.update(precinct_id for (precinct_id,) in moved)


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


def _ranges(numbers: list[int]) -> list[tuple[int, int]]:
    """Ascending numbers as ranges (first, one after the last)."""
    starts = [at for at, number in enumerate(numbers) if at == 0 or numbers[at - 1] != number - 1]
    ends = [*starts[1:], len(numbers)]
    return [(numbers[start], numbers[end - 1] + 1) for start, end in zip(starts, ends, strict=True)]
