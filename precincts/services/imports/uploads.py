"""A file on its way in: opened, its layout found, its first rows shown."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from precincts.state_boxes import Box
from precincts.voterfile.faults import Fault, FileFault
from precincts.voterfile.layouts import find_layout
from precincts.voterfile.layouts.base import Layout
from precincts.voterfile.mapping import layout_from_mapping
from precincts.voterfile.points import PointCount, read_points
from precincts.voterfile.sources import open_members, text_bytes
from precincts.voterfile.tables import Row, Table
from precincts.voterfile.values import CONFIDENTIAL

PREVIEW_ROWS = 8
_NARROW = frozenset({"returned"})
"""Kinds of files that may have one column only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file to take in, and what is said of it.

    Attributes:
        path: where its bytes lie on this machine.
        layout: "auto", a key of `layouts.KEYS`, or "mapping" with `mapping` saying the columns.
        accepted: the doubts that somebody has confirmed, by the values of `ImportDoubt`.
        elections: what the organizer says of labels that do not speak for themselves, as in a mapping.
    """

    path: Path
    filename: str
    layout: str = "auto"
    mapping: Mapping[str, Any] | None = None
    mapping_id: int | None = None
    source: str = ""
    obtained_on: date | None = None
    permitted_use: str = ""
    accepted: frozenset[str] = frozenset()
    elections: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OpenTable:
    """One text file of an upload with the layout it is read by; `lines_before` counts those of earlier files."""

    name: str
    table: Table
    layout: Layout
    lines_before: int


@dataclass
class Reading:
    """Where the rows of an upload of several files came from, to say it of a line.

    Lines are counted through all files; `place` gives the file and its own line.
    """

    names: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    size: int = 0

    def begin(self, name: str, table: Table, lines_before: int, size: int) -> None:
        """Note that the next text file begins; `size` is the length of all in bytes, as far as it is known."""
        self.names.append(name)
        self.starts.append(lines_before)
        self.tables.append(table)
        self.size = size

    @property
    def share(self) -> float:
        """How much of the upload has been read, 0 to 1."""
        return min(1.0, sum(table.bytes_read for table in self.tables) / self.size) if self.size else 0.0

    def follow(self, names: Sequence[str], starts: Sequence[int]) -> None:
        """Know what another reading of the same upload has found."""
        self.names[:], self.starts[:] = names, starts

    def place(self, line: int) -> tuple[str, int]:
        """The file ("" where there is only one) and the line in it."""
        at = max(i for i, start in enumerate(self.starts) if start < line) if self.starts else 0
        if len(self.names) < 2:
            return "", line
        return self.names[at], line - self.starts[at]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a person sees of a file before it is imported; `columns` is its first row, header or not."""

    header: list[str]
    rows: list[list[str]]
    columns: list[str]
    layout: Layout | None
    fault: FileFault | None


def open_tables(upload: Upload, kind: str, reading: Reading | None = None) -> Iterator[OpenTable]:
    """Each text file of the upload, in the order of their names.

    Raises:
        FileFault: what opening, finding the layout, or a mapping finds wrong.
    """
    reading = reading or Reading()
    first: OpenTable | None = None
    before, size = 0, text_bytes(upload.path)
    for member in open_members(upload.path, name=upload.filename):
        table = Table(member.stream, name=member.name, may_be_narrow=kind in _NARROW)
        layout = choose_layout(upload, kind, table.sample)
        if first is not None and (layout.label, len(table.first)) != (
            first.layout.label,
            len(first.table.first),
        ):
            raise FileFault(Fault.FILES_DIFFER, details={"first": first.name, "other": member.name})
        reading.begin(member.name, table, before, size)
        opened = OpenTable(member.name, table, layout, before)
        first = first or opened
        yield opened
        before += table.lines_read


def choose_layout(upload: Upload, kind: str, sample: Sequence[Row]) -> Layout:
    """The layout to read by: the mapping where there is one, else by header or shape."""
    if upload.mapping is not None:
        return layout_from_mapping(upload.mapping, kind=kind)
    return find_layout(kind, sample, key=upload.layout)


def preview(upload: Upload, kind: str, *, has_header: bool | None = None) -> Preview:
    """The first rows, and the layout or why there is none.

    Args:
        has_header: whether the first row names the columns; else as the layout says, or as it looks.

    Raises:
        FileFault: the file cannot be opened as a table at all.
    """
    with _first_table(upload, may_be_narrow=kind in _NARROW) as table:
        layout: Layout | None = None
        fault: FileFault | None = None
        try:
            layout = choose_layout(upload, kind, table.sample)
            layout.positions(table.first)
        except FileFault as found:
            layout, fault = None, found
        if has_header is None:
            has_header = layout.has_header if layout is not None else not any(map(str.isdigit, table.first))
        rows = [cells for _line, _width, cells in table.sample]
        rows = [*rows[:1], *(row for row in rows[1:] if not _is_hidden(row, layout, table.first))]
        if layout is not None and not layout.has_header and _is_hidden(rows[0], layout, table.first):
            del rows[0]
        header = table.first if has_header else [str(place) for place in range(1, len(table.first) + 1)]
        shown = rows[1 : PREVIEW_ROWS + 1] if has_header else rows[:PREVIEW_ROWS]
        return Preview(header, shown, table.first, layout, fault)


def _is_hidden(row: Sequence[str], layout: Layout | None, header: Sequence[str]) -> bool:
    """Whether a row is of somebody confidential or exempt, who is not shown even here."""
    if layout is None:
        return False
    mark = _cell(row, layout, header, "confidential")
    status = _cell(row, layout, header, "status")
    return mark not in ("", "N", "NO", "F", "FALSE", "0") or layout.statuses.get(status) == CONFIDENTIAL


def _cell(row: Sequence[str], layout: Layout, header: Sequence[str], name: str) -> str:
    """A field's cells as the reader compares them; "" when the layout has none."""
    places = layout.positions(header).get(name, ())
    return " ".join(filter(None, (row[place].strip() for place in places if place < len(row)))).upper()


def count_values(upload: Upload, kind: str, name: str, *, rows: int) -> Counter[str]:
    """How often each value of a field stands in the first rows, values as the reader compares them.

    Raises:
        FileFault: the file cannot be read.
    """
    found: Counter[str] = Counter()
    for opened in open_tables(upload, kind):
        if name not in opened.layout.columns:
            break
        places = opened.layout.positions(opened.table.first)[name]
        lines = opened.table.rows(skip_first=opened.layout.has_header)
        for _line, width, cells in islice(lines, rows - found.total()):
            if width > max(places):
                found[" ".join(filter(None, (cells[place].strip() for place in places))).upper()] += 1
        if found.total() >= rows:
            break
    return found


def require_points(upload: Upload, box: Box) -> None:
    """Refuse at once what the header and the first rows of address points show.

    Raises:
        FileFault: columns are missing, the header is damaged, coordinates are swapped or no degrees.
    """
    with _first_table(upload) as table:
        next(
            read_points(table, box=box, refuse=lambda reject: None, count=PointCount(), accept_far=True), None
        )


@contextmanager
def _first_table(upload: Upload, *, may_be_narrow: bool = False) -> Iterator[Table]:
    members = open_members(upload.path, name=upload.filename)
    try:
        member = next(members)
        yield Table(member.stream, name=member.name, may_be_narrow=may_be_narrow)
    finally:
        members.close()  # type: ignore[attr-defined]


def fingerprint(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
