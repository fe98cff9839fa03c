"""A voter file's rows as clean values, with a reject for every row that is left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from operator import itemgetter
from typing import Any

from precincts.voterfile.copytext import NULL, copy_line
from precincts.voterfile.faults import Reason, Reject
from precincts.voterfile.fingerprints import fingerprinter
from precincts.voterfile.layouts.base import Layout
from precincts.voterfile.tables import Table
from precincts.voterfile.values import read_phone
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

_NAMES = ("voter_id", "last_name", "first_name", "middle_name")
_STANDING = ("suffix", "gender", "party", "status", "confidential", "language")
_BORN = ("birth_date", "birth_year", "age")
_PLACE = ("address_line", "number", "street", "unit", "city", "postcode")
_AREA = ("county", "precinct", "precinct_name")
_UNKNOWN = (NOWHERE, WITHHELD_PLACE)


def read_voters(
    table: Table,
    layout: Layout,
    *,
    on: date,
    refuse: Callable[[Reject], None],
    gathered: Gathered,
    is_wanted: Callable[[int], object] | None = None,
) -> Iterator[VoterRow]:
    """Each voter; rejects and warnings go to `refuse`.

    No text is given of rows of people who are hidden, removed or denied, nor of rows whose cells may stand
    in other columns than they should.

    Args:
        table: an opened file; its first row is the header, where the layout has one.
        on: the day of the import, against which dates in the future are measured.
        gathered: filled on the way.
        is_wanted: tells by a row's first line whether to read it; the others are only counted.

    Raises:
        FileFault: columns of the layout are missing, and what reading rows raises.
    """
    expected = len(table.first)
    cells = _Cells(layout, table.first)
    parted, joined, id_place = table.cell_reader(keep=cells.keep), cells.joined, cells.id_place
    names_of, standing_of, born_of = cells.getter(_NAMES), cells.getter(_STANDING), cells.getter(_BORN)
    place_of, area_of = cells.getter(_PLACE), cells.getter(_AREA)
    registered_of = cells.getter(("registered_on", ""))
    state_of, phone_of = cells.getter(("state",)), cells.getter(("phone",))
    read = CellReaders(layout, on, gathered)
    standings, borns, registereds, place_at = read.standing, read.born, read.registered, read.place
    fingerprint = fingerprinter(table, layout, on=on)
    states: Counter[str] = Counter()
    for line, text in table.texts(skip_first=layout.has_header):
        gathered.rows += 1
        if is_wanted is not None and not is_wanted(line):
            continue
        width, row = parted(text, line)
        if width != expected and (width < expected or any(cell.strip() for cell in row[expected:])):
            reason = Reason.SHORT_ROW if width < expected else Reason.LONG_ROW
            refuse(Reject(line, reason, f"{width}/{expected}"))
            gathered.refused_ids.update(cell.strip() for cell in row[id_place : id_place + 1])
            continue
        row.append("")
        for spots in joined:
            row.append(" ".join(filter(None, [row[spot].strip() for spot in spots])))
        voter_id, last, first, middle = names_of(row)
        voter_id, last, first, middle = voter_id.strip(), last.strip(), first.strip(), middle.strip()
        standing, born = standings[standing_of(row)], borns[born_of(row)]
        place = place_at(*place_of(row))
        registered = registereds[registered_of(row)]
        if place is WITHHELD_PLACE and standing.is_shown:
            standing = standing.hidden()
        mark = ""
        if not (voter_id and last and born and registered) or standing.faults or place is NOWHERE:
            # The rare row with something amiss: a reject, or a warning and the value unknown.
            faults = _faults(voter_id, last, place, standing)
            if not any(not is_warning for _reason, _detail, is_warning in faults):
                faults += _bad_dates(born, born_of(row), registered, registered_of(row)[0], standing)
            for reason, detail, is_warning in faults:
                refuse(Reject(line, reason, detail[:40], standing.text_of(row), is_warning))
            if any(not is_warning for _reason, _detail, is_warning in faults):
                gathered.refused_ids.add(voter_id)
                continue
            born, registered = born or UNBORN, registered or NULL
            mark = NULL if faults else ""
        if len(last) + len(first) + len(middle) > 80 or len(voter_id) > 40 or place is TOO_LONG:
            refuse(Reject(line, Reason.VALUE_TOO_LONG, "", standing.text_of(row)))
            gathered.refused_ids.add(voter_id)
            continue
        states[state_of(row)] += 1
        names = f"{voter_id}\t{last}\t{first}\t{middle}"
        if "\\" in names or "\n" in names or "\r" in names or names.count("\t") > 3:
            names = copy_line((voter_id, last, first, middle))[:-1]
        phone = phone_of(row)
        phone = phone and read_phone(phone)
        yield (
            line,
            voter_id,
            f"{names}\t{standing.text}\t{born}\t{registered}\t{phone}\t{mark or fingerprint(text)}",
            read.area[area_of(row)],
            standing.is_listed,
            place if place.town >= 0 else None,
        )
    gathered.count_states(states)


class _Cells:
    """Which cell of a row holds which field.

    A blank cell is appended to each row for the fields the file lacks, then one for each field joined from
    several; those are counted from the end.

    Attributes:
        joined: the places of each field made from several cells.
        keep: how many cells must be parted.
        id_place: where the voter number stands.
    """

    def __init__(self, layout: Layout, header: Sequence[str]) -> None:
        self._positions = layout.positions(header)
        self.joined = [places for places in self._positions.values() if len(places) > 1]
        self.keep = 1 + max(place for places in self._positions.values() for place in places)
        self.id_place = self._positions["voter_id"][0]

    def getter(self, fields: Sequence[str]) -> itemgetter[Any]:
        """What takes these fields' cells from a row."""
        return itemgetter(*map(self._place, fields))

    def _place(self, name: str) -> int:
        spots = self._positions.get(name)
        if spots is None:
            return -1 - len(self.joined)
        return spots[0] if len(spots) == 1 else self.joined.index(spots) - len(self.joined)


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
