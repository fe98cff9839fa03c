"""A voter file's rows as clean values, with a reject for every row that is left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from operator import itemgetter
from typing import Any

from precincts.voterfile.copytext import NULL, copy_line
from precincts.voterfile.faults import Reason, Reject
from precincts.voterfile.fingerprints import fingerprinter
from precincts.voterfile.layouts.base import Layout
from precincts.voterfile.tables import Block, Table
from precincts.voterfile.values import joined_cells, read_number, read_phone
from precincts.voterfile.voter_cells import (
    NOWHERE,
    TOO_LONG,
    UNBORN,
    WITHHELD_PLACE,
    CellReaders,
    Gathered,
    Place,
    Standing,
)

ROW_COLUMNS = (
    "state_voter_id",
    "last_name",
    "first_name",
    "middle_name",
    "suffix",
    "gender",
    "party",
    "status",
    "is_confidential",
    "language",
    "birth_date",
    "birth_year",
    "registered_on",
    "phone",
    "fingerprint",
)
"""What the text of a `VoterRow` holds; somebody taken in with a warning has no fingerprint, so that the next
file is read anew there.
"""

VoterRow = tuple[int, str, str, int, bool, Place | None]
"""A voter: line, voter number, `ROW_COLUMNS` as COPY text, number of the area, whether listed, and the door."""

Look = Callable[[Sequence[int], Iterable[int]], Sequence[bool]]
"""Lines and fingerprints of some rows -> which of them are to be read."""

_NAMES = ("voter_id", "last_name", "first_name", "middle_name")
_STANDING = ("suffix", "gender", "party", "status", "confidential", "language")
_BORN = ("birth_date", "birth_year", "age")
_PLACE = ("address_line", "number", "street", "unit", "city", "postcode")
_AREA = ("county", "precinct", "precinct_name")
_PLAIN_NAMES = 80
"""Number and names together that need no look at their single lengths."""


def read_voters(
    table: Table, layout: Layout, *, on: date, refuse: Callable[[Reject], None], gathered: Gathered
) -> Iterator[VoterRow]:
    """Each voter; rejects and warnings go to `refuse`.

    No text is given of rows of people who are hidden, removed or denied, nor of rows whose cells may stand
    in other columns than they should.

    Args:
        table: an opened file; its first row is the header, where the layout has one.
        on: the day of the import, against which dates in the future are measured.
        gathered: filled on the way.

    Raises:
        FileFault: columns of the layout are missing, and what reading rows raises.
    """
    reader = _Reader(table, layout, on=on, refuse=refuse, gathered=gathered)
    for block in table.blocks(skip_first=layout.has_header):
        yield from reader.block(block)
    gathered.count_states(reader.states)


def read_changed_voters(
    table: Table,
    layout: Layout,
    *,
    on: date,
    refuse: Callable[[Reject], None],
    gathered: Gathered,
    look: Look,
    rows: int,
) -> Iterator[list[VoterRow]]:
    """The voters of the rows that `look` wants read; the others are only counted. Else as `read_voters`.

    Args:
        rows: how many are looked at together; they give one list, empty where none of them is to be read.

    Raises:
        FileFault: as `read_voters`.
    """
    reader = _Reader(table, layout, on=on, refuse=refuse, gathered=gathered)
    fingerprint, texts = fingerprinter(table, layout, on=on), table.texts(skip_first=layout.has_header)
    while batch := list(islice(texts, rows)):
        wanted = look([line for line, _text in batch], (fingerprint(text) for _line, text in batch))
        gathered.rows += len(batch) - sum(wanted)
        changed = [row for row, is_wanted in zip(batch, wanted, strict=True) if is_wanted]
        yield [voter for line, text in changed for voter in reader.row(line, text)]
    gathered.count_states(reader.states)


class _Reader:
    """Rows to voters, one by one or a block of them by columns; what repeats is cleaned once."""

    def __init__(
        self, table: Table, layout: Layout, *, on: date, refuse: Callable[[Reject], None], gathered: Gathered
    ) -> None:
        self._gathered = gathered
        self._refuse = refuse
        self._expected = len(table.first)
        self._cells = _Cells(layout, table.first)
        self._parted = table.cell_reader()
        self._names, self._standing = self._cells.getter(_NAMES), self._cells.getter(_STANDING)
        self._born, self._place = self._cells.getter(_BORN), self._cells.getter(_PLACE)
        self._area, self._registered = self._cells.getter(_AREA), self._cells.getter(("registered_on", ""))
        self._state, self._phone = self._cells.getter(("state",)), self._cells.getter(("phone",))
        self._read = CellReaders(layout, on, gathered)
        self._fingerprint = fingerprinter(table, layout, on=on)
        self.states: Counter[str] = Counter()

    def block(self, block: Block) -> Iterator[VoterRow]:
        """The voters of a block: plain rows by columns, the others one by one."""
        if block.cells is None:
            for line, text in block.rows:
                yield from self.row(line, text)
            return
        read, column = self._read, self._cells.columns(block.cells, self._expected + 1, len(block.rows))
        columns = [[cell.strip() for cell in column(name)] for name in _NAMES]
        standings = map(read.standing.__getitem__, zip(*map(column, _STANDING), strict=True))
        borns = map(read.born.__getitem__, zip(*map(column, _BORN), strict=True))
        days = map(read.registered.__getitem__, zip(column("registered_on"), column(""), strict=True))
        places = map(read.place, *map(column, _PLACE))
        areas, states = zip(*map(column, _AREA), strict=True), column("state")
        phones, area_of, fingerprint = column("phone"), read.area, self._fingerprint
        for (
            line,
            text,
        ), voter_id, last, first, middle, standing, born, day, place, area, phone, state in zip(
            block.rows, *columns, standings, borns, days, places, areas, phones, states, strict=True
        ):
            names = f"{voter_id}\t{last}\t{first}\t{middle}"
            if (
                not (voter_id and last and born and day)
                or standing.faults
                or place.town < 0
                or len(names) > _PLAIN_NAMES
                or len(voter_id) > 40
                or "\\" in names
                or "\r" in names
                or "\n" in names
                or names.count("\t") > 3
            ):
                yield from self.row(line, text)
                continue
            self._gathered.rows += 1
            self.states[state] += 1
            yield (
                line,
                voter_id,
                f"{names}\t{standing.text}\t{born}\t{day}\t{phone and read_phone(phone)}\t{fingerprint(text)}",
                area_of[area],
                standing.is_listed,
                place,
            )

    def row(self, line: int, text: str) -> Iterator[VoterRow]:
        """The voter of a row, if it can be taken in; anything may be amiss with it."""
        width, row = self._parted(text, line)
        if not any(map(str.strip, row)):
            return
        gathered, expected, spots = self._gathered, self._expected, self._cells.id_spots
        gathered.rows += 1
        if width != expected and (width < expected or any(cell.strip() for cell in row[expected:])):
            reason = Reason.SHORT_ROW if width < expected else Reason.LONG_ROW
            self._refuse(Reject(line, reason, f"{width}/{expected}"))
            if max(spots) < len(row):
                gathered.refused_ids.add(read_number(joined_cells(row[spot] for spot in spots)))
            return
        self._cells.extend(row)
        voter_id, last, first, middle = (name.strip() for name in self._names(row))
        voter_id = read_number(voter_id)
        read, born_cells, day = self._read, self._born(row), self._registered(row)
        standing, born, registered = (
            read.standing[self._standing(row)],
            read.born[born_cells],
            read.registered[day],
        )
        place = read.place(*self._place(row))
        if place is WITHHELD_PLACE and standing.is_shown:
            standing = standing.hidden()
        faults = _faults(voter_id, last, place, standing)
        if not any(not is_warning for _reason, _detail, is_warning in faults):
            faults += _bad_dates(born, born_cells, registered, day[0], standing)
            if len(last) + len(first) + len(middle) > 80 or len(voter_id) > 40 or place is TOO_LONG:
                faults.append((Reason.VALUE_TOO_LONG, "", False))
        for reason, detail, is_warning in faults:
            self._refuse(Reject(line, reason, detail[:40], standing.text_of(row), is_warning))
        if any(not is_warning for _reason, _detail, is_warning in faults):
            gathered.refused_ids.add(voter_id)
            return
        self.states[self._state(row)] += 1
        names = copy_line((voter_id, last, first, middle))[:-1]
        mark = NULL if faults else self._fingerprint(text)
        phone = read_phone(self._phone(row))
        yield (
            line,
            voter_id,
            f"{names}\t{standing.text}\t{born or UNBORN}\t{registered or NULL}\t{phone}\t{mark}",
            read.area[self._area(row)],
            standing.is_listed,
            place if place.town >= 0 else None,
        )


class _Cells:
    """Which cell of a row holds which field.

    A blank cell is appended to each row for the fields the file lacks, then one for each field joined from
    several; those are counted from the end.

    Attributes:
        id_spots: where the voter number stands.
    """

    def __init__(self, layout: Layout, header: Sequence[str]) -> None:
        self._positions = layout.positions(header)
        self._joined = [places for places in self._positions.values() if len(places) > 1]
        self.id_spots = self._positions["voter_id"]

    def getter(self, fields: Sequence[str]) -> itemgetter[Any]:
        """What takes these fields' cells from a row that was extended."""
        return itemgetter(*map(self._place, fields))

    def extend(self, row: list[str]) -> None:
        """Append the cells that the file lacks, and those joined from several."""
        joined = [joined_cells(row[spot] for spot in spots) for spots in self._joined]
        row += ["", *joined]

    def columns(self, cells: list[str], stride: int, rows: int) -> Callable[[str], Sequence[str]]:
        """What gives a field's cells of all rows, by its name."""

        def column(name: str) -> Sequence[str]:
            spots = self._positions.get(name)
            if spots is None:
                return [""] * rows
            if len(spots) == 1:
                return cells[spots[0] :: stride]
            return [
                joined_cells(parts) for parts in zip(*(cells[spot::stride] for spot in spots), strict=True)
            ]

        return column

    def _place(self, name: str) -> int:
        spots = self._positions.get(name)
        if spots is None:
            return -1 - len(self._joined)
        return spots[0] if len(spots) == 1 else self._joined.index(spots) - len(self._joined)


_Fault = tuple[Reason, str, bool]


def _faults(voter_id: str, last: str, place: Place, standing: Standing) -> list[_Fault]:
    """What is amiss with a row; hidden people may lack a name, people off the list an address."""
    if not voter_id:
        return [(Reason.NO_ID, "", False)]
    if not last and not standing.is_hidden:
        return [(Reason.NO_LAST_NAME, "", False)]
    if place is NOWHERE and standing.is_shown:
        return [(Reason.NO_ADDRESS, "", False)]
    return list(standing.faults)


def _bad_dates(
    born: str | None, birth: Sequence[str], registered: str | None, day: str, standing: Standing
) -> list[_Fault]:
    """Dates that cannot be; what they say is left out of people who must not be shown."""
    found: list[_Fault] = []
    if registered is None:
        found.append((Reason.BAD_REGISTRATION_DATE, day.strip() if standing.is_shown else "", True))
    if born is None:
        said = (birth[0] or birth[1]).strip() if standing.is_shown else ""
        found.append((Reason.BAD_BIRTH_DATE, said, True))
    return found
