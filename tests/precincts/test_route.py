from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from precincts.route import (
    MOST_AT_ONCE,
    route,
    search_seconds,
    street_order,
    walk_metres,
    walk_minutes,
)
from precincts.synthetic.town import make_town
from precincts.synthetic.walking import StreetNetwork

NOWHERE = (np.nan, np.nan)


@st.composite
def doors(draw):
    count = draw(st.integers(0, 60))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    points = rng.integers(0, 40, (count, 2)) * 9.0
    lost = rng.random(count) < draw(st.sampled_from([0.0, 0.2]))
    points[lost] = np.nan
    streets = [None if street == 0 else f"STREET {street}" for street in rng.integers(0, 6, count).tolist()]
    numbers = rng.integers(1, 200, count).tolist()
    return points, streets, numbers


def both_sides_of_a_street(houses):
    """Numbers 1, 2, 3, ... with the odd ones south and the even ones north of a street going east."""
    numbers = list(range(1, houses + 1))
    points = [((number - 1) // 2 * 20.0, 0.0 if number % 2 else 25.0) for number in numbers]
    return np.array(points), ["ELM ST"] * houses, numbers


@given(doors(), st.booleans(), st.sampled_from([None, (0.0, 0.0), (500.0, 90.0)]))
@settings(max_examples=60, deadline=None)
def test_a_route_visits_every_door_once_and_those_without_a_place_last(door, closed, start):
    points, streets, numbers = door

    order = route(points, streets, numbers, start=start, closed=closed)

    assert sorted(order.tolist()) == list(range(len(points)))
    unplaced = np.isnan(points[order, 0]) if len(points) else np.zeros(0, dtype=bool)
    assert unplaced.tolist() == sorted(unplaced.tolist())


@given(doors(), st.booleans(), st.sampled_from([None, (0.0, 0.0)]))
@settings(max_examples=60, deadline=None)
def test_a_route_is_never_longer_than_street_order(door, closed, start):
    points, streets, numbers = door

    order = route(points, streets, numbers, start=start, closed=closed)
    plain = street_order(streets, numbers, points)

    def length(walk):
        return walk_metres(points, walk, streets, numbers, start=start, closed=closed)

    assert length(order) <= length(plain) + 1e-6


def test_a_short_walk_is_the_shortest():
    points = np.array([[30.0, 0.0], [0.0, 0.0], [20.0, 0.0], [10.0, 0.0]])

    order = route(points)

    assert order.tolist() in ([0, 2, 3, 1], [1, 3, 2, 0])


def test_a_walk_begins_near_its_start():
    points = np.array([[30.0, 0.0], [0.0, 0.0], [20.0, 0.0], [10.0, 0.0]])

    assert route(points, start=(100.0, 0.0)).tolist() == [0, 2, 3, 1]
    assert route(points, start=(-100.0, 0.0)).tolist() == [1, 3, 2, 0]


def test_the_start_counts_in_the_length_there_and_back():
    points, order = np.array([[30.0, 0.0], [0.0, 0.0]]), [1, 0]

    assert walk_metres(points, order) == 30
    assert walk_metres(points, order, closed=True) == 60
    assert walk_metres(points, order, start=(-40.0, 0.0)) == 70
    assert walk_metres(points, order, start=(-40.0, 0.0), closed=True) == 140


def test_another_street_costs_a_quarter_more_and_a_corner():
    points = np.array([[0.0, 0.0], [100.0, 0.0]])

    assert walk_metres(points, [0, 1], ["ELM ST", "ELM ST"], [1, 3]) == 100
    assert walk_metres(points, [0, 1], ["ELM ST", "OAK ST"], [1, 3]) == 165
    assert walk_metres(points, [0, 1], [None, None], [1, 2]) == 100


def test_crossing_the_street_is_shorter_than_from_house_to_house():
    points, streets, numbers = both_sides_of_a_street(2)

    assert walk_metres(points, [0, 1], streets, numbers) == 19


def test_doors_without_a_place_add_nothing_to_the_length():
    points = np.array([[0.0, 0.0], NOWHERE, [10.0, 0.0]])

    assert walk_metres(points, [0, 2, 1]) == 10
    assert walk_metres(points[[1]], [0]) == 0


def test_street_order_goes_up_the_odd_side_and_down_the_even_side():
    _, streets, numbers = both_sides_of_a_street(6)

    order = street_order(streets, numbers)

    assert [numbers[row] for row in order] == [1, 3, 5, 6, 4, 2]


def test_street_order_takes_streets_by_name_and_doors_without_a_street_last():
    order = street_order(["OAK ST", None, "ELM ST", "OAK ST"], ["12B", "1", "7", "3"])

    assert order.tolist() == [2, 3, 0, 1]


def test_street_order_with_places_goes_on_to_the_nearest_street():
    points = np.array([[0.0, 0.0], [500.0, 0.0], [20.0, 0.0]])

    order = street_order(["A", "B", "C"], [1, 1, 1], points)

    assert order.tolist() == [0, 2, 1]


def test_numbers_that_are_no_numbers_come_after_the_others_of_their_street():
    order = street_order(["ELM ST"] * 3, ["REAR", "4", "3"])

    assert order.tolist() == [2, 1, 0]


def test_the_true_walk_is_a_quarter_shorter_than_street_order_in_a_town():
    town = make_town(700, 31)
    network = StreetNetwork(town)
    names = [town.streets.names[street] for street in town.street]
    walked = plain = 0.0
    for precinct in range(0, len(town.segment), 40):
        rows = np.argsort(town.xy[:, 0], kind="stable")[precinct : precinct + 40]
        streets, numbers = [names[row] for row in rows], town.number[rows]
        walked += network.length(rows[route(town.xy[rows], streets, numbers)])
        plain += network.length(rows[street_order(streets, numbers)])

    assert walked < 0.75 * plain


def test_a_large_area_is_walked_in_portions():
    rng = np.random.default_rng(4)
    count = MOST_AT_ONCE + 300
    points = rng.uniform(0, 2_000, (count, 2))

    order = route(points, budget=0.2)

    assert sorted(order.tolist()) == list(range(count))
    assert walk_metres(points, order) < 1.1 * 0.7124 * np.sqrt(count * 2_000 * 2_000)


def test_the_search_takes_milliseconds_for_a_block_and_never_more_than_a_second():
    assert search_seconds(10) == 0.002
    assert search_seconds(55) == pytest.approx(0.0036, abs=0.0001)
    assert search_seconds(100_000) == 1.0


def test_minutes_are_the_walk_and_the_doors():
    assert walk_minutes(720, 20) == pytest.approx(10 + 35)
    assert walk_minutes(1_000, 10, metres_per_minute=50, minutes_per_door=3) == pytest.approx(50)


def test_points_of_three_coordinates_are_refused():
    with pytest.raises(ValueError, match="two coordinates"):
        route(np.zeros((4, 3)))


@pytest.mark.parametrize(
    ("name", "optimum"),
    [("berlin52", 7542), ("eil51", 426), ("st70", 675), ("kroA100", 21282), ("ch150", 6528), ("a280", 2579)],
)
def test_a_round_trip_is_within_one_percent_of_the_published_optimum(shared_data, name, optimum):
    section = (shared_data / "tsplib" / f"{name}.tsp").read_text().partition("NODE_COORD_SECTION")[2]
    points = np.array(re.findall(r"^\s*\d+\s+(\S+)\s+(\S+)\s*$", section, flags=re.MULTILINE), dtype=float)

    order = route(points, closed=True, budget=1.0)

    steps = np.linalg.norm(points[order] - points[np.roll(order, -1)], axis=1)
    assert np.floor(steps + 0.5).sum() <= 1.01 * optimum
