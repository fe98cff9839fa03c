"""The cells of a voter's row as values, remembered: what repeats from row to row is cleaned once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

from core.dates import read_date
from precincts.addresses import (
    PLAIN_UNIT_WORDS,
    Address,
    from_parts,
    locality_key,
    number_key,
    parse_line,
    unit_key,
)
from precincts.voterfile.copytext import NULL, copy_line
from precincts.voterfile.faults import Reason
from precincts.voterfile.layouts.base import Layout
from precincts.voterfile.values import CONFIDENTIAL, STATUSES, WITHHELD, read_year

_TRUE = frozenset({"Y", "YES", "TRUE", "T", "1", "X"})
_PUBLIC = frozenset({"", "N", "NO", "F", "FALSE", "0"})
_TEXT_KEPT = 200
_LONGEST_KEY = 120
_UNLISTED = ("removed", "denied")
_FUTURE = timedelta(days=366)

UNBORN = f"{NULL}\t{NULL}"


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
    def counties(self) -> set[str]:
        """The counties the file names."""
        return {county for county, _code in self.areas if county}

    def area(self, county: str, code: str, name: str) -> int:
        number = self.areas.setdefault((county, code), len(self.areas))
        self.area_names.setdefault(number, name)
        return number

    def town(self, city: str, postcode: str) -> int:
        return self.towns.setdefault((city.upper(), locality_key(city), postcode[:5]), len(self.towns))

    def count_states(self, cells: Mapping[str, int]) -> None:
        """Add how often each cell of a state column was met."""
        for cell, count in cells.items():
            state = cell.strip().upper()
            if state:
                self.states[state] = self.states.get(state, 0) + count


class Place(NamedTuple):
    """A door as the file names it: building key, street, unit, and the town's number."""

    address_key: str
    street: str
    unit: str
    town: int


_new = tuple.__new__
"""Makes a `Place` without the call in between that gives its fields names."""

NOWHERE = Place("", "", "", -1)
"""The address is not given."""

WITHHELD_PLACE = Place("", "", "", -2)
"""The file says that it does not give the address."""

TOO_LONG = Place("", "", "", -3)


class Standing(NamedTuple):
    """Suffix, gender, party, status, confidential and language of somebody, as COPY text.

    `is_listed` leaves out removed and denied people only; `is_shown` also who is hidden.
    """

    text: str
    values: tuple[str, ...]
    is_listed: bool
    is_hidden: bool
    faults: tuple[tuple[Reason, str, bool], ...]

    @property
    def is_shown(self) -> bool:
        return self.is_listed and not self.is_hidden

    def hidden(self) -> Standing:
        """The same of somebody whose address is withheld."""
        values = (*self.values[:4], "t", *self.values[5:])
        return self._replace(text=copy_line(values)[:-1], values=values, is_hidden=True)

    def text_of(self, cells: Sequence[str]) -> str:
        """How the row begins; nothing of people who must not be shown."""
        if not self.is_shown:
            return ""
        return " | ".join(cell.strip() for cell in cells[:20] if cell.strip())[:_TEXT_KEPT]


class Memo(dict[Any, Any]):
    """What a function gives, by its arguments; forgotten all at once when there are too many."""

    def __init__(self, read: Callable[..., Any], limit: int) -> None:
        super().__init__()
        self._read = read
        self._limit = limit

    def __missing__(self, key: tuple[Any, ...]) -> Any:
        if len(self) >= self._limit:
            self.clear()
        value = self[key] = self._read(*key)
        return value


