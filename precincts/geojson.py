"""Polygons by a property, out of GeoJSON (RFC 7946): longitude and latitude in degrees."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from precincts.voterfile.faults import Fault, FileFault

Geometry = dict[str, Any]

_SLIVER = 0.01
"""The share of a polygon's area that a repair may change; more, and its edge says nothing reliable."""

_SAMPLED = 50

_LARGEST_NUMBER = 10**9
"""Coordinates beyond this are of no projection."""

_MOST_POSITIONS = 200_000
_PROBED = 20
_TANGLED = 64
"""So many edges in the frame of a usual edge mean that the boundary is scribble; mending it could take hours."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One area of a file.

    Attributes:
        number: its place in the file, from 1.
        middle: longitude and latitude of the middle of its extent, in degrees.
        is_mended: its edge crossed itself a little, and `geometry` is the same area without that.
    """

    number: int
    properties: Mapping[str, Any]
    geometry: Geometry
    middle: tuple[float, float]
    is_mended: bool = False

    def value(self, key: str) -> str:
        """A property as text, "" when it has none; 7.0 is 7."""
        found = self.properties.get(key)
        if found is None:
            return ""
        return str(int(found)) if isinstance(found, float) and found.is_integer() else str(found).strip()


@dataclass(frozen=True, slots=True)
class Area:
    """All features of one code, and of one county where the file says counties."""

    county: str
    code: str
    geometry: Geometry
    numbers: tuple[int, ...]


def read_features(text: bytes, *, mend: bool = True) -> list[Feature]:
    """The areas of a collection; what is no polygon is left out.

    Args:
        mend: look for edges that cross themselves, too, which takes most of the time.

    Raises:
        FileFault: it is no GeoJSON, holds no polygons, its coordinates are not degrees or are swapped, or a
            polygon crosses itself.
    """
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FileFault(Fault.NOT_GEOJSON, details={"what": str(error)[:120]}) from error
    features = whole.get("features") if isinstance(whole, dict) else None
    if not isinstance(features, list):
        raise FileFault(Fault.NOT_GEOJSON, details={"what": 'no "features"'})
    found = [
        _read(number, feature, mend=mend)
        for number, feature in enumerate(features, start=1)
        if _is_polygon(feature)
    ]
    if not found:
        raise FileFault(Fault.NOT_GEOJSON, details={"what": "Polygon, MultiPolygon"})
    return found


def sample_properties(text: bytes) -> list[dict[str, Any]]:
    """The properties of the first features, found without reading the shapes between them.

    For a look at a large file; whether it is sound GeoJSON only `read_features` tells.

    Raises:
        FileFault: there are none.
    """
    words = text.decode("utf-8-sig", errors="replace")
    if not words.lstrip().startswith("{"):
        raise FileFault(Fault.NOT_GEOJSON, details={"what": words.lstrip()[:40]})
    decoder = json.JSONDecoder()
    found: list[dict[str, Any]] = []
    at = words.find('"features"')
    while at >= 0 and len(found) < _SAMPLED:
        at = words.find('"properties"', at)
        start = words.find("{", at)
        if at < 0 or start < 0:
            break
        try:
            properties, at = decoder.raw_decode(words, start)
        except (ValueError, RecursionError) as error:
            raise FileFault(Fault.NOT_GEOJSON, details={"what": str(error)[:120]}) from error
        found.append(_plain(properties))
    if not found:
        raise FileFault(Fault.NOT_GEOJSON, details={"what": 'no "features"'})
    return found


def property_keys(properties: Iterable[Mapping[str, Any]]) -> list[str]:
    """The names of the features' properties, in the order they come."""
    keys: dict[str, None] = {}
    for each in properties:
        keys.update(dict.fromkeys(each))
    return list(keys)


def group_areas(features: list[Feature], key: str, county_key: str = "") -> list[Area]:
    """One area for each code (each county and code); several features of one code become one area.

    Features without a code are left out.

    Raises:
        FileFault: no feature has the property.
    """
    keys = property_keys(feature.properties for feature in features)
    for wanted in filter(None, (key, county_key)):
        if wanted not in keys:
            raise FileFault(Fault.NO_SUCH_KEY, details={"key": wanted, "keys": ", ".join(keys[:20])})
    grouped: dict[tuple[str, str], list[Feature]] = {}
    for feature in features:
        code = feature.value(key)
        if code:
            county = feature.value(county_key) if county_key else ""
            grouped.setdefault((county, code), []).append(feature)
    return [
        Area(county, code, _joined(parts), tuple(part.number for part in parts))
        for (county, code), parts in grouped.items()
    ]


def _read(number: int, feature: dict[str, Any], *, mend: bool) -> Feature:
    _require_rings(feature["geometry"], number)
    geometry = _flat(feature["geometry"])
    west, south, east, north = 180.0, 90.0, -180.0, -90.0
    for lon, lat in _positions(geometry):
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            fault = Fault.SWAPPED if abs(lon) <= 90 < abs(lat) <= 180 else Fault.NOT_DEGREES
            raise FileFault(fault, details={"feature": number, "lon": f"{lon:g}", "lat": f"{lat:g}"})
        west, south, east, north = min(west, lon), min(south, lat), max(east, lon), max(north, lat)
    mended = _mended(geometry, number) if mend else None
    return Feature(
        number,
        _plain(feature.get("properties") or {}),
        mended or geometry,
        ((west + east) / 2, (south + north) / 2),
        is_mended=mended is not None,
    )


