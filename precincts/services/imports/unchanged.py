"""Rows that stand in the file as they stood in the last one: known by their fingerprint, not read again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import connection

from precincts.services.imports.staging import analyse, copy_rows, execute, fetch, make_stage
from precincts.services.imports.stretches import fingerprint_lines
from precincts.services.imports.uploads import Reading, Upload
from precincts.voterfile.copytext import copy_line

_LINES = 20_000
_COLUMNS = ("line", "state_voter_id", "fingerprint")
_SEEN = "line bigint, state_voter_id text, fingerprint bigint"


class Unchanged:
    """The rows of a file by voter number and fingerprint, against those read last.

    Attributes:
        count: voters whose row has not changed.
    """

    def __init__(self, params: dict[str, Any]) -> None:
        self._params = params
        self.count = 0

    def find(self, upload: Upload, on: date, *, between: Callable[[int, float], None]) -> None:
        """Write everybody whose row has not changed to `import_known`.

        Of rows with one number the first counts, as everywhere.

        Args:
            between: told now and then how many rows were looked at, and which share of the file that is.

        Raises:
            FileFault: what opening and reading the file raises.
        """
        make_stage("import_seen", _SEEN)
        make_stage("import_twice", "state_voter_id text, first bigint")
        reading = Reading()
        rows = (
            f"{line}\t{voter_id}\t{mark}\n"
            if voter_id.isalnum()
            else copy_line((str(line), voter_id, str(mark)))
            for line, voter_id, mark in fingerprint_lines(upload, on, reading)
        )
        copy_rows("import_seen", _COLUMNS, rows, between=lambda copied: between(copied, reading.share))
        execute(
            """
            INSERT INTO import_twice
            SELECT state_voter_id, min(line) FROM import_seen GROUP BY state_voter_id HAVING count(*) > 1
            """
        )
        analyse("import_seen", "import_twice")
        self.count = execute(
            """
            INSERT INTO import_known
            SELECT s.line, v.id, v.household_id, NULL
            FROM import_seen s
            JOIN precincts_voter v ON v.chapter_id = %(chapter)s AND v.state = %(state)s
                 AND v.state_voter_id = s.state_voter_id AND v.fingerprint = s.fingerprint
            WHERE v.gone_on IS NULL
              AND NOT EXISTS (SELECT 1 FROM import_twice t
                              WHERE t.state_voter_id = s.state_voter_id AND t.first < s.line)
            """,
            self._params,
        )
        analyse("import_known")

    def lines(self) -> bytes:
        """By line, 1 where the row is among them."""
        last = fetch("SELECT COALESCE(max(line), 0) FROM import_known")[0][0]
        same = bytearray(last + 1)
        with connection.chunked_cursor() as cursor:
            cursor.execute("SELECT line FROM import_known")
            while lines := cursor.fetchmany(_LINES):
                for (line,) in lines:
                    same[line] = 1
        return bytes(same)

    def drop_later(self) -> list[tuple[int, int]]:
        """Leave of equal voter numbers in the stage the first; returns (line left out, line of the first)."""
        return fetch(
            """
            DELETE FROM import_stage s
            USING (SELECT t.state_voter_id, t.first FROM import_twice t
                   JOIN import_known k ON k.line = t.first
                   UNION ALL
                   SELECT state_voter_id, min(line) FROM import_stage GROUP BY state_voter_id
                   HAVING count(*) > 1) twice
            WHERE s.state_voter_id = twice.state_voter_id AND s.line > twice.first
            RETURNING s.line, twice.first
            """
        )

    def counties(self) -> list[str]:
        """Where these people are registered."""
        statement = "SELECT DISTINCT v.county FROM precincts_voter v"
        people = "v.chapter_id = %(chapter)s AND v.county <> ''"
        known = [row[0] for row in fetch(f"{statement} WHERE {people}", self._params)]
        if not self.count or len(known) == 1:  # of one county there is nothing to tell apart
            return known if self.count else []
        joined = f"{statement} JOIN import_known k ON k.voter_id = v.id WHERE {people}"
        return [row[0] for row in fetch(joined, self._params)]
