from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chapters.forecast import (
    MAYBE,
    NO,
    NONE,
    PRIOR_RATES,
    PRIOR_WEIGHT,
    YES,
    Shows,
    _binomials,
    _come,
    forecast_attendance,
)

ANSWERS = st.sampled_from(sorted(PRIOR_RATES))
INVITED = st.dictionaries(
    st.tuples(st.sampled_from([YES, MAYBE]), st.integers(0, 4))
    | st.tuples(st.sampled_from([NO, NONE]), st.just(0)),
    st.integers(1, 60),
    max_size=8,
)
PAST = st.lists(
    st.tuples(st.sampled_from(["rally", "social"]), ANSWERS, st.integers(0, 80), st.integers(0, 80)),
    max_size=8,
)


def shows_of(past):
    shows = Shows("rally")
    for kind, answer, came, missed in past:
        shows.add(kind, answer, came=came, of=came + missed)
    return shows


def heads(invited):
    return sum((1 + bringing) * people for (_answer, bringing), people in invited.items())


@given(INVITED, PAST)
def test_the_range_holds_the_mean_and_lies_between_none_and_all(invited, past):
    found = forecast_attendance(invited, shows_of(past))
    assert 0 <= found.low <= found.high <= heads(invited)
    assert 0 <= found.mean <= heads(invited)
    assert sum(one.heads for one in found.by_answer) == heads(invited)


@given(INVITED, PAST)
def test_more_people_who_say_yes_never_make_the_forecast_smaller(invited, past):
    shows = shows_of(past)
    more = invited | {(YES, 0): invited.get((YES, 0), 0) + 5}
    before, after = forecast_attendance(invited, shows), forecast_attendance(more, shows)
    assert (after.low >= before.low, after.high >= before.high) == (True, True)
    assert after.mean >= before.mean


@given(st.integers(1, 60), st.floats(0.5, 40), st.floats(0.5, 40), st.integers(0, 3))
def test_the_distribution_is_one_and_has_the_mean_of_the_rate(people, a, b, bringing):
    from chapters.forecast import Rate

    found = _come({bringing: people}, Rate(a, b, 0))
    assert found.sum() == pytest.approx(1, abs=1e-6)
    mean = np.arange(len(found)) @ found
    assert mean == pytest.approx(people * (1 + bringing) * a / (a + b), rel=1e-6)


def test_the_distribution_of_many_rates_is_the_beta_binomial():
    """Against the closed form: choose(n, k) B(k + a, n - k + b) / B(a, b)."""
    from scipy.stats import betabinom

    from chapters.forecast import Rate

    found = _come({0: 30}, Rate(6.5, 3.5, 0))
    exact = betabinom(30, 6.5, 3.5).pmf(np.arange(31))
    assert np.abs(found - exact).max() < 0.002
    assert _binomials(3, np.array([0.5]))[0] == pytest.approx([1 / 8, 3 / 8, 3 / 8, 1 / 8])


def test_without_data_the_prior_speaks():
    found = forecast_attendance({(YES, 0): 20, (MAYBE, 0): 10}, Shows("rally"))
    assert found.mean == pytest.approx(20 * 0.65 + 10 * 0.30)
    assert (found.meetings, found.walk_ins) == (0, 0)


def test_own_data_of_the_kind_outweigh_the_prior_and_other_kinds():
    shows = shows_of([("rally", YES, 90, 10), ("social", YES, 10, 190)])
    [yes] = forecast_attendance({(YES, 0): 100}, shows).by_answer
    # 6.5 + 90 + 20 * 5 %, of 10 + 100 + 20
    assert yes.rate.mean == pytest.approx((PRIOR_WEIGHT * 0.65 + 90 + 1) / 130)
    assert yes.rate.seen == 300


def test_a_kind_without_a_past_is_spoken_for_by_the_others_a_little():
    shows = shows_of([("social", YES, 0, 500)])
    [yes] = forecast_attendance({(YES, 0): 100}, shows).by_answer
    assert yes.rate.mean == pytest.approx(6.5 / 30)


def test_much_data_does_not_make_the_range_narrower_than_meetings_are():
    shows = shows_of([("rally", YES, 50_000, 50_000)])
    found = forecast_attendance({(YES, 0): 400}, shows)
    assert found.high - found.low > 60


def test_the_range_holds_eight_of_ten_meetings_drawn_from_the_model():
    dice = np.random.default_rng(7)
    invited = {(YES, 0): 40, (YES, 1): 8, (MAYBE, 0): 20, (NONE, 0): 50}
    found = forecast_attendance(invited, Shows("rally"))
    inside = 0
    for _meeting in range(2000):
        came = 0
        rates = {answer: dice.beta(10 * mean, 10 * (1 - mean)) for answer, mean in PRIOR_RATES.items()}
        for (answer, bringing), people in invited.items():
            came += (1 + bringing) * dice.binomial(people, rates[answer])
        inside += found.low <= came <= found.high
    assert 0.78 <= inside / 2000 <= 0.86


def test_walk_ins_are_those_of_past_meetings_of_the_kind():
    shows = Shows("rally")
    shows.add_walk_ins("rally", came=40, meetings=8)
    shows.add_walk_ins("social", came=0, meetings=8)
    found = forecast_attendance({}, shows)
    assert found.walk_ins == pytest.approx(5.125, rel=1e-3)
    assert found.low < 5 < found.high


def test_nobody_invited_is_nobody_expected():
    assert forecast_attendance({}, Shows("rally")).high == 0
