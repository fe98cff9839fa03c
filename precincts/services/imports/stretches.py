"""A voter file as stretches of rows, ready for COPY; doors that repeat in a stretch are written once.

Nothing here knows Django or the database: `reader` runs it in a process of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import NamedTuple

from precincts.services.imports.known_rows import KnownRows
from precincts.services.imports.uploads import OpenTable, Reading, Upload, open_tables
from precincts.voterfile.faults import Reason, Reject
from precincts.voterfile.fingerprints import read_fingerprints
from precincts.voterfile.voter_cells import Gathered, Place
from precincts.voterfile.voters import VoterRow, read_changed_voters, read_voters

STRETCH_ROWS = 2_500
_REJECTS = 20_000
"""So many rows left out among fewer than twice as many end the reading."""


class Area(NamedTuple):
    """A precinct as the file names it."""

    county: str
    code: str
    name: str


class Town(NamedTuple):
    """A city as the file names it."""

    city: str
    locality: str
    postcode: str


@dataclass
class Stretch:
    """Some rows of the file, with the areas and towns that no earlier stretch had.

    Attributes:
        lines: the line of each row.
        voter_ids: the voter number of each row.
        rows: the `ROW_COLUMNS` of each as COPY text.
        areas: the number of each row's area, counted through the file.
        homes: where in `places` each row's door is; -1 where it names none.
        places: the doors of these rows.
        place_areas: for each, the area of whom it lists first, else of anybody there.
        mixed: doors where people of two areas are listed.
        rejects: what was left out, or doubted, on the way.
        rows_read: how many rows of the file have been read.
        share: how much of the file that is, 0 to 1.
        names: the files met so far, as in `Reading`.
        starts: how many lines came before each of them.
    """

    lines: Sequence[int] = ()
    voter_ids: Sequence[str] = ()
    rows: Sequence[str] = ()
    areas: Sequence[int] = ()
    homes: list[int] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    place_areas: list[int] = field(default_factory=list)
    mixed: set[int] = field(default_factory=set)
    new_areas: list[Area] = field(default_factory=list)
    new_towns: list[Town] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    rows_read: int = 0
    share: float = 0.0
    names: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)


@dataclass
class Ending:
    """What is known when the whole file is read.

    Attributes:
        gathered: what repeats from row to row, and counts.
        columns: the fields that the file has.
        layout: the label of the layout it is read by.
        encoding: what its text turned out to be.
    """

    gathered: Gathered
    columns: set[str]
    layout: str
    encoding: str


class _MostRejected(Exception):
    """Reading on would only add to the rejects."""


class StretchReader:
    """Reads one upload of voters."""

    def __init__(
        self, upload: Upload, on: date, *, known: KnownRows | None = None, rows: int = STRETCH_ROWS
    ) -> None:
        """Get ready to read.

        Args:
            on: the day of the import.
            known: rows that need not be read.
            rows: how many make a stretch; known ones count.
        """
        self._upload = upload
        self._on = on
        self._known = known
        self._rows = rows
        self._reading = Reading()
        self._gathered = Gathered()
        self._rejects: list[Reject] = []
        self._left_out = 0
        self._areas = self._towns = 0
        self._ending = Ending(self._gathered, set(), "", "")

    def read(self) -> Iterator[Stretch | Ending]:
        """The file's stretches, and at last the ending.

        Raises:
            FileFault: what opening and reading the file raises.
        """
        try:
            for voters in self._batches():
                yield self._filled(_stretch(self._once(voters)))
        except _MostRejected:
            pass
        yield self._filled(Stretch())
        yield self._ending

    def _filled(self, stretch: Stretch) -> Stretch:
        gathered = self._gathered
        stretch.new_areas = [
            Area(county, code, gathered.area_names.get(number, ""))
            for (county, code), number in islice(gathered.areas.items(), self._areas, None)
        ]
        stretch.new_towns = [Town(*named) for named in islice(gathered.towns, self._towns, None)]
        self._areas, self._towns = len(gathered.areas), len(gathered.towns)
        stretch.rejects, self._rejects = self._rejects, []
        stretch.rows_read, stretch.share = gathered.rows, self._reading.share
        stretch.names, stretch.starts = self._reading.names, self._reading.starts
        return stretch

    def _once(self, voters: list[VoterRow]) -> list[VoterRow]:
        """The first row of each voter number."""
        if len({voter_id for _line, voter_id, *_rest in voters}) == len(voters):
            return voters
        firsts: dict[str, int] = {}
        for line, voter_id, *_rest in voters:
            first = firsts.setdefault(voter_id, line)
            if first != line:
                self._rejects.append(refused_twice(self._reading, line, first))
        return [voter for voter in voters if firsts[voter[1]] == voter[0]]

    def _batches(self) -> Iterator[list[VoterRow]]:
        if self._known is None:
            voters = (voter for opened in self._opened() for voter in self._read(opened))
            while batch := list(islice(voters, self._rows)):
                yield batch
        else:
            for opened in self._opened():
                yield from self._read_changed(opened, self._known)

    def _opened(self) -> Iterator[OpenTable]:
        for opened in _tables(self._upload, self._reading):
            self._ending.layout = opened.layout.label
            self._ending.columns.update(opened.layout.columns)
            yield opened
            self._ending.encoding = opened.table.encoding

    def _read(self, opened: OpenTable) -> Iterator[VoterRow]:
        before, refuse = opened.lines_before, self._refuse_after(opened.lines_before)
        table, layout, gathered = opened.table, opened.layout, self._gathered
        voters = read_voters(table, layout, on=self._on, refuse=refuse, gathered=gathered)
        return _moved(voters, before) if before else voters

    def _read_changed(self, opened: OpenTable, known: KnownRows) -> Iterator[list[VoterRow]]:
        before, refuse = opened.lines_before, self._refuse_after(opened.lines_before)

        def look(lines: Sequence[int], marks: Iterable[int]) -> list[bool]:
            here = [line + before for line in lines]
            firsts = known.look(here, marks)
            for line, first in zip(here, firsts, strict=True):
                if first not in (0, line):
                    self._rejects.append(refused_twice(self._reading, line, first))
            return [not first for first in firsts]

        for voters in read_changed_voters(
            opened.table,
            opened.layout,
            on=self._on,
            refuse=refuse,
            gathered=self._gathered,
            look=look,
            rows=self._rows,
        ):
            yield list(_moved(voters, before))

    def _refuse_after(self, before: int) -> Callable[[Reject], None]:
        def refuse(reject: Reject) -> None:
            moved = Reject(reject.line + before, reject.reason, reject.detail, reject.text, reject.is_warning)
            self._rejects.append(moved if before else reject)
            self._left_out += not reject.is_warning
            if self._left_out >= _REJECTS and self._left_out * 2 > self._gathered.rows:
                raise _MostRejected

        return refuse


def fingerprint_lines(upload: Upload, on: date, reading: Reading) -> Iterator[tuple[int, str, int]]:
    """Every row's line, voter number and fingerprint.

    Raises:
        FileFault: what opening and reading the file raises.
    """
    for opened in _tables(upload, reading):
        before = opened.lines_before
        for line, voter_id, mark in read_fingerprints(opened.table, opened.layout, on=on):
            yield line + before, voter_id, mark


def lines_of(upload: Upload, on: date, voter_ids: Collection[str]) -> dict[str, list[tuple[int, int]]]:
    """Where each of these voter numbers stands: line and fingerprint, in the order of the file, which is read."""
    found: dict[str, list[tuple[int, int]]] = {voter_id: [] for voter_id in voter_ids}
    for line, voter_id, mark in fingerprint_lines(upload, on, Reading()):
        if voter_id in found:
            found[voter_id].append((line, mark))
    return found


def refused_twice(reading: Reading, line: int, first: int) -> Reject:
    """A row left out because its voter number stands on an earlier line."""
    return Reject(line, Reason.DUPLICATE_ID, str(reading.place(first)[1]))


def _tables(upload: Upload, reading: Reading) -> Iterator[OpenTable]:
    return open_tables(upload, "voters", reading)


def _moved(voters: Iterable[VoterRow], before: int) -> Iterator[VoterRow]:
    """Voters of a file that comes after so many lines of others."""
    return ((line + before, *rest) for line, *rest in voters)


def _stretch(voters: list[VoterRow]) -> Stretch:
    if not voters:
        return Stretch()
    lines, voter_ids, rows, areas, are_listed, doors = zip(*voters, strict=True)
    places = {door: number for number, door in enumerate(dict.fromkeys(filter(None, doors)))}
    homes = [-1 if door is None else places[door] for door in doors]
    stretch = Stretch(lines, voter_ids, rows, areas, homes, list(places), [-1] * len(places))
    is_listed = bytearray(len(places))
    for home, area, listed in dict.fromkeys(zip(homes, areas, are_listed, strict=True)):
        if home == -1 or stretch.place_areas[home] == area:
            continue
        if stretch.place_areas[home] == -1:
            stretch.place_areas[home], is_listed[home] = area, listed
            continue
        stretch.mixed.add(home)
        if listed and not is_listed[home]:
            stretch.place_areas[home], is_listed[home] = area, True
    return stretch
