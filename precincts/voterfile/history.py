"""Vote histories as votes: one row a vote (North Carolina, Florida) or one column an election (Ohio, mappings)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from precincts.voterfile.elections import METHOD_UNKNOWN, label_key, read_election, read_method
from precincts.voterfile.faults import Fault, FileFault, Reason, Reject
from precincts.voterfile.layouts.base import HistoryColumns, Layout, header_places
from precincts.voterfile.tables import Row, Table

_MARKS = frozenset({"X", "Y", "YES", "1", "V", "T", "TRUE"})
_NOT_MARKS = frozenset({"", "0", "N", "NO", "F", "FALSE", "-"})
_MAXIMUM_LABELS = 2000
_LETTER = re.compile(r"[A-Z]{1,4}$")


@dataclass(frozen=True, slots=True)
class RawVote:
    """One vote as the file says it: `label` is the election's name there."""

    line: int
    voter_id: str
    label: str
    method: str
    ballot: str


class Labels:
    """The election labels of one file, each with a number.

    Attributes:
        numbers: label -> number, from 0.
        votes: number of rows or marks, by the label's number.
        first_lines: the line each label was first seen on.
    """

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.votes: list[int] = []
        self.first_lines: list[int] = []

    def number(self, label: str, line: int) -> int:
        """The label's number, counting one vote more.

        Raises:
            FileFault: so many labels that the column cannot be one of elections.
        """
        number = self.numbers.get(label)
        if number is None:
            number = self.numbers[label] = len(self.votes)
            if number >= _MAXIMUM_LABELS:
                raise FileFault(Fault.WRONG_KIND, line=line, details={"found": label, "wanted": "history"})
            self.votes.append(0)
            self.first_lines.append(line)
        self.votes[number] += 1
        return number


def read_votes(table: Table, layout: Layout, *, refuse: Callable[[Reject], None]) -> Iterator[RawVote]:
    """Every vote of a history file; rows that are left out go to `refuse`.

    Raises:
        FileFault: columns of the layout are missing, or no column holds an election.
    """
    header = table.first
    rows = table.rows(skip_first=layout.has_header)
    columns = history_columns(header, layout)
    if columns:
        return _wide_votes(rows, header, layout, columns, refuse)
    if "election" not in layout.columns:
        raise FileFault(
            Fault.COLUMNS_MISSING, line=1, details={"columns": "GENERAL-…, PRIMARY-…", "layout": layout.label}
        )
    return _long_votes(rows, header, layout, refuse)


def history_columns(header: Sequence[str], layout: Layout) -> tuple[HistoryColumns, ...]:
    """The columns that hold elections: those the layout names, or those whose header names an election."""
    if layout.history:
        return layout.history
    if not layout.elections_in_header:
        return ()
    return tuple(
        HistoryColumns(name)
        for name in header
        if _is_election_header(name) and read_election(name) is not None
    )


def _is_election_header(name: str) -> bool:
    return label_key(name).partition(" ")[0] in ("PRIMARY", "GENERAL", "SPECIAL", "RUNOFF", "MUNICIPAL")


def _long_votes(
    rows: Iterator[Row], header: Sequence[str], layout: Layout, refuse: Callable[[Reject], None]
) -> Iterator[RawVote]:
    width = len(header)
    positions = layout.positions(header)
    id_place = positions["voter_id"][0]
    label_places = positions["election"] + positions.get("kind", ())
    method_place = positions.get("method", (None,))[0]
    ballot_place = positions.get("ballot", (None,))[0]
    not_voted = layout.not_voted
    for line, found, cells in rows:
        if found < width:
            refuse(Reject(line, Reason.SHORT_ROW, f"{found}/{width}", " | ".join(cells)[:200]))
            continue
        voter_id = cells[id_place].strip().upper()
        if not voter_id:
            refuse(Reject(line, Reason.NO_ID, "", " | ".join(cells)[:200]))
            continue
        method = cells[method_place].strip() if method_place is not None else ""
        if method.upper() in not_voted and method:
            continue
        label = " ".join([cells[place].strip() for place in label_places])
        ballot = cells[ballot_place].strip() if ballot_place is not None else ""
        yield RawVote(line, voter_id, label, read_method(method), _ballot(ballot))


def _wide_votes(
    rows: Iterator[Row],
    header: Sequence[str],
    layout: Layout,
    columns: Sequence[HistoryColumns],
    refuse: Callable[[Reject], None],
) -> Iterator[RawVote]:
    width = len(header)
    id_place = layout.positions(header)["voter_id"][0]
    placed = [_place(column, header, layout) for column in columns]
    for line, found, cells in rows:
        if found < width:
            refuse(Reject(line, Reason.SHORT_ROW, f"{found}/{width}", " | ".join(cells[:12])[:200]))
            continue
        voter_id = cells[id_place].strip().upper()
        if not voter_id:
            refuse(Reject(line, Reason.NO_ID, "", " | ".join(cells[:12])[:200]))
            continue
        for column, place, method_place, ballot_place in placed:
            cell = cells[place].strip().upper()
            if cell in _NOT_MARKS or cell in layout.not_voted:
                continue
            label, ballot = _label_and_ballot(column, cell)
            if ballot_place is not None:
                ballot = cells[ballot_place].strip().upper()
            method = METHOD_UNKNOWN if method_place is None else read_method(cells[method_place])
            yield RawVote(line, voter_id, label, method, _ballot(ballot))


def _place(
    column: HistoryColumns, header: Sequence[str], layout: Layout
) -> tuple[HistoryColumns, int, int | None, int | None]:
    places = header_places(header) if layout.has_header else {}
    found = [
        None if name is None else layout.place(name, places, len(header))
        for name in (column.column, column.method, column.ballot)
    ]
    wanted = (column.column, column.method, column.ballot)
    missing = [
        str(name) for name, place in zip(wanted, found, strict=True) if name is not None and place is None
    ]
    if found[0] is None or missing:
        raise FileFault(
            Fault.COLUMNS_MISSING, line=1, details={"columns": ", ".join(missing), "layout": layout.label}
        )
    return column, found[0], found[1], found[2]


def _label_and_ballot(column: HistoryColumns, cell: str) -> tuple[str, str]:
    if column.reads == "label":
        return f"{column.election} {cell}".strip(), ""
    if column.reads == "year":
        return f"{column.election} {cell}".strip(), ""
    label = column.election or str(column.column)
    return label, "" if cell in _MARKS else cell


def _ballot(text: str) -> str:
    """A party's code; anything that is none (spaces would break the compact text) is left out."""
    return text.upper() if _LETTER.match(text.upper()) else ""
