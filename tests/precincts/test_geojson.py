from __future__ import annotations

import json

import pytest

from precincts.geojson import read_features
from precincts.voterfile.faults import Fault, FileFault

SQUARE = [[[0, 0], [1, 0], [1, 1], [0, 0]]]


def collection(coordinates, properties=None):
    geometry = {"type": "Polygon", "coordinates": coordinates}
    feature = {"type": "Feature", "geometry": geometry, "properties": properties}
    return json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()


def test_a_closed_ring_of_four_positions_is_a_polygon():
    (feature,) = read_features(collection(SQUARE, {"code": "1"}))
    assert feature["properties"] == {"code": "1"}


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
    ],
)
def test_what_is_no_polygon_is_refused_by_name(text):
    with pytest.raises(FileFault) as refused:
        read_features(text)
    assert refused.value.fault == Fault.NOT_GEOJSON
