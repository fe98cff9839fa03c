from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from precincts.splitting import (
    BuildingToSplit,
    CannotSplit,
    DoorToSplit,
    Half,
    nearer_half,
    split_in_two,
)


@st.composite
def towns(draw):
    buildings, door = [], 0
    for number in range(draw(st.integers(1, 14))):
        doors = []
        for unit in range(draw(st.integers(1, 4))):
            door += 1
            doors.append(DoorToSplit(door, draw(st.integers(0, 5)), (unit,)))
        place = draw(st.none() | st.tuples(st.integers(0, 12), st.integers(0, 12)))
        buildings.append(
            BuildingToSplit(
                None if place is None else (place[0] * 20.0, place[1] * 20.0),
                tuple(doors),
                draw(st.none() | st.sampled_from(("ELM", "MILL"))),
                draw(st.none() | st.just(str(number))),
            )
        )
    return buildings


def row(*voters, place=True):
    return [
        BuildingToSplit((n * 10.0, 0.0) if place else None, (DoorToSplit(n, some),), "ELM", str(n))
        for n, some in enumerate(voters)
    ]


@given(towns())
@settings(max_examples=100)
def test_no_door_and_no_voter_is_lost_or_doubled(buildings):
    doors = [door for building in buildings for door in building.doors]
    try:
        one, other = split_in_two(buildings)
    except CannotSplit:
        assert sum(door.voters > 0 for door in doors) < 2
        return
    assert one.doors | other.doors == {door.door_id for door in doors}
    assert not one.doors & other.doors
    assert one.voters + other.voters == sum(door.voters for door in doors)
    assert one.voters > 0
    assert other.voters > 0
    for half in (one, other):
        assert half.voters == sum(door.voters for door in doors if door.door_id in half.doors)
    if sum(building.voters > 0 for building in buildings) > 1:
        for building in buildings:
            ids = {door.door_id for door in building.doors}
            assert ids <= one.doors or ids <= other.doors
    assert split_in_two(buildings) == (one, other)


def test_a_street_is_cut_in_the_middle():
    one, other = split_in_two(row(*[3] * 10))
    assert {one.voters, other.voters} == {15}
    assert {frozenset(range(5)), frozenset(range(5, 10))} == {one.doors, other.doors}


def test_a_street_that_is_on_no_map_is_cut_by_its_numbers():
    one, other = split_in_two(row(3, 3, 3, 3, place=False))
    assert {one.doors, other.doors} == {frozenset({0, 1}), frozenset({2, 3})}


def test_a_tower_is_cut_between_two_units():
    doors = tuple(DoorToSplit(number, 2, (number,)) for number in (4, 2, 1, 3))
    one, other = split_in_two([BuildingToSplit((0.0, 0.0), doors), *row(0)[:0]])
    assert (one.doors, other.doors) == ({1, 2}, {3, 4})


@pytest.mark.parametrize("buildings", [[], row(5), row(5, 0)])
def test_one_door_cannot_be_split(buildings):
    with pytest.raises(CannotSplit):
        split_in_two(buildings)


def test_the_half_with_the_own_door_is_the_nearer_one():
    halves = (Half(frozenset({1, 2}), 9, (0.0, 0.0)), Half(frozenset({3}), 9, (100.0, 0.0)))
    assert nearer_half(halves, home_door=3, home=(0.0, 0.0)) == 1
    assert nearer_half(halves, home=(30.0, 0.0)) == 0
    assert nearer_half(halves, home_door=77, home=(70.0, 0.0)) == 1
    assert nearer_half(halves, home=(50.0, 0.0)) is None
    assert nearer_half(halves) is None
