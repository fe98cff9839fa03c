from __future__ import annotations

import csv
import gzip

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import Delaunay

from precincts.partition import (
    LIST_ONLY,
    NothingToPartition,
    PartitionError,
    TooManyParts,
    bisect,
    lonlat_to_metres,
    partition,
)
from precincts.synthetic.town import make_town

NOWHERE = (np.nan, np.nan)


@st.composite
def scattered_buildings(draw):
    """Up to 120 buildings on a coarse grid, so that some share a place or a line."""
    count = draw(st.integers(2, 120))
    seed = draw(st.integers(0, 2**32 - 1))
    step = draw(st.sampled_from([1.0, 15.0, 80.0]))
    rng = np.random.default_rng(seed)
    points = rng.integers(0, 25, (count, 2)) * step
    weights = rng.choice([0, 1, 2, 3, 4, 40], count, p=[0.1, 0.3, 0.3, 0.15, 0.13, 0.02])
    streets = [None if street == 0 else f"STREET {street}" for street in rng.integers(0, 9, count).tolist()]
    return points, weights, streets, rng


def row_of_houses(count, *, street="ELM ST", north=0.0):
    points = np.column_stack([np.arange(count) * 15.0, np.full(count, north)])
    return points, [street] * count, list(range(1, 2 * count, 2))


def pieces_of(points, labels):
    """Labels that do not hang together in a Delaunay graph made by this test."""
    corners = Delaunay(points).simplices
    pairs = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]])
    same = pairs[labels[pairs[:, 0]] == labels[pairs[:, 1]]]
    joined = coo_matrix((np.ones(len(same)), (same[:, 0], same[:, 1])), shape=(len(points), len(points)))
    piece = connected_components(joined, directed=False)[1]
    first = np.unique(piece, return_index=True)[1]
    return np.flatnonzero(np.bincount(labels[first]) > 1).tolist()


def worst_of_largest(labels, weights, towers=()):
    """How far blocks lie from the mean, in units of their own largest building."""
    blocks = [label for label in range(labels.max() + 1) if label not in towers]
    sizes = np.array([weights[labels == block].sum() for block in blocks])
    largest = np.array([max(weights[labels == block].max(), 1) for block in blocks])
    return (np.abs(sizes - sizes.mean()) / largest).max()


@given(scattered_buildings(), st.integers(1, 12))
@settings(max_examples=60, deadline=None)
def test_every_building_gets_one_label_and_no_weight_is_lost(buildings, parts):
    points, weights, streets, _ = buildings
    parts = min(parts, len(points))

    cut = partition(points, weights, parts=parts, streets=streets)

    assert set(cut.labels.tolist()) == set(range(parts))
    assert cut.sizes.tolist() == [int(weights[cut.labels == block].sum()) for block in range(parts)]
    assert cut.sizes.sum() == weights.sum()
    assert cut.report.parts == parts
    assert cut.report.list_only == ()


@given(scattered_buildings(), st.integers(2, 8))
@settings(max_examples=40, deadline=None)
def test_the_order_of_the_rows_does_not_matter(buildings, parts):
    points, weights, streets, rng = buildings
    points = points + rng.uniform(0, 0.5, points.shape)
    parts = min(parts, len(points))
    shuffled = rng.permutation(len(points))

    first = partition(points, weights, parts=parts, streets=streets)
    again = partition(points, weights, parts=parts, streets=streets)
    other = partition(
        points[shuffled], weights[shuffled], parts=parts, streets=[streets[row] for row in shuffled]
    )

    assert first.labels.tolist() == again.labels.tolist()
    assert first.labels[shuffled].tolist() == other.labels.tolist()