class CellReaders:
    """Cells to values, by the fields they stand in.

    Attributes:
        standing: suffix, gender, party, status, confidential, language -> `Standing`.
        born: birth date, birth year, age -> date and year as COPY text, either unknown; None when the file
            gives one that cannot be.
        registered: a day, and nothing -> its date as COPY text; None when the file gives one that cannot be.
        area: county, precinct, its name -> the number of `Gathered.areas`.
    """

    def __init__(self, layout: Layout, on: date, gathered: Gathered) -> None:
        self._statuses = (
            STATUSES | dict(layout.statuses) | ({} if "status" in layout.columns else {"": "active"})
        )
        self._gathered = gathered
        self._latest = on + _FUTURE
        self._this_year = on.year
        self.standing = Memo(self._standing, 8192)
        self.born = Memo(self._born, 65536)
        self.registered = Memo(self._registered, 65536)
        self._road = Memo(self._read_road, 8192)
        self.area = Memo(self._area, 8192)
        self._town = Memo(self._read_town, 4096)

    def _standing(
        self, suffix: str, gender: str, party: str, status: str, confidential: str, language: str
    ) -> Standing:
        code = status.strip().upper()
        known = self._statuses.get(code, "")
        mark = confidential.strip().upper()
        hidden = mark not in _PUBLIC or known == CONFIDENTIAL
        party = party.strip().upper()
        faults: list[tuple[Reason, str, bool]] = [] if known else [(Reason.UNKNOWN_STATUS, code, True)]
        if mark not in _PUBLIC and mark not in _TRUE:
            faults.append((Reason.UNKNOWN_CONFIDENTIAL, mark, True))
        if len(party) > 40:
            faults.append((Reason.VALUE_TOO_LONG, "", False))
        known = "active" if known == CONFIDENTIAL else known or "inactive"
        sex = gender.strip()[:1].upper()
        values = (suffix.strip()[:20], sex, party, known, "t" if hidden else "f", language.strip()[:20])
        return Standing(copy_line(values)[:-1], values, known not in _UNLISTED, hidden, tuple(faults))

    def _born(self, birth_date: str, birth_year: str, age: str) -> str | None:
        if birth_date.strip():
            found = read_date(birth_date.strip())
            if found is None or found.year > self._this_year:
                return None
            return f"{found.isoformat()}\t{found.year}"
        if birth_year.strip():
            year = read_year(birth_year.strip())
            return None if year is None or year > self._this_year else f"{NULL}\t{year}"
        years = age.strip()
        if years.isdecimal() and len(years) < 4 and 0 < int(years) < 130:
            return f"{NULL}\t{self._this_year - int(years)}"
        return UNBORN

    def _registered(self, text: str, _nothing: str) -> str | None:
        if not text.strip():
            return NULL
        found = read_date(text.strip())
        return found.isoformat() if found is not None and found <= self._latest else None

    def place(self, line: str, number: str, street: str, unit: str, city: str, postcode: str) -> Place:
        """The door that the cells name. House numbers are read apart: the rest repeats along the street."""
        if street and not street.isspace():
            house = number_key(number)
            if not house:
                return self._parsed(parse_line(street, unit.strip()), street, city, postcode)
            tail, road, door, town = self._road[street, unit, city, postcode, False]
        else:
            house, _space, rest = line.partition(" ")
            if not house.isdecimal() or house[0] == "0" or not house.isascii():
                return self._parsed(parse_line(line.upper(), unit.strip()), line, city, postcode)
            words = rest.rsplit(None, 2)
            if len(words) == 3 and words[1] in PLAIN_UNIT_WORDS and not unit and "#" not in words[0]:
                # Streets repeat, their units do not: each is remembered by itself.
                tail, road, door, town = self._road[words[0], "", city, postcode, True]
                door = f"{door} {unit_key(words[2])}" if door else unit_key(words[2])
            else:
                tail, road, door, town = self._road[rest, unit, city, postcode, True]
        if not road:
            return NOWHERE
        house = f"{house}{tail}"
        key = f"{house} {road}"
        if len(key) > _LONGEST_KEY or len(door) > 40 or len(house) > 20:
            return TOO_LONG
        return _new(Place, (key, road, door, town))

    def _read_road(
        self, road: str, unit: str, city: str, postcode: str, is_line: bool
    ) -> tuple[str, str, str, int]:
        """What comes after a house number: what still belongs to it, street, unit and town."""
        if is_line:
            address = parse_line(f"1 {road.upper()}", unit.strip())
        else:
            address = from_parts("1", road, unit.strip())
        return address.number[1:], address.street, address.unit, self._town[city, postcode]

    def _parsed(self, address: Address, text: str, city: str, postcode: str) -> Place:
        house, road, door = address
        if not house and WITHHELD & {road, text.strip().upper()}:
            return WITHHELD_PLACE
        if not road:
            return NOWHERE
        key = address.building_key
        if len(key) > _LONGEST_KEY or len(door) > 40 or len(house) > 20:
            return TOO_LONG
        return Place(key, road, door, self._town[city, postcode])

    def _read_town(self, city: str, postcode: str) -> int:
        return self._gathered.town(city.strip(), postcode.strip())

    def _area(self, county: str, precinct: str, name: str) -> int:
        return self._gathered.area(county.strip()[:60], precinct.strip()[:40], name.strip())