def _is_polygon(feature: Any) -> bool:
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    return (
        isinstance(geometry, dict)
        and geometry.get("type") in ("Polygon", "MultiPolygon")
        and isinstance(geometry.get("coordinates"), list)
        and isinstance(feature.get("properties") or {}, dict)
    )


def _polygons(geometry: Geometry) -> list[Any]:
    coordinates: list[Any] = geometry["coordinates"]
    return [coordinates] if geometry["type"] == "Polygon" else coordinates


def _require_rings(geometry: Geometry, number: int) -> None:
    """Every ring has at least four positions and ends where it began (RFC 7946, section 3.1.6)."""
    for polygon in _polygons(geometry) or [None]:
        for ring in polygon if isinstance(polygon, list) and polygon else [None]:
            if not _is_ring(ring):
                raise FileFault(Fault.NOT_GEOJSON, details={"what": f"features[{number - 1}].coordinates"})


def _is_ring(ring: Any) -> bool:
    if not isinstance(ring, list) or len(ring) < 4 or ring[0] != ring[-1]:
        return False
    return all(isinstance(at, list) and len(at) in (2, 3, 4) and _is_position(at) for at in ring)


def _is_position(at: list[Any]) -> bool:
    return all(
        isinstance(number, float) or (type(number) is int and abs(number) < _LARGEST_NUMBER)
        for number in at[:2]
    )


def _flat(geometry: Geometry) -> Geometry:
    """The polygons alone, of longitude and latitude alone: heights and measures are left out."""
    polygons = [[[at[:2] for at in ring] for ring in polygon] for polygon in _polygons(geometry)]
    is_one = geometry["type"] == "Polygon"
    return {"type": geometry["type"], "coordinates": polygons[0] if is_one else polygons}


def _plain(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Properties without what neither a page nor the database can hold: NUL, and halves of characters."""
    return {
        _plain_text(key): _plain_text(value) if isinstance(value, str) else value
        for key, value in properties.items()
    }


def _plain_text(text: str) -> str:
    return text.replace("\0", "").encode("utf-8", errors="ignore").decode()


def _positions(geometry: Geometry) -> Iterator[tuple[float, float]]:
    for polygon in _polygons(geometry):
        for ring in polygon:
            for at in ring:
                yield at[0], at[1]


def _mended(geometry: Geometry, number: int) -> Geometry | None:
    """The same area with an edge that does not cross itself; None when it is sound as it is.

    Raises:
        FileFault: mending it would change more than a sliver of its area, or leave nothing.
    """
    import shapely
    from shapely.geometry import shape

    area = shape(geometry)
    if _is_tangled(area):
        raise FileFault(Fault.CROSSED, details={"feature": number})
    if shapely.is_valid(area):
        return None
    parts = _areas(shapely.make_valid(area))
    after = sum(part.area for part in parts)
    if not parts or abs(after - area.area) > _SLIVER * max(after, area.area):
        raise FileFault(Fault.CROSSED, details={"feature": number})
    return _to_geojson(parts)


def _is_tangled(area: Any) -> bool:
    """Whether a boundary has so many edges above each other that it is none."""
    import numpy as np
    import shapely

    places, ring = shapely.get_coordinates(shapely.get_rings(shapely.get_parts(area)), return_index=True)
    if len(places) > _MOST_POSITIONS:
        return True
    follows = ring[1:] == ring[:-1]
    edges: Any = shapely.linestrings(np.stack([places[:-1][follows], places[1:][follows]], axis=1))
    if len(edges) <= _TANGLED:
        return False
    probes: Any = edges[:: max(1, len(edges) // _PROBED)][:_PROBED]
    probed, _hit = shapely.STRtree(edges).query(probes)
    return float(np.median(np.bincount(probed, minlength=len(probes)))) > _TANGLED


def _joined(features: list[Feature]) -> Geometry:
    """The areas of one code as one; where they overlap, the ground counts once."""
    if len(features) == 1:
        return features[0].geometry
    import shapely
    from shapely.geometry import shape

    parts = [part for feature in features for part in _polygons(feature.geometry)]
    joined = {"type": "MultiPolygon", "coordinates": parts}
    if shapely.is_valid(shape(joined)):
        return joined
    return _to_geojson(_areas(shapely.union_all([shape(feature.geometry) for feature in features])))


def _areas(shape: Any) -> list[Any]:
    """The polygons of a repaired shape; lines and points, which have no area, are left out."""
    import shapely

    parts = shapely.get_parts(shapely.get_parts(shape))
    return [part for part in parts if part.geom_type == "Polygon" and not part.is_empty]


def _to_geojson(parts: list[Any]) -> Geometry:
    polygons = [
        [[list(at) for at in ring.coords] for ring in (part.exterior, *part.interiors)] for part in parts
    ]
    if len(polygons) == 1:
        return {"type": "Polygon", "coordinates": polygons[0]}
    return {"type": "MultiPolygon", "coordinates": polygons}
