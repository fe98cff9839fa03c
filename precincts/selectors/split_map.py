"""Two halves of a block as GeoJSON for static/js/map.js: outlines, buildings as circles, numbers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.templatetags.formats import number
from precincts.outlines import outline_groups
from precincts.selectors.block_map import hue_of
from precincts.selectors.blocks import BuildingPlace

Feature = dict[str, Any]


def make_split_map(
    buildings: Sequence[BuildingPlace], halves: Sequence[tuple[int, Collection[int]]]
) -> dict[str, Any]:
    """The FeatureCollection, in degrees; buildings without coordinates or listed voters are left out.

    Args:
        halves: the number of each half and its doors' ids.
    """
    features: list[Feature] = []
    places: dict[int, list[tuple[float, float, int]]] = {}
    for building in buildings:
        if building.lon is None or building.lat is None:
            continue
        for label, doors in halves:
            voters = sum(door.voters for door in building.doors if door.household_id in doors)
            if voters:
                features.append(_point(building, label, voters))
                places.setdefault(label, []).append((building.lon, building.lat, voters))
    areas = outline_groups({label: [(lon, lat) for lon, lat, _n in some] for label, some in places.items()})
    for label, some in places.items():
        voters = sum(count for _lon, _lat, count in some)
        properties = {
            "hue": hue_of(label),
            "key": f"half-{label}",
            "say": _("Block %(block)s: %(voters)s") % {"block": label, "voters": _say(voters)},
        }
        features.append(_feature({"kind": "area", **properties}, areas[label]))
        middle = _middle(some)
        number_of = {"kind": "number", "label": str(label), **properties}
        features.append(_feature(number_of, {"type": "Point", "coordinates": middle}))
    return {"type": "FeatureCollection", "features": features}


def _feature(properties: dict[str, Any], geometry: dict[str, Any]) -> Feature:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _point(building: BuildingPlace, label: int, voters: int) -> Feature:
    assert building.lon is not None
    assert building.lat is not None
    properties = {
        "kind": "point",
        "key": f"{building.building_id}-{label}",
        "hue": hue_of(label),
        "size": voters,
        "say": f"{building.address}: {_say(voters)}",
    }
    place = [round(building.lon, 5), round(building.lat, 5)]
    return _feature(properties, {"type": "Point", "coordinates": place})


def _middle(some: list[tuple[float, float, int]]) -> list[float]:
    """The building nearest to the half's middle: a number there lies on the half."""
    weight = sum(count for _lon, _lat, count in some)
    lon = sum(x * count for x, _y, count in some) / weight
    lat = sum(y * count for _x, y, count in some) / weight
    nearest = min(some, key=lambda one: ((one[0] - lon) * 0.8) ** 2 + (one[1] - lat) ** 2)
    return [round(nearest[0], 5), round(nearest[1], 5)]


def _say(voters: int) -> str:
    return ngettext("%(count)s voter", "%(count)s voters", voters) % {"count": number(voters)}
