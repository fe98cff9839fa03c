"""A voter file's rows as clean values, with a reject for every row that is left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from operator import itemgetter

from precincts.addresses import from_parts, locality_key, parse_line
from precincts.voterfile.copytext import NULL
from precincts.voterfile.faults import Reason, Reject
from precincts.voterfile.layouts.base import VOTER_FIELDS, Layout
from precincts.voterfile.tables import Row
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
    "county",
    "precinct_code",
    "precinct_name",
    "number",
    "street",
    "address_key",
    "unit",
    "city",
    "locality",
    "postcode",
)
"""What `read_voters` gives of each voter, in this order; text, with `copytext.NULL` for what is unknown."""

_LIMITS = {1: 40, 2: 80, 3: 80, 4: 80, 9: 40, 15: 60, 16: 40, 18: 20, 20: 160, 21: 40, 22: 80}
_TRUE = frozenset({"Y", "YES", "TRUE", "T", "1", "X"})
_GENDERS = {"MALE": "M", "FEMALE": "F", "UNKNOWN": "U"}
_TEXT_KEPT = 200
_FUTURE = timedelta(days=366)


@dataclass(slots=True)
class States:
    """How many rows name which state, to notice a file of another state."""

    counts: dict[str, int]

    def mostly_other_than(self, state: str) -> str:
        """The state most rows name, when that is not `state`; "" otherwise."""
        named = sum(self.counts.values())
        own = self.counts.get(state, 0)
        if not named or own * 2 >= named:
            return ""
        return max(self.counts, key=lambda other: self.counts[other])


def read_voters(
    rows: Iterator[Row],
    header: Sequence[str],
    layout: Layout,
    *,
    on: date,
    refuse: Callable[[Reject], None],
    states: States,
) -> Iterator[list[str]]:
    """Each voter as the values of `STAGE_COLUMNS`; rejects and warnings go to `refuse`.

    Args:
        header: the header's cells, or a row of the right width where the file has none.
        on: the day of the import, against which dates in the future are measured.
        states: counts the residential states that rows name.

    Raises:
        FileFault: columns of the layout are missing, and what reading rows raises.
    """
    width = len(header)
    cells_of, joined = _cell_getter(layout, header)
    no_status = "status" not in layout.columns
    statuses = STATUSES | dict(layout.statuses)
    read_registered = _date_reader(on + _FUTURE)
    counts = states.counts
    for line, cells in rows:
        if len(cells) != width:
            if len(cells) < width or any(cell.strip() for cell in cells[width:]):
                reason = Reason.SHORT_ROW if len(cells) < width else Reason.LONG_ROW
                refuse(Reject(line, reason, f"{len(cells)}/{width}", _start(cells)))
                continue
            del cells[width:]
        cells.append("")
        for places in joined:
            cells.append(" ".join(filter(None, [cells[place].strip() for place in places])))
        (
            voter_id, last, first, middle, suffix, address_line, number, street, unit, city, state, postcode,
            precinct, precinct_name, county, status, registered, birth_date, birth_year, age, gender, party,
            phone, language, confidential,
        ) = map(str.strip, cells_of(cells))  # fmt: skip
        if not voter_id:
            refuse(Reject(line, Reason.NO_ID, "", _start(cells)))
            continue
        hidden = bool(confidential) and confidential.upper() in _TRUE
        status = status.upper()
        known_status = "active" if no_status else statuses.get(status, "")
        if not known_status:
            refuse(Reject(line, Reason.UNKNOWN_STATUS, status[:40], _start(cells), is_warning=True))
            known_status = "inactive"
        unlisted = hidden or known_status in ("removed", "denied")
        if not last and not hidden:
            refuse(Reject(line, Reason.NO_LAST_NAME, "", _start(cells)))
            continue
        address = from_parts(number, street, unit) if street else parse_line(address_line.upper(), unit)
        if not address.street or (not address.number and address.street in WITHHELD):
            if not unlisted:
                refuse(Reject(line, Reason.NO_ADDRESS, "", _start(cells)))
                continue
            address = _NOWHERE
        registered_on = read_registered(registered) if registered else NULL
        if registered_on is None:
            refuse(Reject(line, Reason.BAD_REGISTRATION_DATE, registered[:40], _start(cells), is_warning=True))
            registered_on = NULL
        born = _birth(birth_date, birth_year, age, on.year)
        if born is None:
            refuse(Reject(line, Reason.BAD_BIRTH_DATE, (birth_date or birth_year)[:40], _start(cells), is_warning=True))
            born = _UNBORN
        if state:
            counts[state.upper()] = counts.get(state.upper(), 0) + 1
        values = [
            str(line),
            voter_id.upper(),
            last,
            first,
            middle,
            suffix[:20],
            _GENDERS.get(gender.upper(), gender[:10].upper()),
            born[0],
            born[1],
            party.upper(),
            registered_on,
            known_status,
            "t" if hidden else "f",
            read_phone(phone) if phone else "",
            language[:20],
            county.upper(),
            precinct,
            precinct_name[:120],
            address.number,
            address.street,
            address.building_key,
            address.unit,
            city.upper(),
            locality_key(city)[:80],
            postcode[:5],
        ]
        if len(values[20]) > 60 or max(map(len, values)) > 40:
            too_long = next((STAGE_COLUMNS[at] for at, limit in _LIMITS.items() if len(values[at]) > limit), "")
            if too_long:
                refuse(Reject(line, Reason.VALUE_TOO_LONG, too_long, _start(cells)))
                continue
        yield values


_NOWHERE = from_parts("", "", "")
_UNBORN = (NULL, NULL)


def _cell_getter(
    layout: Layout, header: Sequence[str]
) -> tuple[Callable[[Sequence[str]], tuple[str, ...]], list[tuple[int, ...]]]:
    """A getter of all `VOTER_FIELDS` from a row with one blank cell appended, then one for each joined field."""
    width = len(header)
    positions = layout.positions(header)
    joined = [places for places in positions.values() if len(places) > 1]
    places = []
    for name in VOTER_FIELDS:
        spots = positions.get(name)
        if spots is None:
            places.append(width)
        elif len(spots) == 1:
            places.append(spots[0])
        else:
            places.append(width + 1 + joined.index(spots))
    return itemgetter(*places), joined


def _date_reader(latest: date) -> Callable[[str], str | None]:
    @lru_cache(maxsize=65536)
    def read(text: str) -> str | None:
        found = read_date(text)
        return found.isoformat() if found is not None and found <= latest else None

    return read


@lru_cache(maxsize=65536)
def _birth(birth_date: str, birth_year: str, age: str, this_year: int) -> tuple[str, str] | None:
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


def _start(cells: Sequence[str]) -> str:
    return " | ".join(cell.strip() for cell in cells[:20] if cell.strip())[:_TEXT_KEPT]
