from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from precincts.captaincy import FAR, MOST_BLOCKS, Person, propose, weigh

MAY = date(2026, 5, 3)
BLOCKS = (1, 2, 3, 4)

places = st.none() | st.tuples(st.floats(-2000, 2000), st.floats(-2000, 2000))


@st.composite
def people(draw):
    count = draw(st.integers(0, 12))
    found = []
    for number in range(count):
        possible = draw(st.integers(0, 4))
        found.append(
            Person(
                key=f"v{number}",
                block_id=draw(st.none() | st.sampled_from((*BLOCKS, 9))),
                place=draw(places),
                possible=possible,
                voted=draw(st.integers(0, possible)),
                is_hot=draw(st.booleans()),
                supports=draw(st.booleans()),
                offered_on=draw(st.none() | st.just(MAY)),
                is_free_member=draw(st.booleans()),
                backs_up=draw(st.frozensets(st.sampled_from(BLOCKS), max_size=2)),
                not_for=draw(st.frozensets(st.sampled_from(BLOCKS), max_size=2)),
            )
        )
    return found


middles = st.dictionaries(st.sampled_from(BLOCKS), places)


def test_the_reasons_are_said_the_weightiest_first():
    nora = Person(
        key="v1", block_id=1, place=(0, 0), voted=4, possible=4, is_hot=True, supports=True, offered_on=MAY
    )
    found = weigh(nora, 1, (30, 40))
    assert found.reasons == ("offers", "lives_here", "votes", "supports")
    assert (found.score, found.metres) == (115, 50)


def test_a_faithful_voter_is_proposed_for_the_own_block_only():
    nora = Person(key="v1", block_id=1, place=(0, 0), voted=4, possible=4, is_hot=True)
    assert weigh(nora, 1, (0, 0)).reasons == ("lives_here", "votes")
    assert weigh(nora, 2, (10, 0)) is None
    assert propose([nora], {1: (0, 0), 2: (10, 0)})[2] == []


def test_who_offers_help_is_proposed_next_door_but_not_across_town():
    nora = Person(key="v1", block_id=1, place=(0, 0), offered_on=MAY)
    assert weigh(nora, 2, (150, 0)).reasons == ("offers", "near")
    assert weigh(nora, 2, (FAR, 0)) is None
    assert weigh(replace(nora, place=None), 2, (150, 0)) is None


def test_nobody_is_proposed_where_they_stand_or_were_asked():
    nora = Person(key="v1", block_id=1, offered_on=MAY, not_for=frozenset({1}))
    assert weigh(nora, 1, None) is None


@given(people(), middles, st.integers(1, 4), st.randoms(use_true_random=False))
def test_proposals_keep_their_bounds_and_do_not_depend_on_the_order(some, wanted, each, dice):
    found = propose(some, wanted, each=each)
    assert set(found) == set(wanted)
    by_key = {person.key: person for person in some}
    for block_id, proposals in found.items():
        assert len(proposals) <= each
        assert len({one.key for one in proposals}) == len(proposals)
        assert [one.score for one in proposals] == sorted((one.score for one in proposals), reverse=True)
        for one in proposals:
            assert block_id not in by_key[one.key].not_for
            assert one.reasons
    every = [one.key for proposals in found.values() for one in proposals]
    assert all(every.count(key) <= MOST_BLOCKS for key in set(every))
    shuffled = list(some)
    dice.shuffle(shuffled)
    assert propose(shuffled, wanted, each=each) == found


@given(people(), st.sampled_from(BLOCKS), places)
def test_whatever_speaks_for_somebody_never_weighs_against_them(some, block_id, middle):
    for person in some:
        before = weigh(person, block_id, middle)
        for better in (
            replace(person, supports=True),
            replace(person, offered_on=MAY),
            replace(person, is_free_member=True),
            replace(person, backs_up=person.backs_up | {block_id}),
            replace(person, voted=person.possible),
            replace(person, is_hot=True),
            replace(person, block_id=block_id),
        ):
            after = weigh(better, block_id, middle)
            if before is not None:
                assert after.score >= before.score - 1e-6


@given(people(), middles)
def test_the_best_of_all_is_always_proposed(some, wanted):
    found = propose(some, wanted)
    scores = [one for person in some for block in wanted if (one := weigh(person, block, wanted[block]))]
    if scores:
        best = min(scores, key=lambda one: (-one.score, one.key, one.block_id))
        assert best in found[best.block_id]


def test_many_people_are_weighed_within_a_moment():
    dice = random.Random(7)
    crowd = [
        Person(
            key=f"v{n}", block_id=n % 40, place=(dice.random() * 900, dice.random() * 900), voted=3, possible=4,
            is_hot=True, supports=n % 10 == 0,
        )
        for n in range(4000)
    ]  # fmt: skip
    found = propose(crowd, dict.fromkeys(range(40), (450.0, 450.0)))
    assert all(len(proposals) == 3 for proposals in found.values())
