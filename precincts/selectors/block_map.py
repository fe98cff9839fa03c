"""A precinct's blocks as GeoJSON for static/js/map.js: outlines, buildings as circles, numbers."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

import numpy as np
from django.db.models import Count, Max
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from shapely import MultiPoint, Polygon

from core.http import chapter_url
from precincts.models import Block, BlockAssignment, Precinct, VoterImport
from precincts.partition import lonlat_to_metres
from precincts.partition.placing import METRES_PER_DEGREE
from precincts.selectors.blocks import (
    BuildingPlace,
    get_captain_names,
    get_version,
    list_buildings,
    list_open_blocks,
)

HUES = 8
_MARGIN = 14.0  # metres between a block's outermost buildings and its edge
_SIMPLIFIED = 1.5  # metres

Feature = dict[str, Any]


def hue_of(number: int) -> int:
    """The block's colour of the kinds' palette; its number always stands beside it.

    Blocks are numbered to and fro from the north-west, so numbers of neighbours seldom lie eight apart.
    """
    return (number - 1) % HUES


def get_map_tag(precinct: Precinct, on: date) -> str:
    """Changes whenever the precinct's map does: an edit, a captain, an import, a day, a language. Three queries."""
    given = BlockAssignment.objects.filter(block__precinct=precinct).aggregate(
        last=Max("pk"), rows=Count("pk"), ends=Max("ends_on"), ended=Count("ends_on")
    )
    imported = VoterImport.objects.filter(chapter_id=precinct.chapter_id).aggregate(
        last=Max("pk"), finished=Max("finished_at")
    )
    parts = [get_version(precinct.pk), *given.values(), *imported.values(), on, get_language(), precinct.pk]
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:24]


def get_block_map(precinct: Precinct, on: date) -> dict[str, Any]:
    """The FeatureCollection, in degrees. Three queries.

    A building with doors in two blocks appears once in each. Buildings without coordinates or without a
    listed voter are left out; the list has those with voters.
    """
    blocks = {block.pk: block for block in list_open_blocks(precinct.pk)}
    captains = get_captain_names(list(blocks), on)
    places: dict[int, list[tuple[BuildingPlace, int]]] = {}
    features: list[Feature] = []
    if precinct.boundary:
        features.append(_feature({"kind": "outline"}, precinct.boundary))
    for building in list_buildings(precinct.pk):
        if building.lon is None or building.lat is None:
            continue
        for block_id in sorted(building.block_ids, key=lambda pk: pk or 0):
            voters = sum(door.voters for door in building.doors if door.block_id == block_id)
            if not voters:
                continue
            block = blocks.get(block_id) if block_id is not None else None
            features.append(
                _point(building, block, voters, is_pale=block is None or block.pk not in captains)
            )
            if block is not None:
                places.setdefault(block.pk, []).append((building, voters))
    for block_id, inside in places.items():
        features += _block_features(blocks[block_id], inside, captains.get(block_id))
    return {"type": "FeatureCollection", "features": features}


def _feature(properties: dict[str, Any], geometry: dict[str, Any]) -> Feature:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _point(building: BuildingPlace, block: Block | None, voters: int, *, is_pale: bool) -> Feature:
    properties: dict[str, Any] = {
        "kind": "point",
        "key": f"{building.building_id}-{block.pk if block else 0}",
        "hue": hue_of(block.number) if block else 7,
        "size": voters,
        "say": f"{building.address}: {_voters(voters)}",
    }
    if is_pale:
        properties["pale"] = True
    return _feature(properties, {"type": "Point", "coordinates": _rounded(building.lon, building.lat)})


def _block_features(
    block: Block, inside: list[tuple[BuildingPlace, int]], captain: str | None
) -> list[Feature]:
    """The area and the number of one block."""
    voters = sum(count for _building, count in inside)
    said = {"block": block, "voters": _voters(voters), "captain": captain or _("no captain")}
    properties: dict[str, Any] = {
        "hue": hue_of(block.number),
        "key": f"block-{block.pk}",
        "say": _("Block %(block)s: %(voters)s, %(captain)s") % said,
    }
    if captain is None:
        properties["pale"] = True
    lon = np.array([building.lon for building, _count in inside], dtype=float)
    lat = np.array([building.lat for building, _count in inside], dtype=float)
    ring, middle = _outline(lon, lat, np.array([count for _building, count in inside], dtype=float))
    return [
        _feature({"kind": "area", **properties}, {"type": "Polygon", "coordinates": [ring]}),
        _feature(
            {
                "kind": "number",
                "label": str(block.number),
                **properties,
                "url": chapter_url("precincts:block_book", block_id=block.pk),
            },
            {"type": "Point", "coordinates": middle},
        ),
    ]


def _outline(lon: np.ndarray, lat: np.ndarray, weights: np.ndarray) -> tuple[list[list[float]], list[float]]:
    """The buildings' convex hull with a margin, and the building nearest to their weighted middle."""
    origin = (float(lon.mean()), float(lat.mean()))
    points = lonlat_to_metres(lon, lat, origin=origin)
    hull = MultiPoint(points).convex_hull.buffer(_MARGIN, quad_segs=3).simplify(_SIMPLIFIED)
    assert isinstance(hull, Polygon)
    ring = [_degrees(x, y, origin) for x, y in hull.exterior.coords]
    middle = np.average(points, axis=0, weights=weights)
    nearest = int(np.argmin(((points - middle) ** 2).sum(axis=1)))
    return ring, _rounded(lon[nearest], lat[nearest])


def _degrees(x: float, y: float, origin: tuple[float, float]) -> list[float]:
    """Back from metres east and north of the origin, on the same plane as `lonlat_to_metres`."""
    lon, lat = origin
    return _rounded(lon + x / (METRES_PER_DEGREE * np.cos(np.radians(lat))), lat + y / METRES_PER_DEGREE)


def _rounded(lon: Any, lat: Any) -> list[float]:
    """Five decimals are about one metre: enough for a circle, and a third of the bytes."""
    return [round(float(lon), 5), round(float(lat), 5)]


def _voters(count: int) -> str:
    return ngettext("%(count)d voter", "%(count)d voters", count) % {"count": count}
