"""The earth's size, for turning degrees into metres. Pure."""

from __future__ import annotations

METRES_PER_DEGREE = 111_194.93
"""Of latitude, and of longitude at the equator, on a sphere of 6,371 km."""
