"""Areas around groups of points that do not overlap: how blocks look on a map without streets.

Each point has the ground nearer to it than to any other point (its Voronoi cell). A group's area is what
its points' cells and its own convex hull, widened by a margin, have in common.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from precincts.earth import METRES_PER_DEGREE

Key = TypeVar("Key", bound=Hashable)

MARGIN = 16.0
"""Metres between a group's outermost points and its edge."""

_SIMPLIFIED = 2.0  # metres
_DECIMALS = 5  # about one metre


def outline_groups(groups: Mapping[Key, Sequence[tuple[float, float]]]) -> dict[Key, dict[str, Any]]:
    """A GeoJSON polygon, or several, in degrees, for each group of (longitude, latitude) in degrees.

    Two groups that share a point share its ground: the first one gets it. No group is left without an area.
    """
    import shapely

    from precincts.partition import lonlat_to_metres

    degrees = np.array([point for points in groups.values() for point in points], dtype=float)
    if not len(degrees):
        return {}
    origin = (float(degrees[:, 0].mean()), float(degrees[:, 1].mean()))
    metres = lonlat_to_metres(degrees[:, 0], degrees[:, 1], origin=origin)
    group_of = np.repeat(np.arange(len(groups)), [len(points) for points in groups.values()])
    hulls = [
        shapely.MultiPoint(metres[group_of == index]).convex_hull.buffer(MARGIN, quad_segs=3)
        for index in range(len(groups))
    ]
    cells = _cells(metres, shapely.union_all(hulls))
    found = {}
    for index, key in enumerate(groups):
        own = [cells[place] for place in np.flatnonzero(group_of == index) if cells[place] is not None]
        area = shapely.intersection(shapely.union_all(own), hulls[index]) if own else hulls[index]
        area = shapely.simplify(area if not area.is_empty else hulls[index], _SIMPLIFIED)
        found[key] = _to_geojson(_polygons(area), origin)
    return found


def _cells(points: NDArray[np.float64], ground: Any) -> list[Any]:
    """The Voronoi cell of each point; None for a point that repeats an earlier one."""
    import shapely

    unique, first = np.unique(points, axis=0, return_index=True)
    cells: list[Any] = [None] * len(points)
    if len(unique) == 1:
        cells[int(first[0])] = ground
        return cells
    drawn = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(unique), extend_to=ground.envelope))
    tree = shapely.STRtree(drawn)
    places, holders = tree.query(shapely.points(unique), predicate="intersects")
    for place, holder in zip(places, holders, strict=True):
        if cells[int(first[place])] is None:
            cells[int(first[place])] = drawn[holder]
    return cells


def _polygons(area: Any) -> list[Any]:
    import shapely

    return [part for part in shapely.get_parts(area) if part.geom_type == "Polygon" and not part.is_empty]


def _to_geojson(polygons: list[Any], origin: tuple[float, float]) -> dict[str, Any]:
    rings = [
        [_to_degrees(ring, origin) for ring in (polygon.exterior, *polygon.interiors)] for polygon in polygons
    ]
    if len(rings) == 1:
        return {"type": "Polygon", "coordinates": rings[0]}
    return {"type": "MultiPolygon", "coordinates": rings}


def _to_degrees(ring: Any, origin: tuple[float, float]) -> list[list[float]]:
    """Back from metres east and north of the origin, on the plane of `lonlat_to_metres`."""
    import shapely

    scale = np.array([np.cos(np.radians(origin[1])), 1.0]) * METRES_PER_DEGREE
    degrees = shapely.get_coordinates(ring) / scale + np.array(origin)
    rounded: list[list[float]] = np.round(degrees, _DECIMALS).tolist()
    return rounded