@given(st.integers(0, 10_000), st.integers(60, 400), st.integers(2, 9))
@settings(max_examples=30, deadline=None)
def test_blocks_of_small_houses_are_connected_and_within_their_largest_house_of_the_mean(seed, count, parts):
    rng = np.random.default_rng(seed)
    points = rng.uniform(0, 20 * np.sqrt(count), (count, 2))
    weights = rng.integers(1, 5, count)

    cut = partition(points, weights, parts=min(parts, count // 12))

    assert pieces_of(points, cut.labels) == []
    assert cut.report.in_pieces == ()
    assert worst_of_largest(cut.labels, weights) <= 1.0


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_a_town_with_towers_is_cut_within_its_largest_buildings_and_in_one_piece_each(seed):
    town = make_town(2_500, seed)
    weights = town.building_voters

    cut = partition(town.xy, weights, target=100, streets=town.street, numbers=town.number)

    assert worst_of_largest(cut.labels, weights, cut.report.towers) <= 1.0
    assert pieces_of(town.xy, cut.labels) == []
    assert abs(cut.report.mean - 100) < 10


def test_streets_keep_neighbours_together_more_often_than_distance_alone():
    town = make_town(2_500, 21)
    weights = town.building_voters

    def streets_parted(labels):
        pairs = {(int(street), int(label)) for street, label in zip(town.street, labels, strict=True)}
        return len(pairs)

    with_streets = partition(town.xy, weights, target=100, streets=town.street)
    without = partition(town.xy, weights, target=100)

    assert streets_parted(with_streets.labels) < streets_parted(without.labels)
    assert without.report.without_streets
    assert not with_streets.report.without_streets


def test_blocks_of_equal_doors_are_the_same_function_with_doors_as_weight():
    town = make_town(1_500, 5)

    cut = partition(town.xy, town.units, target=50, streets=town.street)

    assert cut.sizes.sum() == 1_500
    assert worst_of_largest(cut.labels, town.units, cut.report.towers) <= 1.0


def test_splitting_a_block_halves_its_weight():
    points, streets, numbers = row_of_houses(20)

    cut = partition(points, np.full(20, 3), parts=2, streets=streets, numbers=numbers)

    assert cut.labels.tolist() == [0] * 10 + [1] * 10
    assert cut.sizes.tolist() == [30, 30]


def test_a_tower_becomes_a_block_of_its_own():
    points, _, _ = row_of_houses(20)
    weights = np.full(20, 2)
    weights[7] = 300

    cut = partition(points, weights, target=10)

    tower = cut.labels[7]
    assert np.count_nonzero(cut.labels == tower) == 1
    assert cut.report.towers == (tower,)
    assert cut.sizes[tower] == 300
    assert cut.report.mean == pytest.approx(38 / (cut.report.parts - 1))


def test_a_wished_number_of_blocks_counts_the_towers():
    points, _, _ = row_of_houses(20)
    weights = np.full(20, 2)
    weights[[3, 15]] = 300, 250

    cut = partition(points, weights, parts=6)

    assert len(cut.sizes) == 6
    assert len(cut.report.towers) == 2


def test_blocks_are_numbered_in_rows_from_the_north_west_and_back():
    x, y = np.meshgrid(np.arange(12) * 15.0, np.arange(12) * 15.0)
    points = np.column_stack([x.ravel(), y.ravel()])

    cut = partition(points, np.ones(144, dtype=int), parts=4)

    middles = [points[cut.labels == block].mean(axis=0) for block in range(4)]
    assert middles[0][0] < 90 < middles[1][0]
    assert middles[0][1] > 75
    assert middles[1][1] > 75
    assert middles[2][0] > middles[3][0]


def test_a_building_without_coordinates_goes_with_the_nearest_number_of_its_street():
    points, streets, numbers = row_of_houses(20)
    points[6] = NOWHERE

    cut = partition(points, np.full(20, 3), parts=2, streets=streets, numbers=numbers)

    assert cut.labels[6] == cut.labels[5] == cut.labels[7] == 0
    assert cut.report.placed_by_street == (6,)
    assert cut.report.list_only == ()
    assert cut.sizes.sum() == 60


def test_a_building_with_neither_coordinates_nor_street_neighbours_is_list_only():
    points, streets, numbers = row_of_houses(20)
    points[[4, 9]] = NOWHERE
    streets[4], streets[9] = None, "OTHER ST"

    cut = partition(points, np.full(20, 3), parts=2, streets=streets, numbers=numbers)

    assert cut.labels[[4, 9]].tolist() == [LIST_ONLY, LIST_ONLY]
    assert cut.report.list_only == (4, 9)
    assert cut.sizes.sum() == 54


def test_many_buildings_without_coordinates_do_not_all_burden_one_neighbour():
    points, streets, numbers = row_of_houses(60)
    points[20:50] = NOWHERE

    cut = partition(points, np.full(60, 2), parts=4, streets=streets, numbers=numbers)

    assert cut.report.list_only == ()
    assert len(cut.report.placed_by_street) == 30
    assert cut.sizes.max() - cut.sizes.min() <= 20


def test_without_any_coordinates_blocks_follow_streets_and_numbers():
    _, streets, numbers = row_of_houses(30)
    streets = ["ELM ST"] * 15 + ["OAK ST"] * 15

    cut = partition(
        np.full((30, 2), np.nan), np.ones(30, dtype=int), parts=2, streets=streets, numbers=numbers
    )

    assert cut.labels.tolist() == [0] * 15 + [1] * 15
    assert cut.report.without_coordinates


def test_without_coordinates_or_streets_all_is_list_only():
    cut = partition(np.full((3, 2), np.nan), [1, 1, 1], parts=2)

    assert cut.labels.tolist() == [LIST_ONLY] * 3
    assert cut.sizes.tolist() == []
    assert cut.report.list_only == (0, 1, 2)


def test_buildings_in_one_place_are_cut_all_the_same():
    cut = partition(np.zeros((40, 2)), np.full(40, 2), parts=4)

    assert cut.sizes.sum() == 80
    assert np.abs(cut.sizes - 20).max() <= 2


def test_one_building_is_one_block():
    cut = partition([[3.0, 4.0]], [7], target=100)

    assert cut.labels.tolist() == [0]
    assert cut.sizes.tolist() == [7]


def test_zero_weights_count_each_building_once():
    points, _, _ = row_of_houses(10)

    cut = partition(points, np.zeros(10, dtype=int), parts=2)

    assert np.bincount(cut.labels).tolist() == [5, 5]
    assert cut.sizes.tolist() == [0, 0]
    assert cut.report.without_weights


def test_more_blocks_than_buildings_are_refused():
    points, _, _ = row_of_houses(3)

    with pytest.raises(TooManyParts):
        partition(points, [1, 1, 1], parts=4)
    with pytest.raises(TooManyParts):
        bisect(points, [1, 1, 1], 4)


def test_no_buildings_are_refused():
    with pytest.raises(NothingToPartition):
        partition(np.empty((0, 2)), [], parts=1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"parts": None},
        {"parts": 2, "target": 5},
        {"parts": 0},
        {"target": 0},
        {"parts": 2, "tolerance": -1},
        {"parts": 2, "streets": ["A"]},
        {"parts": 2, "weights": [1, -1, 1]},
        {"parts": 2, "weights": [1, 0.5, 1]},
        {"parts": 2, "points": [[0, 0, 0]] * 3},
    ],
)
def test_arguments_that_make_no_sense_are_refused(wrong):
    points, _, _ = row_of_houses(3)
    arguments = {"points": points, "weights": [1, 1, 1], **wrong}

    with pytest.raises(PartitionError):
        partition(arguments.pop("points"), arguments.pop("weights"), **arguments)


