"""The order in which doors are walked: a short route, or street by street with odd numbers up and even ones back.

The walk from door to door is guessed without a street network (precincts/walks.py). On generated towns this comes
within 3 % of routes over the true network, and straight lines alone within 16 % (docs/benchmarks.md).
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from precincts.partition import bisect
from precincts.partition.graph import Bools, Floats, Ints
from precincts.partition.placing import Numbers, Streets, house_numbers, street_codes
from precincts.walks import Walks

LARGEST_DISTANCE = 65_000
MOST_AT_ONCE, ROWS_AT_A_TIME = 1_200, 200

# A comfortable walking speed is 1.2 to 1.4 m/s for adults of most ages (Bohannon and Williams Andrews 2011,
# Physiotherapy 97:182-189); canvassers carry papers and read house numbers.
METRES_PER_MINUTE = 72.0
# An assumption: half a minute where nobody opens, three to five minutes where somebody talks, at about one door in three.
MINUTES_PER_DOOR = 1.75


def route(
    points: ArrayLike,
    streets: Streets | None = None,
    numbers: Numbers | None = None,
    *,
    start: tuple[float, float] | None = None,
    closed: bool = False,
    budget: float | None = None,
) -> Ints:
    """Find a short walk past all doors, never longer by walk_metres than street_order.

    The search ends by the clock, so that two runs may differ by a few metres in a thousand.

    Args:
        points: (n, 2) metres; rows with NaN come last, in street order.
        streets: (n,) street of each door, None where unknown.
        numbers: (n,) house numbers, of which odd and even stand on opposite sides.
        start: (x, y) metres where the walk begins; by default the best end.
        closed: whether the walk returns to where it began.
        budget: seconds of search; by default 3 ms for 50 doors, with the square of their number.

    Returns:
        Row numbers in walking order (n,).

    Raises:
        ValueError: points are not (n, 2).
    """
    places = _places(points)
    count = len(places)
    codes, houses = street_codes(streets, count), house_numbers(numbers, count)
    known = _placed(places)
    there, rest = np.flatnonzero(known), np.flatnonzero(~known)
    beginning = None if start is None else np.asarray(start, dtype=np.float64)
    walked = _route_placed(places[there], codes[there], houses[there], beginning, closed, budget)
    return np.concatenate([there[walked], rest[_street_order(codes[rest], houses[rest], None)]])


def street_order(
    streets: Streets | None,
    numbers: Numbers | None,
    points: ArrayLike | None = None,
) -> Ints:
    """Go street by street, odd numbers up, then even ones back down; doors without a street come last (n,).

    Streets follow by name; with points (n, 2) each is followed by the one that begins nearest to where it ends.
    """
    given = next((column for column in (streets, numbers, points) if column is not None), ())
    count = len(np.asarray(given, dtype=object))
    places = None if points is None else _places(points)
    return _street_order(street_codes(streets, count), house_numbers(numbers, count), places)


def walk_metres(
    points: ArrayLike,
    order: ArrayLike,
    streets: Streets | None = None,
    numbers: Numbers | None = None,
    *,
    start: tuple[float, float] | None = None,
    closed: bool = False,
) -> float:
    """Estimate the metres walked in this order from all doors' places and streets; those without a place are left out."""
    places = _places(points)
    codes, houses = street_codes(streets, len(places)), house_numbers(numbers, len(places))
    known = _placed(places)
    walked = np.asarray(order, dtype=np.int64)
    walked = (np.cumsum(known) - 1)[walked[known[walked]]]
    if not len(walked):
        return 0.0
    beginning = None if start is None else np.asarray(start, dtype=np.float64)
    return _length(Walks.read(places[known], codes[known], houses[known]), walked, beginning, closed)


def walk_minutes(
    metres: float,
    doors: int,
    *,
    metres_per_minute: float = METRES_PER_MINUTE,
    minutes_per_door: float = MINUTES_PER_DOOR,
) -> float:
    """Estimate the minutes for a walk: its length at 1.2 m/s and 1.75 minutes at each door (see the constants)."""
    return metres / metres_per_minute + doors * minutes_per_door


def search_seconds(count: int) -> float:
    """How long to search for a route past so many doors: quadratic, from 2 ms to 1 s."""
    return float(np.clip(0.003 * (count / 50) ** 2, 0.002, 1.0))


def _length(walks: Walks, order: Ints, start: Floats | None, closed: bool) -> float:
    steps = np.append(order, order[0]) if closed and start is None else order
    walked = float(walks.between(steps[:-1], steps[1:]).sum())
    if start is not None:
        walked += float(np.linalg.norm(walks.places[:, order[0]] - start))
        walked += float(np.linalg.norm(walks.places[:, order[-1]] - start)) if closed else 0.0
    return walked


