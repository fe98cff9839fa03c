from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

from precincts.models import Household, Voter
from precincts.propensity import HeldElection, measure
from precincts.selectors.consistency import (
    elections_since_registration,
    is_hot,
    split_by_heat,
    votes_since_registration,
)
from tests.factories import make_chapter, make_precinct, make_street, make_voter

pytestmark = pytest.mark.django_db

FIRST = date(2016, 3, 1)


def some_elections(draw: random.Random) -> list[HeldElection]:
    """Up to six elections on a few days, some of them on the same day."""
    bits = draw.sample(range(63), draw.randint(1, 6))
    return [HeldElection(FIRST + timedelta(days=200 * draw.randint(0, 6)), bit) for bit in bits]


def some_voters(draw: random.Random, count: int = 40) -> list[Voter]:
    """Voters of one door with random votes, registered about the days of the elections, some on an unknown day."""
    make_street(make_precinct(make_chapter()), houses=1, voters_each=0)
    door = Household.objects.get()
    for _ in range(count):
        registered_on = FIRST + timedelta(days=100 * draw.randint(-1, 14) + draw.randint(-1, 1))
        make_voter(
            door,
            history=draw.getrandbits(63),
            registered_on=draw.choice([registered_on, registered_on, None]),
        )
    return list(Voter.objects.all())


@pytest.mark.parametrize("seed", range(12))
def test_the_database_calls_the_same_voters_hot_warm_cold_and_new_as_the_rule(seed):
    draw = random.Random(seed)
    voters, last = some_voters(draw), some_elections(draw)
    hot_from = draw.randint(1, 5)
    warm_from = draw.randint(1, hot_from)

    heats = split_by_heat(last, hot_from=hot_from, warm_from=warm_from)
    found = {
        heat: set(Voter.objects.filter(rule).values_list("pk", flat=True)) for heat, rule in heats.items()
    }

    meant = {heat: set() for heat in ("hot", "warm", "cold", "new")}
    for one in voters:
        heat = measure(one.history, one.registered_on, last, hot_from=hot_from, warm_from=warm_from).heat
        meant[heat].add(one.pk)
    assert found == meant
    assert (
        set(Voter.objects.filter(is_hot(last, hot_from=hot_from)).values_list("pk", flat=True))
        == meant["hot"]
    )


@pytest.mark.parametrize("seed", range(12))
def test_the_database_counts_the_same_votes_since_registration_as_the_rule(seed):
    draw = random.Random(100 + seed)
    voters, last = some_voters(draw), some_elections(draw)

    rows = Voter.objects.annotate(
        voted=votes_since_registration(last), possible=elections_since_registration(last)
    )

    found = {pk: (voted, possible) for pk, voted, possible in rows.values_list("pk", "voted", "possible")}
    measured = {one.pk: measure(one.history, one.registered_on, last) for one in voters}
    assert found == {pk: (votes.voted, votes.possible) for pk, votes in measured.items()}


def test_without_elections_everybody_is_new():
    make_street(make_precinct(make_chapter()), houses=2)

    heats = split_by_heat([], hot_from=3, warm_from=1)

    assert {heat: Voter.objects.filter(rule).count() for heat, rule in heats.items()} == {
        "hot": 0, "warm": 0, "cold": 0, "new": 4,
    }  # fmt: skip


def test_nobody_is_hot_without_elections():
    make_street(make_precinct(make_chapter()), houses=1)

    assert not Voter.objects.filter(is_hot([], hot_from=3)).exists()
