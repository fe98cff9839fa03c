"""A voter file's rows as clean values, with a reject for every row that is left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from operator import itemgetter

from precincts.addresses import from_parts, locality_key, parse_line
from precincts.voterfile.copytext import NULL
from precincts.voterfile.faults import Reason, Reject
from precincts.voterfile.layouts.base import VOTER_FIELDS, Layout
from precincts.voterfile.tables import Table
from precincts.voterfile.values import STATUSES, WITHHELD, read_date, read_phone, read_year

STAGE_COLUMNS = (
    "line",
    "state_voter_id",
    "last_name",
    "first_name",
    "middle_name",
    "suffix",
    "gender",
    "birth_date",
    "birth_year",
    "party",
    "registered_on",
    "status",
    "is_confidential",
    "phone",
    "language",
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
_GENDERS = {"F": "F", "M": "M", "U": "U", "": ""}
_TEXT_KEPT = 200
_LONGEST_KEY = 120
_UNLISTED = ("removed", "denied")
_UNBORN = (NULL, NULL)
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
    """

    areas: dict[Area, int] = field(default_factory=dict)
    area_names: dict[int, str] = field(default_factory=dict)
    towns: dict[Town, int] = field(default_factory=dict)
    states: dict[str, int] = field(default_factory=dict)
    rows: int = 0

    def state_of_most(self, state: str) -> str:
        """The other state that most rows name; "" when most name `state`, or none at all."""
        named = sum(self.states.values())
        if not named or self.states.get(state, 0) * 2 >= named:
            return ""
        return max((other for other in self.states if other != state), key=lambda other: self.states[other])

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

    Args:
        table: an opened file; its first row is the header, where the layout has one.
        on: the day of the import, against which dates in the future are measured.
        gathered: filled on the way.

    Raises:
        FileFault: columns of the layout are missing, and what reading rows raises.
    """
    expected = len(table.first)
    cells_of, joined, kept, keep = _cell_getter(layout, table.first)
    statuses = STATUSES | dict(layout.statuses) | ({} if "status" in layout.columns else {"": "active"})
    read_registered = _date_reader(on + _FUTURE)
    read_born = _birth_reader(on.year)
    read_place = _place_reader(gathered)
    read_area = lru_cache(maxsize=8192)(gathered.area)
    states = gathered.states
    for line, width, cells in table.rows(skip_first=layout.has_header, keep=keep):
        gathered.rows += 1
        if width != expected and (width < expected or any(cell.strip() for cell in cells[expected:])):
            reason = Reason.SHORT_ROW if width < expected else Reason.LONG_ROW
            refuse(Reject(line, reason, f"{width}/{expected}", _start(cells)))
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
        ) = map(str.strip, cells_of(cells))  # fmt: skip
        hidden = confidential != "N" and confidential.upper() in _TRUE
        known_status = statuses.get(status) or statuses.get(status.upper(), "")
        if not known_status:
            refuse(Reject(line, Reason.UNKNOWN_STATUS, status[:40], _start(cells), is_warning=True))
            known_status = "inactive"
        key, street, unit, town = read_place(address_line, number, street, unit, city, postcode)
        left_out = _why_left_out(
            voter_id, last, key, is_unlisted=hidden or known_status in _UNLISTED, is_hidden=hidden
        )
        if left_out is not None:
            refuse(Reject(line, left_out, "", _start(cells)))
            continue
        registered_on = read_registered(registered) if registered else NULL
        if registered_on is None:
            refuse(
                Reject(line, Reason.BAD_REGISTRATION_DATE, registered[:40], _start(cells), is_warning=True)
            )
            registered_on = NULL
        born = read_born(birth_date, birth_year, age)
        if born is None:
            refuse(
                Reject(
                    line,
                    Reason.BAD_BIRTH_DATE,
                    (birth_date or birth_year)[:40],
                    _start(cells),
                    is_warning=True,
                )
            )
            born = _UNBORN
        if (
            len(last) + len(first) + len(middle) > 80
            or len(voter_id) + len(party) > 40
            or len(precinct) > 40
            or len(county) > 60
            or len(key) > _LONGEST_KEY
            or len(unit) > 40
        ):
            refuse(Reject(line, Reason.VALUE_TOO_LONG, "", _start(cells)))
            continue
        if state:
            states[state] = states.get(state, 0) + 1
        yield [
            str(line),
            voter_id,
            last,
            first,
            middle,
            suffix[:20],
            _GENDERS.get(gender) or gender[:1].upper(),
            born[0],
            born[1],
            party,
            registered_on,
            known_status,
            "t" if hidden else "f",
            read_phone(phone) if phone else "",
            language[:20],
            read_area(county, precinct, precinct_name),
            key,
            street,
            unit,
            town,
        ]


def _why_left_out(voter_id: str, last: str, key: str, *, is_unlisted: bool, is_hidden: bool) -> Reason | None:
    """Hidden people come without name or address, and people off the list often without an address."""
    if not voter_id:
        return Reason.NO_ID
    if not last and not is_hidden:
        return Reason.NO_LAST_NAME
    return Reason.NO_ADDRESS if key == NULL and not is_unlisted else None


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


def _date_reader(latest: date) -> Callable[[str], str | None]:
    @lru_cache(maxsize=65536)
    def read(text: str) -> str | None:
        found = read_date(text)
        return found.isoformat() if found is not None and found <= latest else None

    return read


def _birth_reader(this_year: int) -> Callable[[str, str, str], tuple[str, str] | None]:
    @lru_cache(maxsize=65536)
    def read(birth_date: str, birth_year: str, age: str) -> tuple[str, str] | None:
        """Date and year of birth as text, either unknown; None when the file gives one that cannot be."""
        if birth_date:
            found = read_date(birth_date)
            if found is None or found.year > this_year:
                return None
            return found.isoformat(), str(found.year)
        if birth_year:
            year = read_year(birth_year)
            return None if year is None or year > this_year else (NULL, str(year))
        if age.isdigit() and 0 < int(age) < 130:
            return NULL, str(this_year - int(age))
        return _UNBORN

    return read


def _place_reader(gathered: Gathered) -> Callable[[str, str, str, str, str, str], tuple[str, str, str, str]]:
    @lru_cache(maxsize=16384)
    def read(
        line: str, number: str, street: str, unit: str, city: str, postcode: str
    ) -> tuple[str, str, str, str]:
        """Building key, street, unit and town's number; NULL for all where the address is not given."""
        address = from_parts(number, street, unit) if street else parse_line(line.upper(), unit)
        if not address.street or (not address.number and address.street in WITHHELD):
            return NULL, NULL, "", NULL
        return address.building_key, address.street, address.unit, gathered.town(city, postcode)

    return read


def _start(cells: Sequence[str]) -> str:
    return " | ".join(cell.strip() for cell in cells[:20] if cell.strip())[:_TEXT_KEPT]
