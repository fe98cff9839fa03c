from __future__ import annotations

from datetime import date

import pytest

from precincts.propensity import HeldElection, bitmask, last_elections, measure

PRIMARIES = [
    HeldElection(date(2018 + 2 * place, 5, 8), place) for place in range(4)
]  # bits 0 to 3, 2018 to 2024


def newest_first():
    return last_elections(PRIMARIES, count=4, until=date(2026, 1, 1))


def test_the_last_elections_are_those_before_the_day_newest_first():
    assert [e.bit for e in last_elections(PRIMARIES, count=2, until=date(2023, 1, 1))] == [2, 1]


@pytest.mark.parametrize(
    ("bits", "voted", "heat"),
    [([0, 1, 2, 3], 4, "hot"), ([1, 2, 3], 3, "hot"), ([2, 3], 2, "warm"), ([3], 1, "warm"), ([], 0, "cold")],
)
def test_three_of_the_last_four_is_hot_one_is_warm_none_is_cold(bits, voted, heat):
    found = measure(bitmask(bits), date(2000, 1, 1), newest_first())
    assert (found.voted, found.possible, found.asked, found.heat) == (voted, 4, 4, heat)


def test_elections_before_the_registration_count_neither_for_nor_against():
    registered = date(2021, 1, 1)
    found = measure(bitmask([0, 2, 3]), registered, newest_first())
    assert (found.voted, found.possible, found.heat) == (2, 2, "hot")
    assert measure(bitmask([3]), registered, newest_first()).heat == "warm"


def test_an_election_on_the_day_of_registration_counts():
    assert measure(bitmask([3]), date(2024, 5, 8), newest_first()).possible == 1


def test_somebody_who_registered_after_all_of_them_is_new():
    assert measure(bitmask([0, 1]), date(2025, 1, 1), newest_first()).heat == "new"


def test_an_unknown_registration_date_counts_as_long_ago():
    assert measure(bitmask([1]), None, newest_first()).possible == 4


def test_other_elections_bits_do_not_count():
    assert measure(bitmask([10, 62]), None, newest_first()).voted == 0


def test_a_bit_that_does_not_fit_the_column_is_refused():
    with pytest.raises(ValueError, match="63"):
        bitmask([63])
