from __future__ import annotations

from math import isclose, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from precincts.intervals import Z95, Interval, newcombe, wilson

SHARES = st.integers(0, 5000).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total)))
SOME = st.integers(1, 5000).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total)))


def rounded(interval, places=4):
    return round(interval.low, places), round(interval.high, places)


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_one_share_has_the_interval_that_newcombe_published_for_the_score_method(hits, total, low, high):
    assert rounded(wilson(hits, total)) == (low, high)


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_a_difference_has_the_interval_that_newcombe_published_for_method_ten(one, other, low, high):
    assert rounded(newcombe(*one, *other)) == (low, high)


@given(SOME)
def test_the_ends_of_wilsons_interval_solve_the_equation_they_come_from(share):
    hits, total = share
    found = wilson(hits, total)
    for end in (found.low, found.high):
        if 0 < end < 1:
            assert isclose(abs(hits / total - end), Z95 * sqrt(end * (1 - end) / total), abs_tol=1e-9)


@given(SHARES)
def test_a_share_lies_in_its_interval_and_the_interval_among_what_is_possible(share):
    hits, total = share
    found = wilson(hits, total)
    assert 0 <= found.low <= found.high <= 1
    assert total == 0 or found.low <= hits / total <= found.high


@given(SHARES)
def test_whoever_stayed_at_home_is_counted_like_whoever_voted(share):
    hits, total = share
    one, mirrored = wilson(hits, total), wilson(total - hits, total)
    assert isclose(one.low, 1 - mirrored.high, abs_tol=1e-12)
    assert isclose(one.high, 1 - mirrored.low, abs_tol=1e-12)


@given(SOME, st.integers(2, 50))
def test_more_people_with_the_same_share_are_surer(share, times):
    hits, total = share
    few, many = wilson(hits, total), wilson(hits * times, total * times)
    assert few.low <= many.low
    assert many.high <= few.high


@given(SHARES, SHARES)
def test_a_difference_lies_in_its_interval_and_turned_round_the_interval_is_turned_round(one, other):
    found, turned = newcombe(*one, *other), newcombe(*other, *one)
    assert -1 <= found.low <= found.high <= 1
    if one[1] and other[1]:
        assert found.low - 1e-12 <= one[0] / one[1] - other[0] / other[1] <= found.high + 1e-12
    assert isclose(found.low, -turned.high, abs_tol=1e-12)
    assert isclose(found.high, -turned.low, abs_tol=1e-12)


@given(SOME)
def test_two_groups_alike_may_differ_by_nothing(share):
    assert newcombe(*share, *share).holds_zero


@given(SHARES)
def test_against_nobody_anything_is_possible(share):
    assert newcombe(*share, 0, 0) == newcombe(0, 0, *share) == Interval(-1.0, 1.0)


@pytest.mark.parametrize(("hits", "total"), [(3, 2), (-1, 4), (0, -1)])
def test_what_is_no_share_is_refused(hits, total):
    with pytest.raises(ValueError, match="is no share"):
        wilson(hits, total)
