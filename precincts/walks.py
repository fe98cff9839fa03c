"""How far it is on foot from door to door, guessed from places, street names and house numbers without a street network.

On one side of a street it is the straight line; to its other side the way along the street and 12 metres. To another
street it is the way round the corners where the doors' own hundreds of their streets end; or else, and never more, a
quarter more than the straight line and 40 metres. A street's direction shows in how the doors of its sides stretch;
where they lie in a heap or a bow, the other side is 6 metres nearer than it looks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from precincts.partition.graph import Floats, Ints

OTHER_STREET_FACTOR, OTHER_STREET_METRES = 1.25, 40.0
CROSSING_METRES, SETBACKS_METRES, WIDEST_METRES = 12.0, 18.0, 40.0
TO_CORNER_METRES = 15.0
LEAST_STRETCH = 0.9


@dataclass(frozen=True)
class Walks:
    """Doors as they lie on their streets, to guess the walk between any two.

    Attributes:
        places: (2, n) x and y in metres.
        streets: (n,) street codes, -1 where unknown.
        side: (n,) 1 for odd and -1 for even house numbers, 0 where the number or the street is not known.
        along: (n,) metres along the street from some zero, NaN where the street's direction is not known.
        corners: (2, 2, n) x and y in metres of where the door's hundred of its street begins and where it ends, or NaN.
        to_corners: (2, n) metres along the street to them, or NaN.
    """

    places: Floats
    streets: Ints
    side: Ints
    along: Floats
    corners: Floats
    to_corners: Floats

    @classmethod
    def read(cls, points: Floats, streets: Ints, houses: Floats) -> Walks:
        """Find directions and corners from points (n, 2), street codes (n,) and house numbers (n,), NaN unknown."""
        places = np.ascontiguousarray(points.T)
        odd, even = houses % 2 == 1, houses % 2 == 0
        side = np.where(streets < 0, 0, odd.astype(np.int64) - even)
        turn = _directions(places, streets, side)
        east, north = np.cos(turn), np.sin(turn)
        along, beside = places[0] * east + places[1] * north, places[1] * east - places[0] * north
        ends, middle = _hundreds(streets, houses, along, beside)
        corners = np.array([ends * east - middle * north, ends * north + middle * east])
        return cls(places, streets, side, along, corners, np.abs(ends - along))

    def between(self, here: Ints, there: Ints) -> Floats:
        """Guess the metres from doors to others by row numbers, arrays of as many axes that are broadcast together."""
        straight = _metres(self.places.take(here, 1), self.places.take(there, 1))
        along = np.abs(self.along[here] - self.along[there])
        narrow = np.where(np.isnan(along), SETBACKS_METRES, WIDEST_METRES)
        along = np.fmax(along, np.maximum(straight - narrow, 0.0))
        across = self.side[here] * self.side[there] < 0
        one_street = np.where(across, np.minimum(along + CROSSING_METRES, straight), straight)
        around = _metres(self.corners.take(here, 2)[:, :, None], self.corners.take(there, 2)[:, None])
        around += self.to_corners.take(here, 1)[:, None]
        around += self.to_corners.take(there, 1)
        other_street = np.fmin(around.min(axis=(0, 1)), OTHER_STREET_FACTOR * straight + OTHER_STREET_METRES)
        return np.where(self.streets[here] == self.streets[there], one_street, other_street)


def _metres(here: Floats, there: Floats) -> Floats:
    """The straight lines between x and y (2, ...) and others."""
    east, north = here[0] - there[0], here[1] - there[1]
    east *= east
    north *= north
    east += north
    return np.sqrt(east, out=east)


def _directions(places: Floats, streets: Ints, side: Ints) -> Floats:
    """The angle of each door's street (n,) in radians: how the doors of its sides stretch; NaN where they do not."""
    street, line = streets + 1, 3 * streets + side
    line -= line.min()
    count = np.maximum(np.bincount(line), 1)
    x, y = (place - (np.bincount(line, place) / count)[line] for place in places)
    xx, xy, yy = (np.bincount(street, product) for product in (x * x, x * y, y * y))
    turn = 0.5 * np.arctan2(2 * xy, xx - yy)
    turn[np.hypot(xx - yy, 2 * xy) <= LEAST_STRETCH * (xx + yy)] = np.nan
    turn[0] = np.nan
    found: Floats = turn[street]
    return found


def _hundreds(streets: Ints, houses: Floats, along: Floats, beside: Floats) -> tuple[Floats, Floats]:
    """The hundred (1 to 100, 101 to 200 ...) of each door: its two ends along the street (2, n), its way off it (n,)."""
    hundred = np.where(np.isnan(houses), -1.0, np.ceil(houses / 100))
    order = np.lexsort((hundred, streets))
    street, hundred, sorted_along = streets[order], hundred[order], along[order]
    new = np.ones(len(order), dtype=bool)
    new[1:] = (street[1:] != street[:-1]) | (hundred[1:] != hundred[:-1])
    first, run = np.flatnonzero(new), np.empty(len(order), dtype=np.int64)
    run[order] = np.cumsum(new) - 1
    begin = np.minimum.reduceat(sorted_along, first) - TO_CORNER_METRES
    end = np.maximum.reduceat(sorted_along, first) + TO_CORNER_METRES
    middle = np.bincount(run, beside) / np.bincount(run)
    return np.array([begin[run], end[run]]), middle[run]
