from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from precincts.help_matching import Match, Need, Offer, list_fitting, make_rough, pair_up

KINDS = st.sampled_from(["ride", "meals"])
PERSONS = st.integers(1, 5)


@st.composite
def towns(draw):
    """Some needs and offers, the ways between most of them, and pairs that refused each other."""
    needs = [
        Need(number, draw(PERSONS), draw(KINDS), draw(st.integers(0, 3)))
        for number in range(draw(st.integers(0, 7)))
    ]
    offers = [
        Offer(
            number, draw(PERSONS), draw(KINDS), draw(st.integers(0, 3)), draw(st.sampled_from([100.0, 500.0]))
        )
        for number in range(draw(st.integers(0, 5)))
    ]
    pairs = [(need.id, offer.id) for need in needs for offer in offers]
    metres = {pair: draw(st.floats(0, 700, allow_nan=False)) for pair in pairs if draw(st.integers(0, 5))}
    refused = {pair for pair in pairs if not draw(st.integers(0, 6))}
    return needs, offers, metres, refused


@given(towns())
def test_every_pair_fits_and_nobody_is_over_what_they_offered(town):
    needs, offers, metres, refused = town
    need_of = {need.id: need for need in needs}
    offer_of = {offer.id: offer for offer in offers}
    found = pair_up(needs, offers, metres, refused=refused)
    for match in found:
        need, offer = need_of[match.need_id], offer_of[match.offer_id]
        assert need.kind == offer.kind
        assert need.person != offer.person
        assert match.metres == metres[need.id, offer.id] <= offer.reach
        assert (need.id, offer.id) not in refused
    assert len({match.need_id for match in found}) == len(found)
    taken = Counter(match.offer_id for match in found)
    assert all(count <= offer_of[offer_id].free for offer_id, count in taken.items())


@given(towns(), st.randoms(use_true_random=False))
def test_the_order_in_which_they_are_told_changes_nothing(town, dice):
    needs, offers, metres, refused = town
    shuffled_needs, shuffled_offers = list(needs), list(offers)
    dice.shuffle(shuffled_needs)
    dice.shuffle(shuffled_offers)
    found = pair_up(needs, offers, metres, refused=refused)
    assert pair_up(shuffled_needs, shuffled_offers, metres, refused=refused) == found
    assert [match.metres for match in found] == sorted(match.metres for match in found)


@given(towns())
def test_no_two_who_fit_stand_nearer_to_each_other_than_to_those_they_were_given(town):
    needs, offers, metres, refused = town
    found = pair_up(needs, offers, metres, refused=refused)
    way_of_need = {match.need_id: match.metres for match in found}
    taken = Counter(match.offer_id for match in found)
    free = {offer.id: offer.free - taken[offer.id] for offer in offers}
    worst = {
        offer.id: max((match.metres for match in found if match.offer_id == offer.id), default=None)
        for offer in offers
    }
    for match in list_fitting(needs, offers, metres, refused=refused):
        need_gains = match.need_id not in way_of_need or match.metres < way_of_need[match.need_id]
        offer_gains = free[match.offer_id] > 0 or match.metres < worst[match.offer_id]
        assert not (need_gains and offer_gains)


def test_of_two_at_one_distance_whoever_waits_longer_comes_first():
    needs = [Need(1, "ann", "ride", since=20), Need(2, "ben", "ride", since=10)]
    offers = [Offer(9, "cat", "ride", free=1, reach=500)]
    assert pair_up(needs, offers, {(1, 9): 80, (2, 9): 80}) == [Match(2, 9, 80)]


def test_a_full_offer_goes_on_to_nobody_and_one_without_a_known_way_neither():
    needs = [Need(1, "ann", "ride")]
    assert list_fitting(needs, [Offer(9, "cat", "ride", free=0, reach=500)], {(1, 9): 80}) == []
    assert list_fitting(needs, [Offer(9, "cat", "ride", free=1, reach=500)], {}) == []


@given(st.floats(0, 20_000, allow_nan=False))
def test_a_rough_way_is_never_shorter_and_never_exact(metres):
    rough = make_rough(metres)
    assert rough >= metres
    assert rough - metres <= 500
    assert rough % 50 == 0
    assert rough > 0
