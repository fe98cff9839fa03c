from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

from precincts.models import Household, Voter
from precincts.propensity import HeldElection, measure
from precincts.selectors.consistency import is_hot
from tests.factories import make_chapter, make_precinct, make_street, make_voter

pytestmark = pytest.mark.django_db

FIRST = date(2016, 3, 1)


def some_elections(draw: random.Random) -> list[HeldElection]:
    """Up to six elections on a few days, some of them on the same day."""
    bits = draw.sample(range(63), draw.randint(1, 6))
    return [HeldElection(FIRST + timedelta(days=200 * draw.randint(0, 6)), bit) for bit in bits]


@pytest.mark.parametrize("seed", range(12))
def test_the_database_calls_the_same_voters_hot_as_the_rule(seed):
    draw = random.Random(seed)
    make_street(make_precinct(make_chapter()), houses=1, voters_each=0)
    door = Household.objects.get()
    for _ in range(40):
        registered_on = FIRST + timedelta(days=100 * draw.randint(-1, 14) + draw.randint(-1, 1))
        make_voter(
            door,
            history=draw.getrandbits(63),
            registered_on=draw.choice([registered_on, registered_on, None]),
        )
    last, hot_from = some_elections(draw), draw.randint(1, 5)

    found = set(Voter.objects.filter(is_hot(last, hot_from=hot_from)).values_list("pk", flat=True))

    voters = list(Voter.objects.all())
    assert found == {
        one.pk
        for one in voters
        if measure(one.history, one.registered_on, last, hot_from=hot_from).heat == "hot"
    }
    assert len(voters) == 40


def test_nobody_is_hot_without_elections():
    make_street(make_precinct(make_chapter()), houses=1)

    assert not Voter.objects.filter(is_hot([], hot_from=3)).exists()
