"""Address points: any table with longitude, latitude and an address, OpenAddresses' columns among them.

Source of the column names: OpenAddresses (LON, LAT, NUMBER, STREET, UNIT, CITY, DISTRICT, REGION, POSTCODE),
the National Address Database, and what cities call theirs.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from precincts.addresses import Address, from_parts, locality_key, parse_line
from precincts.state_boxes import Box, is_inside
from precincts.voterfile.faults import Fault, FileFault, Reason, Reject
from precincts.voterfile.layouts.base import header_places
from precincts.voterfile.tables import Table

_NAMES = {
    "lon": ("lon", "longitude", "long", "lng", "x", "point_x", "xcoord", "x_coord"),
    "lat": ("lat", "latitude", "y", "point_y", "ycoord", "y_coord"),
    "number": (
        "number",
        "house_number",
        "housenumber",
        "street_number",
        "add_number",
        "addr_num",
        "st_num",
        "house_num",
    ),
    "half": ("street_number_suffix", "addnum_suf", "house_suffix", "number_suffix"),
    "direction": ("st_predir", "pre_dir", "predir"),
    "street": ("street", "street_name", "streetname", "st_name", "str_name", "full_street", "stnam_full"),
    "type": ("street_suffix", "st_postyp", "street_type", "st_type", "streettype"),
    "after": ("st_posdir", "post_dir", "dir_suffix", "sufdir"),
    "line": ("address", "full_address", "full_addr", "addr_full", "address_line", "street_address"),
    "unit": ("unit", "apt", "apartment", "subaddress", "unit_num"),
    "city": ("city", "post_city", "municipality", "town", "inc_muni", "postal_city"),
    "postcode": ("postcode", "zip", "zipcode", "zip_code", "zip5"),
}


@dataclass(frozen=True, slots=True)
class Point:
    """One address point; `lon` and `lat` in degrees."""

    line: int
    address: Address
    city: str
    locality: str
    postcode: str
    lon: float
    lat: float


@dataclass(slots=True)
class PointCount:
    """Rows read, and those outside the box."""

    rows: int = 0
    outside: int = 0
    first_outside: tuple[int, float, float] | None = None


def read_points(
    table: Table, *, box: Box, refuse: Callable[[Reject], None], count: PointCount, accept_far: bool = False
) -> Iterator[Point]:
    """Every address point with usable coordinates.

    Args:
        box: where points are expected; those outside are left out, one by one.
        accept_far: take points outside the box too (somebody has confirmed the file).

    Raises:
        FileFault: a damaged header, no coordinates or address among the columns, swapped or projected
            coordinates, as the first rows show.
    """
    _require_whole_header(table)
    places = header_places(table.first)
    found = {name: _first_place(places, usual) for name, usual in _NAMES.items()}
    _require_columns(found, table)
    _require_degrees(table, found, box)
    width = len(table.first)
    for line, cell_count, cells in table.rows(skip_first=True):
        count.rows += 1
        if cell_count != width:
            reason = Reason.SHORT_ROW if cell_count < width else Reason.LONG_ROW
            refuse(Reject(line, reason, f"{cell_count}/{width}", " | ".join(cells)[:200]))
            continue
        address = _address(cells, found)
        if not address.street:
            refuse(Reject(line, Reason.NO_ADDRESS, "", " | ".join(cells)[:200]))
            continue
        place = _coordinates(cells, found)
        if place is None:
            refuse(Reject(line, Reason.NO_COORDINATES, "", " | ".join(cells)[:200]))
            continue
        if not accept_far and not is_inside(box, *place):
            count.outside += 1
            count.first_outside = count.first_outside or (line, *place)
            refuse(Reject(line, Reason.OUTSIDE, f"{place[0]:.5f}, {place[1]:.5f}", " | ".join(cells)[:200]))
            continue
        city, postcode = _cell(cells, found["city"]), _cell(cells, found["postcode"])
        yield Point(line, address, city.upper()[:80], locality_key(city)[:80], postcode[:5], *place)


def _require_whole_header(table: Table) -> None:
    widths = Counter(width for _line, width, _cells in table.sample[1:])
    usual = widths.most_common(1)[0][0] if widths else len(table.first)
    if len(table.first) != usual:
        start = ",".join(table.first)[:120]
        raise FileFault(Fault.HEADER_DAMAGED, line=table.first_line, details={"start": start})


def _first_place(places: dict[str, int], names: tuple[str, ...]) -> int | None:
    return next((places[name] for name in names if name in places), None)


def _require_columns(found: dict[str, int | None], table: Table) -> None:
    missing = [name for name in ("lon", "lat") if found[name] is None]
    if found["line"] is None and (found["number"] is None or found["street"] is None):
        missing.append("number + street")
    if missing:
        raise FileFault(Fault.COLUMNS_MISSING, line=table.first_line, details={"columns": ", ".join(missing)})


def _require_degrees(table: Table, found: dict[str, int | None], box: Box) -> None:
    swapped = projected = 0
    shown: tuple[int, float, float] | None = None
    placed = [(line, _coordinates(cells, found, anywhere=True)) for line, _width, cells in table.sample[1:]]
    known = [(line, place) for line, place in placed if place is not None]
    for line, (lon, lat) in known:
        if abs(lon) > 180 or abs(lat) > 180:
            projected += 1
        elif not is_inside(box, lon, lat) and is_inside(box, lat, lon):
            swapped += 1
        else:
            continue
        shown = shown or (line, lon, lat)
    if shown is not None and max(swapped, projected) * 2 > len(known):
        fault = Fault.SWAPPED if swapped >= projected else Fault.NOT_DEGREES
        raise FileFault(fault, line=shown[0], details={"lon": f"{shown[1]:g}", "lat": f"{shown[2]:g}"})


def _coordinates(
    cells: list[str], found: dict[str, int | None], *, anywhere: bool = False
) -> tuple[float, float] | None:
    try:
        lon, lat = float(_cell(cells, found["lon"])), float(_cell(cells, found["lat"]))
    except ValueError:
        return None
    if not (math.isfinite(lon) and math.isfinite(lat)) or (lon == 0 and lat == 0):
        return None
    return (lon, lat) if anywhere or (abs(lon) <= 180 and abs(lat) <= 90) else None


def _address(cells: list[str], found: dict[str, int | None]) -> Address:
    number = f"{_cell(cells, found['number'])} {_cell(cells, found['half'])}".strip()
    street = " ".join(
        filter(None, (_cell(cells, found[name]) for name in ("direction", "street", "type", "after")))
    )
    unit = _cell(cells, found["unit"])
    if number and street:
        return from_parts(number, street, unit)
    return (
        parse_line(_cell(cells, found["line"]).upper(), unit)
        if found["line"] is not None
        else Address("", "")
    )


def _cell(cells: list[str], place: int | None) -> str:
    return cells[place].strip() if place is not None and place < len(cells) else ""
