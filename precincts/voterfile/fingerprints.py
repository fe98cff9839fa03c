"""Rows known again without being read: a row whose text has not changed says what it said.

A file that comes every week differs from the last in a few rows. Each voter keeps the fingerprint of the row
that was read last; when the next file's row has the same, nothing of it needs to be read, cleaned or compared.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path
from zlib import adler32, crc32

from precincts.voterfile.layouts.base import Layout
from precincts.voterfile.tables import Table
from precincts.voterfile.values import joined_cells, read_number

_READERS = (
    "core.dates",
    "precincts.addresses",
    "precincts.address_words",
    "precincts.voterfile.copytext",
    "precincts.voterfile.layouts.base",
    "precincts.voterfile.lines",
    "precincts.voterfile.tables",
    "precincts.voterfile.values",
    "precincts.voterfile.voter_cells",
    "precincts.voterfile.voters",
)
"""The modules that decide what a row means: when one of them changes, every row is read anew."""


_HALF = 2**63


def fingerprinter(table: Table, layout: Layout, *, on: date) -> Callable[[str], int]:
    """What gives a row's fingerprint: its CRC-32 and Adler-32 (RFC 1950) side by side, as a signed number.

    These are checksums against change, not against forgery. They start from what else decides a row's meaning:
    the layout, the header, how cells are parted, this code, and the year where the layout knows people by age.
    """
    meaning = {
        "columns": {name: list(columns) for name, columns in layout.columns.items()},
        "statuses": dict(layout.statuses),
        "has_header": layout.has_header,
        "header": table.first if layout.has_header else len(table.first),
        "dialect": [table.dialect.delimiter, table.dialect.quoting],
        "code": _code(),
        "year": on.year if "age" in layout.columns else None,
    }
    start = blake2b(json.dumps(meaning, sort_keys=True).encode(), digest_size=8).digest()
    crc_start, adler_start = (int.from_bytes(half, "big") for half in (start[:4], start[4:]))

    def fingerprint(text: str) -> int:
        row = text.encode()
        return (crc32(row, crc_start) << 32 | adler32(row, adler_start)) - _HALF

    return fingerprint


def read_fingerprints(table: Table, layout: Layout, *, on: date) -> Iterator[tuple[int, str, int]]:
    """Each row's first line, voter number and fingerprint; rows too short for a number are left out.

    Raises:
        FileFault: columns of the layout are missing, and what reading rows raises.
    """
    spots, fingerprint = layout.positions(table.first)["voter_id"], fingerprinter(table, layout, on=on)
    parted = table.cell_reader()
    for line, text in table.texts(skip_first=layout.has_header):
        _width, row = parted(text, line)
        if max(spots) < len(row):
            yield line, read_number(joined_cells([row[spot].strip() for spot in spots])), fingerprint(text)


@cache
def _code() -> str:
    digest = blake2b(digest_size=16)
    for name in _READERS:
        spec = find_spec(name)
        assert spec is not None and spec.origin is not None
        digest.update(Path(spec.origin).read_bytes())
    return digest.hexdigest()
