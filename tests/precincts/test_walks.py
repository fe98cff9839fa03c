from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from precincts.walks import OTHER_STREET_FACTOR, OTHER_STREET_METRES, Walks

MAIN, ELM, NO_STREET = 0, 1, -1


def between(points, streets, numbers, here=0, there=1):
    walks = Walks.read(np.array(points, dtype=float), np.array(streets), np.array(numbers, dtype=float))
    return float(walks.between(np.array([here]), np.array([there]))[0])


def street(houses, *, begin=0.0, number=1, apart=20.0, setback=13.0, turned=0.0, right=0.0, across=0.0):
    """Odd numbers south and even ones north of a street that runs east from x = begin, turned about zero and moved."""
    offsets = np.arange(houses) // 2 * apart + begin
    sides = np.where(np.arange(houses) % 2 == 0, -setback, setback)
    cos, sin = np.cos(turned), np.sin(turned)
    points = np.c_[offsets, sides] @ np.array([[cos, sin], [-sin, cos]]) + np.array([right, across])
    return points, np.arange(number, number + houses)


@pytest.mark.parametrize("turned", [0.0, 0.4, np.pi / 2, 2.5])
def test_the_other_side_of_a_street_is_the_way_along_and_twelve_metres(turned):
    points, numbers = street(8, turned=turned)

    assert between(points, [MAIN] * 8, numbers, 0, 1) == pytest.approx(12)
    assert between(points, [MAIN] * 8, numbers, 0, 3) == pytest.approx(20 + 12)
    assert between(points, [MAIN] * 8, numbers, 0, 2) == pytest.approx(20)


def test_the_other_side_of_a_street_is_never_further_than_the_straight_line():
    points, numbers = street(8, setback=3.0)

    assert between(points, [MAIN] * 8, numbers, 0, 1) == pytest.approx(6)


def test_doors_far_apart_are_far_apart_also_where_a_street_bends_back():
    points, numbers = street(8)
    points = np.concatenate([points, [[0.0, 500.0]]])

    assert between(points, [MAIN] * 9, [*numbers, 90], 0, 8) >= 450


def test_another_street_is_reached_round_the_corner_where_the_hundreds_end():
    main, numbers = street(6)
    elm, elm_numbers = street(6, begin=15.0, turned=np.pi / 2, right=55.0)

    walk = between([*main, *elm], [MAIN] * 6 + [ELM] * 6, [*numbers, *elm_numbers], 4, 6)

    assert walk == pytest.approx(15 + 15)


def test_from_the_middle_of_a_street_to_the_one_behind_it_no_more_is_walked_than_a_quarter_and_forty_metres():
    main, numbers = street(12)
    elm, elm_numbers = street(12, across=100.0)

    def walk(house):
        return between(
            [*main, *elm], [MAIN] * 12 + [ELM] * 12, [*numbers, *elm_numbers], house, house + 12 - 1
        )

    assert walk(11) == pytest.approx(15 + 100 + 15)
    assert walk(5) == pytest.approx(OTHER_STREET_FACTOR * 74 + OTHER_STREET_METRES)


def test_a_street_of_several_hundreds_can_be_left_between_them():
    low, low_numbers = street(10)
    high, high_numbers = street(10, begin=130.0, number=101)
    elm, elm_numbers = street(10, begin=15.0, turned=np.pi / 2, right=105.0)
    streets, numbers = [MAIN] * 20 + [ELM] * 10, [*low_numbers, *high_numbers, *elm_numbers]

    known = between([*low, *high, *elm], streets, numbers, 8, 28)
    as_one = between([*low, *high, *elm], streets, [*low_numbers, *range(11, 21), *elm_numbers], 8, 28)

    assert known < 15 + 10 + 95 + 15 < as_one


def test_without_a_street_all_walks_are_straight_lines():
    assert between([(0, 0), (30, 40)], [NO_STREET] * 2, [1, 2]) == 50


@st.composite
def doors(draw):
    count = draw(st.integers(1, 30))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    houses = rng.integers(1, 400, count).astype(float)
    houses[rng.random(count) < 0.2] = np.nan
    return rng.integers(0, 20, (count, 2)) * 11.0, rng.integers(-1, 4, count), houses


@given(doors())
@settings(max_examples=80, deadline=None)
def test_a_walk_is_the_same_both_ways_and_never_much_longer_than_the_straight_line(door):
    points, streets, numbers = door
    rows = np.arange(len(points))

    walks = Walks.read(points, streets, numbers).between(rows[:, None], rows[None])

    assert np.allclose(walks, walks.T)
    assert (np.diag(walks) == 0).all()
    straight = np.linalg.norm(points[:, None] - points, axis=2)
    assert (walks >= 0).all()
    assert (walks <= OTHER_STREET_FACTOR * straight + OTHER_STREET_METRES + 1e-9).all()
    one_street = streets[:, None] == streets
    assert (walks[one_street] <= straight[one_street] + 1e-9).all()
