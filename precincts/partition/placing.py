"""Where buildings stand: degrees to metres, street names and house numbers, and buildings without coordinates."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from precincts.earth import METRES_PER_DEGREE
from precincts.partition.graph import Floats, Ints

Streets = Sequence[Hashable] | NDArray[Any]
Numbers = Sequence[object] | NDArray[Any]

NO_STREET = -1


def lonlat_to_metres(lon: ArrayLike, lat: ArrayLike, *, origin: tuple[float, float] | None = None) -> Floats:
    """Project degrees onto a flat map in metres, x east and y north of the origin (n, 2); NaN stays NaN.

    Equirectangular on a sphere of 6,371 km: over a county (50 km) distances err by less than half a percent.

    Args:
        origin: (lon, lat) of the zero point, so that several calls share one map; by default the mean of what is given.
    """
    degrees = np.stack(
        [np.asarray(lon, dtype=float).ravel(), np.asarray(lat, dtype=float).ravel()],
        axis=1,
    )
    known = np.isfinite(degrees).all(axis=1)
    if origin is None:
        origin = tuple(degrees[known].mean(axis=0)) if known.any() else (0.0, 0.0)
    scale = np.array([np.cos(np.radians(origin[1])), 1.0]) * METRES_PER_DEGREE
    metres = (degrees - np.asarray(origin)) * scale
    metres[~known] = np.nan
    return metres


def street_codes(streets: Streets | None, count: int) -> Ints:
    """Number the streets in the order of their names (n,), NO_STREET for None, "", NaN or a negative number."""
    if streets is None:
        return np.full(count, NO_STREET, dtype=np.int64)
    if isinstance(streets, np.ndarray) and np.issubdtype(streets.dtype, np.integer):
        values, inverse = np.unique(streets, return_inverse=True)
        return np.where(streets < 0, NO_STREET, inverse.ravel() - np.count_nonzero(values < 0)).astype(
            np.int64
        )
    known = {street for street in streets if not _is_missing(street)}
    codes = {
        street: code for code, street in enumerate(sorted(known, key=lambda name: (str(name), repr(name))))
    }
    return np.array([codes.get(street, NO_STREET) for street in streets], dtype=np.int64)


def _is_missing(street: Hashable) -> bool:
    unknown = isinstance(street, float) and np.isnan(street)
    negative = isinstance(street, int | np.integer) and int(street) < 0
    return street is None or street == "" or unknown or negative


def house_numbers(numbers: Numbers | None, count: int) -> Floats:
    """The first whole number in each house number, "12B" as 12 (n,); NaN where there is none."""
    if numbers is None:
        return np.full(count, np.nan)
    if isinstance(numbers, np.ndarray) and np.issubdtype(numbers.dtype, np.number):
        return numbers.astype(np.float64)
    return np.array([_house_number(number) for number in numbers], dtype=np.float64)


def _house_number(number: object) -> float:
    if isinstance(number, int):
        return float(number)
    found = re.search(r"\d+", str(number)) if number is not None else None
    return float(found.group()) if found else np.nan


def street_neighbours(placed: np.ndarray, streets: Ints, numbers: Floats) -> Ints:
    """For each building without coordinates the placed one on its street with the nearest number (n,), else -1.

    Equally near ones: the one on the same side (both odd or both even), then the lower number. A building without a
    number goes to the street's middle number.
    """
    anchors = np.full(len(placed), -1, dtype=np.int64)
    lost = np.flatnonzero(~placed & (streets >= 0))
    if not len(lost):
        return anchors
    home = np.flatnonzero(placed & (streets >= 0))
    home = home[np.lexsort((numbers[home], streets[home]))]
    for row in lost.tolist():
        low, high = np.searchsorted(streets[home], [streets[row], streets[row] + 1])
        if low == high:
            continue
        same = home[low:high]
        number = numbers[row] if np.isfinite(numbers[row]) else float(np.median(np.nan_to_num(numbers[same])))
        off = np.abs(np.nan_to_num(numbers[same], nan=np.inf) - number)
        other_side = np.nan_to_num(numbers[same]) % 2 != number % 2
        anchors[row] = same[np.lexsort((other_side, off))[0]]
    return anchors


def along_streets(streets: Ints, numbers: Floats) -> Floats:
    """Stand-in places when no building has coordinates: one line, street after street, by house number (n, 2)."""
    places = np.full((len(streets), 2), np.nan)
    known = np.flatnonzero(streets >= 0)
    order = known[np.lexsort((np.nan_to_num(numbers[known]), streets[known]))]
    places[order, 0] = np.arange(len(order)) * 15.0 + streets[order] * 100.0
    places[order, 1] = 0.0
    return places
