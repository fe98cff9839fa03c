from __future__ import annotations

import json
import math
import random

import pytest

from precincts.geojson import read_features, sample_properties
from precincts.voterfile.faults import Fault, FileFault

SQUARE = [[[0, 0], [1, 0], [1, 1], [0, 0]]]


def collection(coordinates, properties=None):
    geometry = {"type": "Polygon", "coordinates": coordinates}
    feature = {"type": "Feature", "geometry": geometry, "properties": properties}
    return json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()


def test_a_closed_ring_of_four_positions_is_a_polygon():
    (feature,) = read_features(collection(SQUARE, {"code": "1"}))
    assert (feature.number, feature.properties, feature.is_mended) == (1, {"code": "1"}, False)


@pytest.mark.parametrize(
    "text",
    [
        b"[" * 100_000,
        collection(SQUARE, ["code"]),
        collection(SQUARE, "code"),
        collection([[[0, 0], [1, 0], [0, 0]]]),
        collection([[[0, 0], [1, 0], [1, 1], [0, 1]]]),
        collection([[[0, 0], [1, "x"], [1, 1], [0, 0]]]),
        collection([[[[0, 0], [1, 0], [1, 1], [0, 0]]]]),
        collection([]),
        collection([[[0, 0], [10**400, 0], [1, 1], [0, 0]]]),
        collection([[[True, True], [1, 0], [1, 1], [True, True]]]),
    ],
)
def test_what_is_no_polygon_is_refused_by_name(text):
    with pytest.raises(FileFault) as refused:
        read_features(text)
    assert refused.value.fault == Fault.NOT_GEOJSON


@pytest.mark.parametrize("last", [[1, 1, 5], [1, 1, 5, 6], [1, 1, "high"], [1, 1, None]])
def test_heights_and_measures_are_left_out(last):
    (feature,) = read_features(collection([[[0, 0], [1, 0], last, [0, 0]]]))
    assert feature.geometry == {"type": "Polygon", "coordinates": SQUARE}


def test_properties_keep_only_what_a_page_and_the_database_can_hold():
    text = collection(SQUARE, {"co\0de": "1\0-2\ud800", "size": 3})
    (feature,) = read_features(text)
    assert feature.properties == {"code": "1-2", "size": 3}
    assert sample_properties(text) == [{"code": "1-2", "size": 3}]


def ring(*places):
    return [[list(place) for place in (*places, places[0])]]


BOW_TIE = ring((0, 0), (1, 1), (1, 0), (0, 1))
WITH_A_LOOP = ring((0, 0), (1, 0), (1, 1), (0.5, 1), (0.51, 1.01), (0.5, 1.01), (0.51, 1), (0, 1))
HOLE_OUTSIDE = [*ring((0, 0), (1, 0), (1, 1), (0, 1)), *ring((2, 0), (3, 0), (3, 1), (2, 1))]
OVERLAPPING = [ring((0, 0), (2, 0), (2, 1), (0, 1)), ring((1, 0), (3, 0), (3, 1), (1, 1))]


def test_a_small_loop_in_an_edge_is_mended():
    import shapely
    from shapely.geometry import shape

    (feature,) = read_features(collection(WITH_A_LOOP))
    assert feature.is_mended
    assert shapely.is_valid(shape(feature.geometry))
    assert shape(feature.geometry).area == pytest.approx(1, abs=0.001)


@pytest.mark.parametrize(
    ("kind", "coordinates"),
    [("Polygon", BOW_TIE), ("Polygon", HOLE_OUTSIDE), ("MultiPolygon", OVERLAPPING),
     ("Polygon", ring((0, 0), (1, 1), (2, 2)))],
    ids=["bow tie", "hole outside", "overlapping parts", "a line"],
)  # fmt: skip
def test_a_boundary_whose_mending_would_change_its_area_is_refused_with_its_number(kind, coordinates):
    good = {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": SQUARE}, "properties": {}}
    bad = {"type": "Feature", "geometry": {"type": kind, "coordinates": coordinates}, "properties": {}}
    with pytest.raises(FileFault) as refused:
        read_features(json.dumps({"features": [good, bad]}).encode())
    assert (refused.value.fault, refused.value.details["feature"]) == (Fault.CROSSED, 2)


def test_latitude_first_is_told_apart_from_metres():
    swapped = [[[at[1] + 45, at[0] - 122] for at in SQUARE[0]]]
    with pytest.raises(FileFault) as refused:
        read_features(collection(swapped))
    assert refused.value.fault == Fault.SWAPPED


def test_the_properties_of_a_large_file_are_found_without_its_shapes():
    text = json.dumps(
        {
            "type": "FeatureCollection",
            "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}},
            "features": [
                {"geometry": {"type": "Polygon", "coordinates": SQUARE}, "properties": {"code": str(n), "properties": {}}}
                for n in range(200)
            ],
        }
    )  # fmt: skip
    found = sample_properties(text.encode())
    assert [each["code"] for each in found] == [str(n) for n in range(50)]


@pytest.mark.parametrize("text", [b'{"features": []}', b"{}", b'{"features": [{"properties": {"a": ]'])
def test_a_large_file_without_properties_is_refused(text):
    with pytest.raises(FileFault):
        sample_properties(text)


def test_a_scribble_is_refused_without_hours_of_mending(monkeypatch):
    import shapely

    monkeypatch.setattr(shapely, "make_valid", None)
    monkeypatch.setattr(shapely, "is_valid", None)
    numbers = random.Random(1)
    places = [(numbers.uniform(-80, -79), numbers.uniform(35, 36)) for _ in range(3000)]
    with pytest.raises(FileFault) as refused:
        read_features(collection(ring(*places)))
    assert refused.value.fault == Fault.CROSSED


def test_a_long_sound_edge_is_no_scribble():
    turns = [2 * math.pi * n / 20_000 for n in range(20_000)]
    (feature,) = read_features(collection(ring(*((math.cos(turn), math.sin(turn)) for turn in turns))))
    assert not feature.is_mended


def test_a_look_before_the_import_does_not_mend():
    (feature,) = read_features(collection(BOW_TIE), mend=False)
    assert not feature.is_mended
