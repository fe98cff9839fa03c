"""A voter file's rows as clean values, with a reject for every row that is left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from precincts.addresses import from_parts, locality_key, parse_line
from precincts.voterfile.copytext import NULL
from precincts.voterfile.faults import Reason, Reject
from precincts.voterfile.layouts.base import VOTER_FIELDS, Layout
from precincts.voterfile.tables import Table
from precincts.voterfile.values import CONFIDENTIAL, STATUSES, WITHHELD, read_date, read_phone, read_year

STAGE_COLUMNS = (
    "line",
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
    "area",
    "address_key",
    "street",
    "unit",
    "town",
)
"""What `read_voters` gives of each voter, in this order; text, with `copytext.NULL` for what is unknown.

`area` and `town` are numbers of `Gathered.areas` and `Gathered.towns`; a voter without a known address has
no `address_key`.
"""

_TRUE = frozenset({"Y", "YES", "TRUE", "T", "1", "X"})
_PUBLIC = frozenset({"", "N", "NO", "F", "FALSE", "0"})
_TEXT_KEPT = 200
_LONGEST_KEY = 120
_UNLISTED = ("removed", "denied")
_UNBORN = (NULL, NULL)
_NOWHERE = (NULL, NULL, "", NULL)
_WITHHELD = (NULL, NULL, "", NULL)
_TOO_LONG = "\x1f"
_FUTURE = timedelta(days=366)


Area = tuple[str, str]
Town = tuple[str, str, str]


@dataclass
class Gathered:
    """What repeats from row to row, and what is counted on the way.

    Attributes:
        areas: (county, precinct code) -> its number.
        area_names: by the area's number, the precinct's name.
        towns: (city, locality key, postcode) -> its number.
        states: how many rows name which state.
        rows: all rows of the file, rejected ones among them, blank lines not.
        refused_ids: the voter numbers of rejected rows, where they can be read.
    """

    areas: dict[Area, int] = field(default_factory=dict)
    area_names: dict[int, str] = field(default_factory=dict)
    towns: dict[Town, int] = field(default_factory=dict)
    states: dict[str, int] = field(default_factory=dict)
    rows: int = 0
    refused_ids: set[str] = field(default_factory=set)

    def state_of_most(self, state: str) -> str:
        """The other state that most rows name; "" when most name `state`, or none at all."""
        named = sum(self.states.values())
        if not named or self.states.get(state, 0) * 2 >= named:
            return ""
        return max((other for other in self.states if other != state), key=lambda other: self.states[other])

    @property
    def counties(self) -> list[str]:
        """The counties the file names."""
        return sorted({county for county, _code in self.areas if county})

    def area(self, county: str, code: str, name: str) -> str:
        number = self.areas.setdefault((county, code), len(self.areas))
        if number not in self.area_names:
            self.area_names[number] = name
        return str(number)

    def town(self, city: str, postcode: str) -> str:
        return str(self.towns.setdefault((city.upper(), locality_key(city), postcode[:5]), len(self.towns)))


def read_voters(
    table: Table,
    layout: Layout,
    *,
    on: date,
    refuse: Callable[[Reject], None],
    gathered: Gathered,
) -> Iterator[list[str]]:
    """Each voter as the values of `STAGE_COLUMNS`; rejects and warnings go to `refuse`.

    No text is given of rows of people who are hidden, removed or denied, nor of rows whose cells may stand
    in other columns than they should.

    Args:
        table: an opened file; its first row is the header, where the layout has one.
        on: the day of the import, against which dates in the future are measured.
        gathered: filled on the way.

    Raises:
        FileFault: columns of the layout are missing, and what reading rows raises.
    """
    expected = len(table.first)
    cells_of, joined, kept, keep = _cell_getter(layout, table.first)
    id_place = layout.positions(table.first)["voter_id"][0]
    read = _CellReaders(layout, on, gathered)
    for line, width, cells in table.rows(skip_first=layout.has_header, keep=keep):
        gathered.rows += 1
        if width != expected and (width < expected or any(cell.strip() for cell in cells[expected:])):
            reason = Reason.SHORT_ROW if width < expected else Reason.LONG_ROW
            refuse(Reject(line, reason, f"{width}/{expected}"))
            gathered.refused_ids.update(cell.strip() for cell in cells[id_place : id_place + 1])
            continue
        if len(cells) > kept:
            del cells[kept:]
        cells.append("")
        for places in joined:
            cells.append(" ".join(filter(None, [cells[place].strip() for place in places])))
        (
            voter_id, last, first, middle, suffix, address_line, number, street, unit, city, state, postcode,
            precinct, precinct_name, county, status, registered, birth_date, birth_year, age, gender, party,
            phone, language, confidential,
        ) = cells_of(cells)  # fmt: skip
        standing = read.standing(suffix, gender, party, status, confidential, language)
        born = read.born(birth_date, birth_year, age)
        registered_on = read.registered(registered)
        place = read.place(address_line, number, street, unit, city, postcode)
        voter_id, last, first, middle = voter_id.strip(), last.strip(), first.strip(), middle.strip()
        if place is _WITHHELD and not standing.is_unlisted:
            standing = standing.hidden()
        if (
            not (voter_id and last)
            or place is _NOWHERE
            or standing.faults
            or born is None
            or registered_on is None
        ):
            # The rare row with something amiss: a reject, or a warning and the value unknown.
            faults = read.faults(
                voter_id, last, place, standing, born, birth_date or birth_year, registered_on, registered
            )
            for reason, detail, is_warning in faults:
                refuse(Reject(line, reason, detail[:40], standing.text_of(cells), is_warning))
            if any(not is_warning for _reason, _detail, is_warning in faults):
                gathered.refused_ids.add(voter_id)
                continue
            born, registered_on = born or _UNBORN, registered_on or NULL
        if len(last) + len(first) + len(middle) > 80 or len(voter_id) > 40 or place[0] == _TOO_LONG:
            refuse(Reject(line, Reason.VALUE_TOO_LONG, "", standing.text_of(cells)))
            gathered.refused_ids.add(voter_id)
            continue
        read.count_state(state)
        yield [
            str(line), voter_id, last, first, middle, *standing.values, *born, registered_on,
            read_phone(phone) if phone else "", read.area(county, precinct, precinct_name), *place,
        ]  # fmt: skip


def _cell_getter(
    layout: Layout, header: Sequence[str]
) -> tuple[Callable[[Sequence[str]], tuple[str, ...]], list[tuple[int, ...]], int, int]:
    """How a row's cells become `VOTER_FIELDS`.

    A row is cut after the last cell needed; a blank cell is appended for the fields the file lacks, then one
    for each field joined from several. Gives the getter, the joined places, how many cells a row is cut to,
    and how many must be parted.
    """
    positions = layout.positions(header)
    joined = [places for places in positions.values() if len(places) > 1]
    keep = 1 + max(place for places in positions.values() for place in places)
    kept = min(len(header), keep + 1)
    places = []
    for name in VOTER_FIELDS:
        spots = positions.get(name)
        if spots is None:
            places.append(kept)
        elif len(spots) == 1:
            places.append(spots[0])
        else:
            places.append(kept + 1 + joined.index(spots))
    return itemgetter(*places), joined, kept, keep


Fault = tuple[Reason, str, bool]
Place = tuple[str, str, str, str]


class _Standing(NamedTuple):
    """Suffix, gender, party, status, confidential and language as values; the person is off the list, or hidden."""

    values: tuple[str, ...]
    is_unlisted: bool
    is_hidden: bool
    faults: tuple[Fault, ...]

    def hidden(self) -> _Standing:
        """The same of somebody whose address is withheld."""
        values = (*self.values[:4], "t", *self.values[5:])
        return self._replace(values=values, is_unlisted=True, is_hidden=True)

    def text_of(self, cells: Sequence[str]) -> str:
        """How the row begins; nothing of people who must not be shown."""
        return "" if self.is_unlisted else _start(cells)


class _CellReaders:
    """Cells to values, remembered: what repeats from row to row is cleaned once."""

    def __init__(self, layout: Layout, on: date, gathered: Gathered) -> None:
        self._statuses = (
            STATUSES | dict(layout.statuses) | ({} if "status" in layout.columns else {"": "active"})
        )
        self._gathered = gathered
        self._latest = on + _FUTURE
        self._this_year = on.year
        self.standing = lru_cache(maxsize=8192)(self._standing)
        self.born = lru_cache(maxsize=65536)(self._born)
        self.registered = lru_cache(maxsize=65536)(self._registered)
        self.place = lru_cache(maxsize=2048)(self._place)
        self.town = lru_cache(maxsize=4096)(self._town)
        self.area = lru_cache(maxsize=8192)(self._area)

    def count_state(self, state: str) -> None:
        state = state.strip().upper()
        if state:
            self._gathered.states[state] = self._gathered.states.get(state, 0) + 1

    def faults(
        self,
        voter_id: str,
        last: str,
        place: Place,
        standing: _Standing,
        born: tuple[str, str] | None,
        born_text: str,
        registered_on: str | None,
        registered: str,
    ) -> list[Fault]:
        """What is amiss with a row; hidden people may lack a name, people off the list an address."""
        if not voter_id:
            return [(Reason.NO_ID, "", False)]
        if not last and not standing.is_hidden:
            return [(Reason.NO_LAST_NAME, "", False)]
        if place is _NOWHERE and not standing.is_unlisted:
            return [(Reason.NO_ADDRESS, "", False)]
        found = list(standing.faults)
        if registered_on is None:
            said = "" if standing.is_unlisted else registered.strip()
            found.append((Reason.BAD_REGISTRATION_DATE, said, True))
        if born is None:
            said = "" if standing.is_unlisted else born_text.strip()
            found.append((Reason.BAD_BIRTH_DATE, said, True))
        return found

    def _standing(
        self, suffix: str, gender: str, party: str, status: str, confidential: str, language: str
    ) -> _Standing:
        code = status.strip().upper()
        known = self._statuses.get(code, "")
        mark = confidential.strip().upper()
        hidden = mark not in _PUBLIC or known == CONFIDENTIAL
        party = party.strip().upper()
        faults: list[Fault] = [] if known else [(Reason.UNKNOWN_STATUS, code, True)]
        if mark not in _PUBLIC and mark not in _TRUE:
            faults.append((Reason.UNKNOWN_CONFIDENTIAL, mark, True))
        if len(party) > 40:
            faults.append((Reason.VALUE_TOO_LONG, "", False))
        known = "active" if known == CONFIDENTIAL else known or "inactive"
        sex = gender.strip()[:1].upper()
        values = (suffix.strip()[:20], sex, party, known, "t" if hidden else "f", language.strip()[:20])
        return _Standing(values, hidden or known in _UNLISTED, hidden, tuple(faults))

    def _born(self, birth_date: str, birth_year: str, age: str) -> tuple[str, str] | None:
        """Date and year of birth as text, either unknown; None when the file gives one that cannot be."""
        if birth_date.strip():
            found = read_date(birth_date.strip())
            if found is None or found.year > self._this_year:
                return None
            return found.isoformat(), str(found.year)
        if birth_year.strip():
            year = read_year(birth_year.strip())
            return None if year is None or year > self._this_year else (NULL, str(year))
        years = age.strip()
        if years.isdigit() and 0 < int(years) < 130:
            return NULL, str(self._this_year - int(years))
        return _UNBORN

    def _registered(self, text: str) -> str | None:
        """The registration date as text; None when the file gives one that cannot be."""
        if not text.strip():
            return NULL
        found = read_date(text.strip())
        return found.isoformat() if found is not None and found <= self._latest else None

    def _place(self, line: str, number: str, street: str, unit: str, city: str, postcode: str) -> Place:
        """Building key, street, unit and town's number.

        `_NOWHERE` where the address is not given, `_WITHHELD` where the file says that it is not.
        """
        unit = unit.strip()
        if not number.strip() and (street.strip() or line.strip()).upper() in WITHHELD:
            return _WITHHELD
        address = from_parts(number, street, unit) if street.strip() else parse_line(line.upper(), unit)
        key = address.building_key
        if not address.number and address.street in WITHHELD:
            return _WITHHELD
        if not address.street:
            return _NOWHERE
        if len(key) > _LONGEST_KEY or len(address.unit) > 40 or len(address.number) > 20:
            return _TOO_LONG, "", "", NULL
        return key, address.street, address.unit, self.town(city, postcode)

    def _town(self, city: str, postcode: str) -> str:
        return self._gathered.town(city.strip(), postcode.strip())

    def _area(self, county: str, precinct: str, name: str) -> str:
        return self._gathered.area(county.strip()[:60], precinct.strip()[:40], name.strip())


def _start(cells: Sequence[str]) -> str:
    return " | ".join(cell.strip() for cell in cells[:20] if cell.strip())[:_TEXT_KEPT]
