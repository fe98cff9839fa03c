"""A precinct's blocks as GeoJSON for static/js/map.js: outlines, buildings as circles, numbers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
from django.db.models import Max
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from core.http import chapter_url
from core.templatetags.formats import number
from precincts.models import Block, Precinct, VoterImport
from precincts.outlines import outline_groups
from precincts.selectors.blocks import (
    BuildingPlace,
    get_captain_names,
    get_version,
    list_buildings,
    list_open_blocks,
)

HUES = 8

Feature = dict[str, Any]


def hue_of(number: int) -> int:
    """The block's colour of the kinds' palette; its number always stands beside it.

    Blocks are numbered to and fro from the north-west, so numbers of neighbours seldom lie eight apart.
    """
    return (number - 1) % HUES


HEALTH_HUES = {"active": 0, "lapsing": 4, "vacant": 1}
"""The colours of a block's state; the state stands in its words, and a vacant block is pale too."""


def get_map_tag(precinct: Precinct, on: date, states: Mapping[int, str] | None = None) -> str:
    """Changes whenever the precinct's map does: an edit, a name, a captain, an import, a day, a language, a state.

    Four queries.
    """
    blocks = list(list_open_blocks(precinct.pk).values_list("pk", "number", "name"))
    captains = get_captain_names([block_id for block_id, _number, _name in blocks], on)
    imported = VoterImport.objects.filter(chapter_id=precinct.chapter_id).aggregate(
        last=Max("pk"), finished=Max("finished_at")
    )
    parts = [
        get_version(precinct.pk),
        blocks,
        sorted(captains.items()),
        *imported.values(),
        on,
        get_language(),
        precinct.pk,
        sorted(states.items()) if states is not None else None,
    ]
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:24]


def get_block_map(precinct: Precinct, on: date, states: Mapping[int, str] | None = None) -> dict[str, Any]:
    """The FeatureCollection, in degrees. Three queries.

    Args:
        states: block to "active", "lapsing" or "vacant"; given, they colour the blocks instead of the numbers.

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
                _point(building, block, voters, states, is_pale=block is None or block.pk not in captains)
            )
            if block is not None:
                places.setdefault(block.pk, []).append((building, voters))
    areas = outline_groups({pk: [(b.lon, b.lat) for b, _count in inside] for pk, inside in places.items()})
    for block_id, inside in places.items():
        features += _block_features(blocks[block_id], inside, areas[block_id], captains.get(block_id), states)
    return {"type": "FeatureCollection", "features": features}


def _feature(properties: dict[str, Any], geometry: dict[str, Any]) -> Feature:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _hue(block: Block, states: Mapping[int, str] | None) -> int:
    return hue_of(block.number) if states is None else HEALTH_HUES[states[block.pk]]


def _point(
    building: BuildingPlace,
    block: Block | None,
    voters: int,
    states: Mapping[int, str] | None,
    *,
    is_pale: bool,
) -> Feature:
    properties: dict[str, Any] = {
        "kind": "point",
        "key": f"{building.building_id}-{block.pk if block else 0}",
        "hue": _hue(block, states) if block else 7,
        "size": voters,
        "say": f"{building.address}: {_voters(voters)}",
    }
    if is_pale:
        properties["pale"] = True
    return _feature(properties, {"type": "Point", "coordinates": _rounded(building.lon, building.lat)})


def _block_features(
    block: Block,
    inside: list[tuple[BuildingPlace, int]],
    area: dict[str, Any],
    captain: str | None,
    states: Mapping[int, str] | None,
) -> list[Feature]:
    """The area and the number of one block."""
    voters = sum(count for _building, count in inside)
    said = {"block": block, "voters": _voters(voters), "captain": captain or _("no captain")}
    properties: dict[str, Any] = {
        "hue": _hue(block, states),
        "key": f"block-{block.pk}",
        "say": _("Block %(block)s: %(voters)s, %(captain)s") % said,
    }
    if states is not None and states[block.pk] == "lapsing":
        properties["say"] = _("Block %(block)s: %(voters)s, %(captain)s, lapsing") % said
    if captain is None:
        properties["pale"] = True
    number = {
        "kind": "number",
        "label": str(block.number),
        **properties,
        "url": chapter_url("precincts:block_book", block_id=block.pk),
    }
    return [
        _feature({"kind": "area", **properties}, area),
        _feature(number, {"type": "Point", "coordinates": _middle(inside)}),
    ]


def _middle(inside: list[tuple[BuildingPlace, int]]) -> list[float]:
    """The building nearest to the block's middle, weighted by voters: a number there lies on the block."""
    points = np.array([(building.lon, building.lat) for building, _count in inside], dtype=float)
    weights = np.array([count for _building, count in inside], dtype=float)
    away = (points - np.average(points, axis=0, weights=weights)) * (np.cos(np.radians(points[0, 1])), 1)
    return _rounded(*points[int(np.argmin((away**2).sum(axis=1)))])


def _rounded(lon: Any, lat: Any) -> list[float]:
    """Five decimals are about one metre: enough for a circle, and a third of the bytes."""
    return [round(float(lon), 5), round(float(lat), 5)]


def _voters(count: int) -> str:
    return ngettext("%(count)s voter", "%(count)s voters", count) % {"count": number(count)}
