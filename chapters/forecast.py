"""How many people will come to a meeting: "yes" means maybe. Pure.

Each answer has a show rate, and what is known of it is a Beta distribution. Before there is any data it is the prior
below, worth `PRIOR_WEIGHT` people; with data it is

    Beta(a + came + w * came_elsewhere, b + missed + w * missed_elsewhere)

`came` and `missed` count the chapter's own past meetings of the same kind; meetings of other kinds tell less, and count
together for at most `ELSEWHERE_WEIGHT` people (w = min(1, ELSEWHERE_WEIGHT / people elsewhere)).

People at one meeting are not independent of each other: rain keeps many at home at once. So however much data there
is, a rate is held to be known no better than from `MOST_WEIGHT` people; with that the standard deviation of a rate of
one half is 7 points from one meeting to the next.

The number of those who come, of n people with one answer, is then beta-binomial; people who bring others along come
with them or not at all. Walk-ins are Gamma-Poisson, from past meetings of that kind (else of all; none without data).
The answers are independent of each other given the rates, so their distributions are convolved; the range is the middle
`RANGE` of the sum.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import numpy as np

YES, MAYBE, NO, NONE = "yes", "maybe", "no", ""

PRIOR_WEIGHT = 10.0
PRIOR_RATES = {YES: 0.65, MAYBE: 0.30, NO: 0.03, NONE: 0.08}
"""What organizers expect before they know their people: two of three who say yes, three of ten who say maybe, hardly
anybody who says no, and one in twelve of whom nothing was heard."""

ELSEWHERE_WEIGHT = 20.0
MOST_WEIGHT = 50.0
RANGE = 0.8
MOST_MEETINGS = 4.0
"""The number of walk-ins is held to be known no better than from so many meetings."""

_POINTS = 64
"""A rate's distribution is read at so many points of equal weight."""

Distribution = Any
"""A NumPy vector: how likely each number of heads is, from none up."""


@dataclass(frozen=True, slots=True)
class Rate:
    """What is known of a show rate: a Beta distribution, and of how many past invitations it speaks."""

    a: float
    b: float
    seen: int

    @property
    def mean(self) -> float:
        return self.a / (self.a + self.b)


@dataclass(slots=True)
class Shows:
    """What past meetings tell of the next one of a kind.

    Attributes:
        own, elsewhere: by answer, how many came and how many of those asked did not.
    """

    kind: str
    own: dict[str, tuple[int, int]] = field(default_factory=dict)
    elsewhere: dict[str, tuple[int, int]] = field(default_factory=dict)
    own_walk_ins: tuple[int, int] = (0, 0)
    walk_ins_elsewhere: tuple[int, int] = (0, 0)

    def add(self, kind: str, answer: str, *, came: int, of: int) -> None:
        """Count people asked to past meetings of a kind who gave an answer."""
        rows = self.own if kind == self.kind else self.elsewhere
        before, missed = rows.get(answer, (0, 0))
        rows[answer] = (before + came, missed + of - came)

    def add_walk_ins(self, kind: str, *, came: int, meetings: int) -> None:
        """Count people who came unasked to so many past meetings of a kind."""
        if kind == self.kind:
            self.own_walk_ins = (self.own_walk_ins[0] + came, self.own_walk_ins[1] + meetings)
        else:
            people, count = self.walk_ins_elsewhere
            self.walk_ins_elsewhere = (people + came, count + meetings)

    @property
    def meetings(self) -> int:
        """How many past meetings tell something."""
        return self.own_walk_ins[1] + self.walk_ins_elsewhere[1]

    def rate(self, answer: str) -> Rate:
        """What is known of the people who give that answer; see the module."""
        mean = PRIOR_RATES[answer]
        came, missed = self.own.get(answer, (0, 0))
        came_elsewhere, missed_elsewhere = self.elsewhere.get(answer, (0, 0))
        people = came_elsewhere + missed_elsewhere
        weight = min(1.0, ELSEWHERE_WEIGHT / people) if people else 0.0
        a = PRIOR_WEIGHT * mean + came + weight * came_elsewhere
        b = PRIOR_WEIGHT * (1 - mean) + missed + weight * missed_elsewhere
        cap = min(1.0, MOST_WEIGHT / (a + b))
        return Rate(a * cap, b * cap, came + missed + people)


@dataclass(frozen=True, slots=True)
class Expected:
    """What is expected of the people who gave one answer; heads count who is brought along."""

    answer: str
    people: int
    heads: int
    rate: Rate
    comes: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """How many will come.

    Attributes:
        low, high: with a chance of `RANGE` as many come as this, or some number between.
        mean: what is expected.
        walk_ins: of them, people who were not asked.
        meetings: the past meetings it was learned from; 0 when it is the prior alone.
    """

    low: int
    high: int
    mean: float
    walk_ins: float
    by_answer: tuple[Expected, ...]
    meetings: int


