from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from precincts.goals import LIKE_ELECTIONS, Turnout, keep_held, measure_against, suggest_goal

DAY = date(2024, 11, 5)


def make_turnouts(pairs):
    return [
        Turnout(DAY - timedelta(days=730 * place), f"e{place}", min(voted, registered), registered)
        for place, (voted, registered) in enumerate(pairs)
    ]


TURNOUTS = st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), max_size=8).map(make_turnouts)


def test_the_goal_suggested_is_the_mean_of_the_last_three():
    held = make_turnouts([(60, 100), (30, 100), (1, 200), (99, 100)])
    assert suggest_goal(held) == Decimal("30.2")


def test_nothing_is_suggested_without_an_election():
    assert suggest_goal([]) is None


@given(TURNOUTS)
def test_the_goal_suggested_lies_between_the_turnouts_it_is_the_mean_of(turnouts):
    held = keep_held(turnouts)
    goal = suggest_goal(held)
    shares = [one.percent for one in held[:LIKE_ELECTIONS]]
    if goal is None:
        assert shares == []
    else:
        assert min(shares) - Decimal("0.1") <= goal <= max(shares) + Decimal("0.1")
        assert 0 <= goal <= 100


@given(TURNOUTS)
def test_elections_nobody_here_voted_in_were_not_held_here(turnouts):
    held = keep_held(reversed(turnouts))
    assert held == [one for one in turnouts if one.voted and one.registered]


@given(st.decimals(0, 100, places=1), st.none() | st.decimals(0, 100, places=1))
def test_a_bar_never_leaves_its_frame(reached, goal):
    share = measure_against(reached, goal)
    if goal is None:
        assert share is None
    else:
        assert 0 <= share <= 100
        assert (share == 100) == (reached >= goal)
