"""Rows into a temporary table by COPY, a stretch at a time, with progress between two stretches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from io import BytesIO
from typing import Any

import psycopg2
from django.db import connection
from psycopg2.extras import execute_values

from core.errors import DomainError
from precincts.models import ImportReject, VoterImport
from precincts.services.imports.uploads import Reading
from precincts.voterfile.copytext import CopyStream
from precincts.voterfile.faults import Fault, FileFault, Reject
from precincts.words import say_reason

COPY_ROWS = 50_000
_FEW_ROWS = 200
_TOLERATED = 0.5

IMPORT_LOCK = 0x5601


def lock_imports(chapter_id: int) -> None:
    """Let one import at a time change a chapter's people; waits, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [IMPORT_LOCK, chapter_id])


def make_stage(name: str, columns: str) -> None:
    """A temporary table, dropped when the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {name}")
        cursor.execute(f"CREATE TEMPORARY TABLE {name} ({columns}) ON COMMIT DROP")


def copy_rows(
    name: str, columns: Sequence[str], lines: Iterator[str], *, between: Callable[[int], None]
) -> int:
    """COPY all lines into a stage; `between` is told how many are in after each stretch. Returns their number."""
    statement = f"COPY {name} ({', '.join(columns)}) FROM STDIN"
    copied = 0
    while True:
        stream = CopyStream(lines, limit=COPY_ROWS)
        try:
            with connection.cursor() as cursor:
                cursor.copy_expert(statement, stream, 65536)
        except psycopg2.Error:
            if stream.error is not None:
                raise stream.error from None
            raise
        copied += stream.count
        between(copied)
        if stream.is_exhausted:
            return copied


def copy_bytes(table: str, columns: Sequence[str], text: bytes) -> None:
    """COPY text into a table."""
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {table} ({', '.join(columns)}) FROM STDIN", BytesIO(text), len(text) + 1)


def analyse(*names: str) -> None:
    """Let the planner know what a stage holds."""
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f"ANALYZE {name}")


def execute(statement: str, params: dict[str, Any] | None = None) -> int:
    """Run one statement; returns how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return int(cursor.rowcount)


def fetch(statement: str, params: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
    """The rows of a query."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return list(cursor.fetchall())


def insert_values(table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """A few thousand rows into a stage."""
    if rows:
        with connection.cursor() as cursor:
            execute_values(cursor.cursor, f"INSERT INTO {table} VALUES %s", rows, page_size=1000)
    analyse(table)


class RejectKeeper:
    """Keeps every reject of an import, and stops it when most rows cannot be read.

    Attributes:
        reading: which file a line is of.
        left_out: rows that were not taken in.
        doubted: rows taken in with a warning.
    """

    def __init__(self, voter_import: VoterImport, reading: Reading) -> None:
        self._import = voter_import
        self.reading = reading
        self._pending: list[Reject] = []
        self._first: Reject | None = None
        self.left_out = 0
        self.doubted = 0

    def keep(self, reject: Reject) -> None:
        self._pending.append(reject)
        if reject.is_warning:
            self.doubted += 1
        else:
            self.left_out += 1
            self._first = self._first or reject

    def flush(self, rows: int, *, is_last: bool = False) -> None:
        """Write what came since the last time.

        Raises:
            FileFault: more than half of the rows so far were left out.
        """
        if self.left_out > rows * _TOLERATED and (is_last or rows >= _FEW_ROWS) and self._first is not None:
            raise FileFault(
                Fault.TOO_MANY_REJECTS,
                line=self.reading.place(self._first.line)[1],
                details={
                    "rejected": self.left_out,
                    "rows": rows,
                    "reason": partial(say_reason, self._first.reason, self._first.detail),
                },
            )
        ImportReject.objects.bulk_create([self._row(reject) for reject in self._pending], batch_size=1000)
        self._pending.clear()

    def _row(self, reject: Reject) -> ImportReject:
        name, line = self.reading.place(reject.line)
        return ImportReject(
            chapter_id=self._import.chapter_id,
            voter_import=self._import,
            line=line,
            part=name[:100],
            code=reject.reason,
            detail=reject.detail.replace("\0", "")[:100],
            is_warning=reject.is_warning,
            text=reject.text.replace("\0", "")[:300],
        )


class NothingInFile(DomainError):
    """The file holds no row that could be taken in."""