def forecast_attendance(invited: Mapping[tuple[str, int], int], shows: Shows) -> Forecast:
    """Say how many will come.

    Args:
        invited: by answer and number brought along, how many people.
    """
    by_answer: dict[str, dict[int, int]] = defaultdict(dict)
    for (answer, bringing), people in invited.items():
        if people:
            by_answer[answer][bringing] = people
    expected, parts = [], []
    for answer in PRIOR_RATES:
        groups = by_answer.get(answer)
        if not groups:
            continue
        rate = shows.rate(answer)
        heads = sum((1 + bringing) * people for bringing, people in groups.items())
        expected.append(Expected(answer, sum(groups.values()), heads, rate, heads * rate.mean))
        parts.append(_come(groups, rate))
    walk_ins = _walk_in(shows)
    if walk_ins is not None:
        parts.append(walk_ins)
    total = reduce(np.convolve, parts, np.ones(1))
    low, high = _middle(total, RANGE)
    unasked = 0.0 if walk_ins is None else _mean(walk_ins)
    mean = sum(one.comes for one in expected) + unasked
    return Forecast(low, high, mean, unasked, tuple(expected), shows.meetings)


def _come(groups: Mapping[int, int], rate: Rate) -> Distribution:
    """How many heads of some people with one rate, who bring different numbers along."""
    from scipy.special import betaincinv  # slow to import

    points = betaincinv(rate.a, rate.b, (np.arange(_POINTS) + 0.5) / _POINTS)
    # The points stand for slices of equal weight; moved a little, their mean is the rate's own.
    points = _shifted(np.clip(points, 1e-12, 1 - 1e-12), rate.mean)
    total = np.ones((_POINTS, 1))
    for bringing, people in sorted(groups.items()):
        one = _binomials(people, points)
        if bringing:
            spread = np.zeros((_POINTS, people * (1 + bringing) + 1))
            spread[:, :: 1 + bringing] = one
            one = spread
        total = _convolve_rows(total, one)
    return total.mean(axis=0)


def _shifted(points: Distribution, mean: float) -> Distribution:
    """The points scaled towards 0 or 1 until their mean is as said."""
    now = points.mean()
    return points * (mean / now) if now > mean else 1 - (1 - points) * ((1 - mean) / (1 - now))


def _binomials(people: int, points: Distribution) -> Distribution:
    """For each rate, how likely each number of so many people is."""
    from scipy.special import gammaln

    counts = np.arange(people + 1)
    ways = gammaln(people + 1) - gammaln(counts + 1) - gammaln(people - counts + 1)
    logs = ways + np.outer(np.log(points), counts) + np.outer(np.log1p(-points), people - counts)
    return np.exp(logs)


def _convolve_rows(first: Distribution, second: Distribution) -> Distribution:
    """The sum of two independent numbers, for each rate by itself."""
    if first.shape[1] == 1:
        return second
    width = first.shape[1] + second.shape[1] - 1
    product = np.fft.irfft(np.fft.rfft(first, width) * np.fft.rfft(second, width), width)
    return np.clip(product, 0, None)


def _walk_in(shows: Shows) -> Distribution | None:
    """How many come unasked; None when nothing is known of it."""
    from scipy.special import gammaln

    people, meetings = shows.own_walk_ins if shows.own_walk_ins[1] else shows.walk_ins_elsewhere
    if not meetings:
        return None
    held = min(float(meetings), MOST_MEETINGS)
    shape, rate = 0.5 + people / meetings * held, held  # Jeffreys' prior of a Poisson rate
    mean = shape / rate
    counts = np.arange(int(mean + 8 * (mean * (1 + 1 / rate)) ** 0.5 + 10))
    logs = (
        gammaln(shape + counts) - gammaln(shape) - gammaln(counts + 1)
        + shape * np.log(rate / (1 + rate)) - counts * np.log1p(rate)
    )  # fmt: skip
    found = np.exp(logs)
    return found / found.sum()


def _mean(distribution: Distribution) -> float:
    return float(np.arange(len(distribution)) @ distribution)


def _middle(distribution: Distribution, share: float) -> tuple[int, int]:
    """The smallest numbers below which lie the lower and all but the upper tail."""
    below = np.cumsum(distribution)
    below /= below[-1]
    tail = (1 - share) / 2
    low, high = np.searchsorted(below, (tail, 1 - tail))
    return int(low), int(min(high, len(distribution) - 1))
