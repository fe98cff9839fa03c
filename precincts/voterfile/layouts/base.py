"""What a layout is: which column holds which field of a voter, by header name or by position."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from precincts.voterfile.faults import Fault, FileFault

VOTER_FIELDS = (
    "voter_id",
    "last_name",
    "first_name",
    "middle_name",
    "suffix",
    "address_line",
    "number",
    "street",
    "unit",
    "city",
    "state",
    "postcode",
    "precinct",
    "precinct_name",
    "county",
    "status",
    "registered_on",
    "birth_date",
    "birth_year",
    "age",
    "gender",
    "party",
    "phone",
    "language",
    "confidential",
)
REQUIRED_VOTER_FIELDS = ("voter_id", "last_name", "precinct")

HISTORY_FIELDS = ("voter_id", "election", "kind", "method", "ballot")
REQUIRED_HISTORY_FIELDS = ("voter_id", "election")

RETURNED_FIELDS = ("voter_id", "returned_on", "method", "ballot_status")

Column = str | int
"""A header name, or (in a file without a header) a position counted from 1."""


@dataclass(frozen=True, slots=True)
class HistoryColumns:
    """One election as columns of a wide file.

    reads: "mark" = any mark means voted, the column's own name is the election; "label" = the cell names the
    election; "year" = the cell is a year, `election` says of which kind (`GEN`, `PR`).
    """

    column: Column
    reads: Literal["mark", "label", "year"] = "mark"
    election: str = ""
    method: Column | None = None
    ballot: Column | None = None


@dataclass(frozen=True)
class Layout:
    """One source's file.

    Attributes:
        columns: for each field the columns whose cells, joined by a space, make it.
        signature: header names that only this file has together; empty for a file without a header.
        width: number of columns of a file without a header.
        statuses: what the status column's values mean, over `values.STATUSES`.
        not_voted: values of the method column that say somebody did not vote or was not counted.
    """

    key: str
    label: str
    kind: Literal["voters", "history", "returned"]
    columns: Mapping[str, tuple[Column, ...]]
    signature: frozenset[str] = frozenset()
    has_header: bool = True
    width: int | None = None
    statuses: Mapping[str, str] = field(default_factory=dict)
    history: tuple[HistoryColumns, ...] = ()
    elections_in_header: bool = False
    not_voted: frozenset[str] = frozenset()
    elections: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def positions(self, header: Sequence[str]) -> dict[str, tuple[int, ...]]:
        """For each field the places of its columns in this header.

        Raises:
            FileFault: columns are missing, named.
        """
        places = header_places(header) if self.has_header else {}
        missing: list[str] = []
        found: dict[str, tuple[int, ...]] = {}
        for name, columns in self.columns.items():
            spots = [self.place(column, places, len(header)) for column in columns]
            if any(spot is None for spot in spots):
                missing += [str(column) for column, spot in zip(columns, spots, strict=True) if spot is None]
            else:
                found[name] = tuple(spot for spot in spots if spot is not None)
        if missing:
            raise FileFault(Fault.COLUMNS_MISSING, line=1, details={"columns": ", ".join(missing)})
        return found

    def place(self, column: Column, places: Mapping[str, int], width: int) -> int | None:
        if isinstance(column, int):
            return column - 1 if 1 <= column <= width else None
        return places.get(column_key(column))


def column_key(name: str) -> str:
    """A header name in one spelling: case and separators do not count."""
    return re.sub(r"[^a-z0-9]+", "_", name.strip().lower()).strip("_")


def header_places(header: Sequence[str]) -> dict[str, int]:
    """The first place of each header name."""
    places: dict[str, int] = {}
    for place, name in enumerate(header):
        places.setdefault(column_key(name), place)
    return places
