"""The earth's size, for turning degrees into metres. Pure."""

from __future__ import annotations

import math

METRES_PER_DEGREE = 111_194.93
"""Of latitude, and of longitude at the equator, on a sphere of 6,371 km."""

Degrees = tuple[float | None, float | None]
"""Longitude and latitude; None where a place is not known."""


class Plane:
    """Degrees as metres, east and north, true near one latitude."""

    def __init__(self, latitude: float) -> None:
        self._east = METRES_PER_DEGREE * math.cos(math.radians(latitude))

    def to_metres(self, place: Degrees | None) -> tuple[float, float] | None:
        if place is None or place[0] is None or place[1] is None:
            return None
        return (place[0] * self._east, place[1] * METRES_PER_DEGREE)
