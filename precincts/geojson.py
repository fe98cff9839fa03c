"""Polygons by a property, out of GeoJSON (RFC 7946): longitude and latitude in degrees."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from precincts.voterfile.faults import Fault, FileFault

Geometry = dict[str, Any]


def read_features(text: bytes) -> list[dict[str, Any]]:
    """The features of a collection.

    Raises:
        FileFault: it is no GeoJSON, holds no polygons, or its coordinates are not degrees.
    """
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FileFault(Fault.NOT_GEOJSON, details={"what": str(error)[:120]}) from error
    features = whole.get("features") if isinstance(whole, dict) else None
    if not isinstance(features, list):
        raise FileFault(Fault.NOT_GEOJSON, details={"what": "features"})
    polygons = [feature for feature in features if _is_polygon(feature)]
    if not polygons:
        raise FileFault(Fault.NOT_GEOJSON, details={"what": "Polygon, MultiPolygon"})
    for feature in polygons:
        _require_rings(feature["geometry"])
        for lon, lat in _positions(feature["geometry"]["coordinates"]):
            if not (-180 <= lon <= 180 and -90 <= lat <= 90):
                raise FileFault(Fault.NOT_DEGREES, line=1, details={"lon": f"{lon:g}", "lat": f"{lat:g}"})
    return polygons


def property_keys(features: list[dict[str, Any]]) -> list[str]:
    """The names of the features' properties, in the order they come."""
    keys: dict[str, None] = {}
    for feature in features:
        keys.update(dict.fromkeys(feature.get("properties") or {}))
    return list(keys)


def polygons_by(features: list[dict[str, Any]], key: str) -> dict[str, Geometry]:
    """For each value of a property its geometry; several features of one value become one MultiPolygon.

    Raises:
        FileFault: no feature has the property.
    """
    if key not in property_keys(features):
        raise FileFault(
            Fault.NO_SUCH_KEY, details={"key": key, "keys": ", ".join(property_keys(features)[:20])}
        )
    found: dict[str, list[Any]] = {}
    for feature in features:
        value = (feature.get("properties") or {}).get(key)
        if value is None:
            continue
        text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
        geometry = feature["geometry"]
        parts = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
        found.setdefault(text, []).extend(parts)
    return {
        value: {"type": "Polygon", "coordinates": parts[0]}
        if len(parts) == 1
        else {"type": "MultiPolygon", "coordinates": parts}
        for value, parts in found.items()
    }


def _is_polygon(feature: Any) -> bool:
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    return (
        isinstance(geometry, dict)
        and geometry.get("type") in ("Polygon", "MultiPolygon")
        and isinstance(geometry.get("coordinates"), list)
        and isinstance(feature.get("properties") or {}, dict)
    )


def _require_rings(geometry: Geometry) -> None:
    """Every ring has at least four positions and ends where it began (RFC 7946, section 3.1.6)."""
    coordinates = geometry["coordinates"]
    for polygon in [coordinates] if geometry["type"] == "Polygon" else coordinates:
        for ring in polygon if isinstance(polygon, list) and polygon else [None]:
            if not _is_ring(ring):
                raise FileFault(Fault.NOT_GEOJSON, details={"what": "coordinates"})


def _is_ring(ring: Any) -> bool:
    if not isinstance(ring, list) or len(ring) < 4 or ring[0] != ring[-1]:
        return False
    return all(isinstance(at, list) and len(at) in (2, 3, 4) and _is_position(at) for at in ring)


def _is_position(at: list[Any]) -> bool:
    return isinstance(at[0], int | float) and isinstance(at[1], int | float)


def _positions(coordinates: Any) -> Iterator[tuple[float, float]]:
    if not isinstance(coordinates, list) or not coordinates:
        raise FileFault(Fault.NOT_GEOJSON, details={"what": "coordinates"})
    if isinstance(coordinates[0], int | float):
        if len(coordinates) < 2 or not isinstance(coordinates[1], int | float):
            raise FileFault(Fault.NOT_GEOJSON, details={"what": "coordinates"})
        yield coordinates[0], coordinates[1]
        return
    for part in coordinates:
        yield from _positions(part)
