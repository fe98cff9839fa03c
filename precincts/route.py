"""The order in which doors are walked: a short route, or street by street with odd numbers up and even ones back.

Distances are guessed from places, street names and the sides of house numbers, without a street network: as the crow
flies along one street, a quarter more and 40 metres for the corner to another street. On generated towns this comes
within 6 % of routes over the true network, and straight lines alone within 16 % (docs/benchmarks.md).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from precincts.partition import bisect
from precincts.partition.placing import Numbers, Streets, house_numbers, street_codes

Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
Ints = np.ndarray[tuple[int, ...], np.dtype[np.int64]]
Bools = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]

OTHER_STREET_FACTOR, OTHER_STREET_METRES = 1.25, 40.0
STREET_WIDTH_SAVED, NARROWEST_STREET = 6.0, 12.0
LARGEST_DISTANCE = 65_000
MOST_AT_ONCE = 1_200

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
    known = np.isfinite(places).all(axis=1)
    there = np.flatnonzero(known)
    there = there[np.lexsort((houses[there], codes[there], places[there, 1], places[there, 0]))]
    beginning = None if start is None else np.asarray(start, dtype=np.float64)
    walked = _route_placed(places[there], codes[there], houses[there], beginning, closed, budget)
    rest = np.flatnonzero(~known)
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
    """Estimate the metres walked in this order from places and streets; doors without coordinates are left out."""
    places = _places(points)
    codes, houses = (
        street_codes(streets, len(places)),
        house_numbers(numbers, len(places)),
    )
    walked = np.asarray(order, dtype=np.int64)
    walked = walked[np.isfinite(places[walked]).all(axis=1)]
    if not len(walked):
        return 0.0
    beginning = None if start is None else np.asarray(start, dtype=np.float64)
    return _length(places[walked], codes[walked], houses[walked], beginning, closed)


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


def guessed_metres(places: Floats, streets: Ints, houses: Floats) -> Floats:
    """Guess the walk between every two doors (n, n) from places (n, 2), street codes (n,) and house numbers (n,)."""
    from scipy.spatial.distance import cdist  # slow to import, and most processes never plan a walk

    side = _sides(streets, houses)
    across = np.equal.outer(streets, streets) & (np.multiply.outer(side, side) < 0)
    return _by_street(cdist(places, places), np.equal.outer(streets, streets), across)


def _sides(streets: Ints, houses: Floats) -> Ints:
    """1 for odd and -1 for even house numbers, 0 where the number or the street is not known (n,)."""
    odd, even = houses % 2 == 1, houses % 2 == 0
    return np.where(streets < 0, 0, odd.astype(np.int64) - even)


def _by_street(metres: Floats, together: Bools, across: Bools) -> Floats:
    """Turn straight lines into walks: over the street from door to door it is shorter than from house to house."""
    walks = np.where(together, metres, OTHER_STREET_FACTOR * metres + OTHER_STREET_METRES)
    straight = metres[across]
    walks[across] = np.maximum(straight - STREET_WIDTH_SAVED, np.minimum(straight, NARROWEST_STREET))
    return walks


def _length(places: Floats, streets: Ints, houses: Floats, start: Floats | None, closed: bool) -> float:
    last = len(places) if closed and start is None else len(places) - 1
    here, there = np.arange(last), (np.arange(last) + 1) % len(places)
    metres = np.linalg.norm(places[here] - places[there], axis=1)
    together, side = streets[here] == streets[there], _sides(streets, houses)
    across = together & (side[here] * side[there] < 0)
    walked = float(_by_street(metres, together, across).sum())
    if start is not None:
        walked += float(np.linalg.norm(places[0] - start))
        walked += float(np.linalg.norm(places[-1] - start)) if closed else 0.0
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
    if len(places) > MOST_AT_ONCE:
        found = _in_portions(places, streets, houses, start, budget)
    else:
        found = _search(places, streets, houses, start, closed, budget)
    plain = _street_order(streets, houses, places)
    if start is None and not closed and found[0] > found[-1]:
        found = found[::-1]
    return min(
        (found, plain),
        key=lambda order: _length(places[order], streets[order], houses[order], start, closed),
    )


def _search(
    places: Floats,
    streets: Ints,
    houses: Floats,
    start: Floats | None,
    closed: bool,
    budget: float | None,
) -> Ints:
    """Solve as a closed tour; an open walk gets one more stop at no distance from any, where the tour is opened.

    A start is a stop too, as far from the opening as from the furthest door unless it is the walk's own end.
    """
    count = len(places)
    metres = guessed_metres(places, streets, houses)
    if start is not None:
        away = np.linalg.norm(places - start, axis=1)
        metres = np.block([[metres, away[:, None]], [away[None], np.zeros((1, 1))]])
    if not closed:
        opening = np.full(len(metres), 2 * metres.max() if start is not None else 0.0)
        opening[-1] = 0.0
        metres = np.block([[metres, opening[:, None]], [opening[None], np.zeros((1, 1))]])
    whole = np.rint(metres * (LARGEST_DISTANCE / max(float(metres.max()), 1.0))).astype(np.int64)
    seconds = search_seconds(count) if budget is None else budget
    import fast_tsp  # compiled, and most processes never plan a walk

    tour = np.array(fast_tsp.find_tour(whole, duration_seconds=seconds), dtype=np.int64)
    first = int(np.flatnonzero(tour == (len(metres) - 1 if start is not None or not closed else 0))[0])
    tour = np.roll(tour, -first)
    if start is not None and not closed and tour[1] != count:
        tour = np.roll(tour[::-1], 1)
    return tour[tour < count]


def _in_portions(
    places: Floats,
    streets: Ints,
    houses: Floats,
    start: Floats | None,
    budget: float | None,
) -> Ints:
    """Walk a large area portion after portion, each from where the last one ended."""
    parts = -(-len(places) * 3 // (2 * MOST_AT_ONCE))
    labels = bisect(places, np.ones(len(places), dtype=np.int64), parts)
    walked: list[Ints] = []
    for part in range(parts):
        rows = np.flatnonzero(labels == part)
        share = None if budget is None else budget / parts
        order = rows[_search(places[rows], streets[rows], houses[rows], start, False, share)]
        walked.append(order)
        start = places[order[-1]]
    return np.concatenate(walked)


def _street_order(streets: Ints, houses: Floats, places: Floats | None) -> Ints:
    runs = [
        _up_and_down(np.flatnonzero(streets == code), houses) for code in np.unique(streets[streets >= 0])
    ]
    if places is not None:
        runs = _nearest_next(runs, places)
    runs.append(_up_and_down(np.flatnonzero(streets < 0), houses))
    return np.concatenate(runs).astype(np.int64)


def _up_and_down(rows: Ints, houses: Floats) -> Ints:
    """Odd numbers up, even ones down, those without a number last."""
    rows = rows[np.argsort(houses[rows], kind="stable")]
    odd, even = houses[rows] % 2 == 1, houses[rows] % 2 == 0
    return np.concatenate([rows[odd], rows[even][::-1], rows[~odd & ~even]])


def _nearest_next(runs: list[Ints], places: Floats) -> list[Ints]:
    """Order runs from the one that begins furthest north-west, always on to the nearest beginning."""
    waiting = [run for run in runs if np.isfinite(places[run]).all()]
    lost = [run for run in runs if not np.isfinite(places[run]).all()]
    ordered: list[Ints] = []
    while waiting:
        begins = np.array([places[run[0]] for run in waiting])
        if ordered:
            far = np.linalg.norm(begins - places[ordered[-1][-1]], axis=1)
        else:
            far = begins[:, 0] - begins[:, 1]
        ordered.append(waiting.pop(int(far.argmin())))
    return ordered + lost


def _places(points: ArrayLike) -> Floats:
    places = np.array(points, dtype=np.float64)
    if places.size == 0:
        return np.zeros((0, 2))
    if places.ndim != 2 or places.shape[1] != 2:
        raise ValueError(f"Expected points of two coordinates, got the shape {places.shape}.")
    return places