def _route_placed(
    places: Floats,
    streets: Ints,
    houses: Floats,
    start: Floats | None,
    closed: bool,
    budget: float | None,
) -> Ints:
    """The shorter of the search's route and the street order, for doors that all have a place."""
    if len(places) < 2:
        return np.arange(len(places))
    walks = Walks.read(places, streets, houses)
    rows = np.lexsort((houses, streets, places[:, 1], places[:, 0]))
    if len(places) > MOST_AT_ONCE:
        found = _in_portions(walks, rows, start, budget)
    else:
        found = _search(walks, rows, start, closed, budget)
    plain = _street_order(streets, houses, places)
    if start is None and not closed and tuple(places[found[0]]) > tuple(places[found[-1]]):
        found = found[::-1]
    return min((found, plain), key=lambda order: _length(walks, order, start, closed))


def _search(walks: Walks, rows: Ints, start: Floats | None, closed: bool, budget: float | None) -> Ints:
    """Solve as a closed tour; an open walk gets one more stop at no distance from any, where the tour is opened.

    A start is a stop too, as far from the opening as from the furthest door unless it is the walk's own end.
    """
    count = len(rows)
    stops = count + (start is not None) + (not closed)
    metres = np.zeros((stops, stops))
    for begin in range(0, count, ROWS_AT_A_TIME):
        some = slice(begin, min(begin + ROWS_AT_A_TIME, count))
        metres[some, :count] = walks.between(rows[some, None], rows[None])
    if start is not None:
        away = np.linalg.norm(walks.places[:, rows] - start[:, None], axis=0)
        metres[count, :count] = metres[:count, count] = away
        if not closed:
            metres[-1, :count] = metres[:count, -1] = 2 * metres.max()
    whole = np.rint(metres * (LARGEST_DISTANCE / max(float(metres.max()), 1.0))).astype(np.int64)
    seconds = search_seconds(count) if budget is None else budget
    import fast_tsp  # compiled, and most processes never plan a walk

    tour = np.array(fast_tsp.find_tour(whole, duration_seconds=seconds), dtype=np.int64)
    tour = np.roll(tour, -int(np.flatnonzero(tour == (stops - 1 if stops > count else 0))[0]))
    if start is not None and not closed and tour[1] != count:
        tour = np.roll(tour[::-1], 1)
    return rows[tour[tour < count]]


def _in_portions(walks: Walks, rows: Ints, start: Floats | None, budget: float | None) -> Ints:
    """Walk a large area portion after portion, each from where the last one ended."""
    parts = -(-len(rows) * 3 // (2 * MOST_AT_ONCE))
    labels = bisect(walks.places[:, rows].T, np.ones(len(rows), dtype=np.int64), parts)
    walked: list[Ints] = []
    for part in range(parts):
        share = None if budget is None else budget / parts
        walked.append(_search(walks, rows[labels == part], start, False, share))
        start = walks.places[:, walked[-1][-1]]
    return np.concatenate(walked)


def _street_order(streets: Ints, houses: Floats, places: Floats | None) -> Ints:
    """Street by street, odd numbers up, even ones down, those without a number last; doors without a street last."""
    odd, even = houses % 2 == 1, houses % 2 == 0
    order = np.lexsort((np.where(even, -houses, houses), 2 - 2 * odd - even, streets))
    first = int(np.searchsorted(streets[order], 0))
    known = order[first:]
    if places is not None and len(known):
        known = _nearest_next(known, streets, places)
    return np.concatenate([known, order[:first]])


def _nearest_next(order: Ints, streets: Ints, places: Floats) -> Ints:
    """Order streets from the one that begins furthest north-west, always on to the nearest beginning.

    Streets with a door that has no place come last.
    """
    first = np.flatnonzero(np.diff(streets[order], prepend=-1))
    runs = [order[begin:end] for begin, end in pairwise([*first.tolist(), len(order)])]
    placed = np.logical_and.reduceat(_placed(places[order]), first)
    begins = places[order[first]]
    far = np.where(placed, begins[:, 0] - begins[:, 1], np.inf)
    begins[~placed] = np.inf
    walked: list[Ints] = []
    for _ in range(int(placed.sum())):
        nearest = int(far.argmin())
        begins[nearest] = np.inf
        walked.append(runs[nearest])
        far = ((begins - places[walked[-1][-1]]) ** 2).sum(axis=1)
    return np.concatenate(
        walked + [run for run, known in zip(runs, placed.tolist(), strict=True) if not known]
    )


def _places(points: ArrayLike) -> Floats:
    places = np.array(points, dtype=np.float64)
    if places.size == 0:
        return np.zeros((0, 2))
    if places.ndim != 2 or places.shape[1] != 2:
        raise ValueError(f"Expected points of two coordinates, got the shape {places.shape}.")
    return places


def _placed(places: Floats) -> Bools:
    found: Bools = np.isfinite(places[:, 0]) & np.isfinite(places[:, 1])
    return found