@given(scattered_buildings(), st.integers(1, 20))
@settings(max_examples=40, deadline=None)
def test_the_preview_fills_every_block(buildings, parts):
    points, weights, _, _ = buildings
    parts = min(parts, len(points))

    labels = bisect(points, weights, parts)

    assert set(labels.tolist()) == set(range(parts))


def test_the_preview_is_balanced_to_a_building():
    rng = np.random.default_rng(3)
    points, weights = rng.uniform(0, 500, (300, 2)), np.ones(300, dtype=int)

    sizes = np.bincount(bisect(points, weights, 7), weights)

    assert sizes.max() - sizes.min() <= 2


def test_degrees_become_metres_north_and_east():
    metres = lonlat_to_metres([-79.0, -79.0, -78.99, np.nan], [35.0, 35.01, 35.0, 35.0], origin=(-79.0, 35.0))

    assert metres[0] == pytest.approx([0, 0])
    assert metres[1] == pytest.approx([0, 1111.9], abs=0.1)
    assert metres[2] == pytest.approx([910.9, 0], abs=0.1)
    assert np.isnan(metres[3]).all()


def test_a_real_city_is_cut_into_connected_equal_blocks(shared_data):
    with gzip.open(shared_data / "cambridge" / "address_points.csv.gz", "rt", encoding="utf-8") as file:
        rows = [{name.upper(): value for name, value in row.items()} for row in csv.DictReader(file)]
    points = lonlat_to_metres([float(row["LON"]) for row in rows], [float(row["LAT"]) for row in rows])
    weights = np.random.default_rng(1).choice(
        [1, 2, 3, 4, 6, 9, 30, 140], len(rows), p=[0.3, 0.3, 0.2, 0.1, 0.05, 0.03, 0.018, 0.002]
    )

    cut = partition(
        points,
        weights,
        target=110,
        streets=[row["STREET"] for row in rows],
        numbers=[row["NUMBER"] for row in rows],
    )

    assert len(cut.labels) == len(rows) == 20_511
    assert cut.sizes.sum() == weights.sum()
    assert cut.report.in_pieces == ()
    assert worst_of_largest(cut.labels, weights, cut.report.towers) <= 1.0
