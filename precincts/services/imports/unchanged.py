"""The people of a chapter whose rows stand in a file as they stood in the last one, and all the others."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import connection

from precincts.services.imports.staging import (
    analyse,
    copy_bytes,
    execute,
    fetch,
    insert_values,
    make_stage,
)
from precincts.services.imports.stretches import lines_of
from precincts.services.imports.uploads import Upload

_ROWS = 20_000
_OF_FILES = "v.chapter_id = %(chapter)s AND v.state_voter_id IS NOT NULL AND v.gone_on IS NULL"

UNCHANGED = f"""
    {_OF_FILES} AND v.fingerprint IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM import_other o WHERE o.voter_id = v.id)
"""


class Unchanged:
    """Who is unchanged, kept by who is not: everybody in the chapter else stands in `import_other`.

    Attributes:
        count: voters whose row has not changed.
    """

    def __init__(self, params: dict[str, Any]) -> None:
        self._params = params
        self.count = 0
        make_stage("import_other", "voter_id bigint")

    def fingerprints(self) -> Iterator[list[tuple[int, int]]]:
        """The fingerprint and number of everybody in the file read last, some at a time, ascending."""
        with connection.chunked_cursor() as cursor:
            cursor.execute(
                f"""
                SELECT v.fingerprint, v.id FROM precincts_voter v
                WHERE {_OF_FILES} AND v.fingerprint IS NOT NULL ORDER BY v.fingerprint
                """,
                self._params,
            )
            while rows := cursor.fetchmany(_ROWS):
                yield rows

    def take_up(self, count: int, others: bytes) -> None:
        """Know what the reading found.

        Args:
            count: whose rows stand in the file.
            others: the numbers of the rest of `fingerprints`, as 64-bit integers.
        """
        self.count = count
        numbers = array("q", others)
        for start in range(0, len(numbers), _ROWS):
            rows = "".join([f"{number}\n" for number in numbers[start : start + _ROWS]])
            copy_bytes("import_other", ("voter_id",), rows.encode())
        execute(
            f"INSERT INTO import_other SELECT v.id FROM precincts_voter v WHERE {_OF_FILES} AND v.fingerprint IS NULL",
            self._params,
        )
        analyse("import_other")

    def keep_first(self, upload: Upload, on: date) -> list[tuple[int, int]]:
        """Of rows with one voter number let the first count; gives (line left out, line of the first)."""
        make_stage("import_first", "state_voter_id text, line bigint")
        left_out = self._keep_first_of_known(upload, on)
        return left_out + fetch(
            """
            DELETE FROM import_stage s
            USING (SELECT state_voter_id, line FROM import_first
                   UNION ALL
                   SELECT state_voter_id, min(line) FROM import_stage
                   WHERE state_voter_id NOT IN (SELECT state_voter_id FROM import_first)
                   GROUP BY state_voter_id HAVING count(*) > 1) first
            WHERE s.state_voter_id = first.state_voter_id AND s.line > first.line
            RETURNING s.line, first.line
            """
        )

    def _keep_first_of_known(self, upload: Upload, on: date) -> list[tuple[int, int]]:
        """Of people who are in the file as they were and otherwise, too."""
        twice = fetch(
            f"""
            SELECT s.state_voter_id, v.id, v.fingerprint, min(s.line)
            FROM import_stage s
            JOIN precincts_voter v ON v.state = %(state)s AND v.state_voter_id = s.state_voter_id
            WHERE {UNCHANGED} GROUP BY s.state_voter_id, v.id, v.fingerprint
            """,
            self._params,
        )
        if not twice:
            return []
        places = lines_of(upload, on, {voter_id for voter_id, *_rest in twice})
        firsts, changed, left_out = [], [], []
        for voter_id, number, mark, staged in twice:
            known = next(line for line, other in places[voter_id] if other == mark)
            firsts.append((voter_id, min(known, staged)))
            if staged < known:
                changed.append((number,))
                left_out.append((known, staged))
        insert_values("import_first", firsts)
        insert_values("import_other", changed)
        self.count -= len(changed)
        return left_out

    def counties(self) -> list[str]:
        """Where these people are registered."""
        statement = "SELECT DISTINCT v.county FROM precincts_voter v"
        people = "v.chapter_id = %(chapter)s AND v.county <> ''"
        known = [row[0] for row in fetch(f"{statement} WHERE {people}", self._params)]
        if not self.count or len(known) == 1:  # of one county there is nothing to tell apart
            return known if self.count else []
        return [row[0] for row in fetch(f"{statement} WHERE {people} AND {UNCHANGED}", self._params)]
