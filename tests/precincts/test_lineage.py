from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from precincts.lineage import Cycle, find_circle, grow_tree, is_ready


def cycle(year, percent, goal):
    return Cycle(date(year, 3, 3), str(year), Decimal(percent), None if goal is None else Decimal(goal))


def test_two_cycles_in_a_row_that_reached_their_goal_make_a_precinct_ready():
    good, bad, open_ = cycle(2026, "41.0", "41.0"), cycle(2024, "40.9", "41.0"), cycle(2022, "90", None)
    assert is_ready([good, good, bad])
    assert not is_ready([good, bad, good])
    assert not is_ready([good, open_])
    assert not is_ready([good])
    assert not is_ready([])


def test_a_circle_is_found_however_long_the_line():
    assert find_circle({2: 1}, trainer=2, trained=1) == [2, 1]
    assert find_circle({2: 1, 3: 2}, trainer=3, trained=1) == [3, 2, 1]
    assert find_circle({2: 1, 3: 2}, trainer=3, trained=9) == []
    assert find_circle({}, trainer=1, trained=1) == [1]


@given(
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=40),
    st.frozensets(st.integers(0, 15)),
)
def test_a_lineage_that_refuses_circles_is_a_tree_with_everybody_once(pairs, more):
    trainer_of = {}
    for trainer, trained in pairs:
        if trained not in trainer_of and not find_circle(trainer_of, trainer=trainer, trained=trained):
            trainer_of[trained] = trainer
    everybody = {*more, *trainer_of, *trainer_of.values()}
    tree = grow_tree(trainer_of, more, order={one: str(one) for one in everybody})
    assert sorted(place.person for place in tree) == sorted(everybody)
    line = []  # the people above, the root first
    for place in tree:
        del line[place.depth :]
        assert trainer_of.get(place.person) == (line[-1] if line else None)
        assert place.trained == list(trainer_of.values()).count(place.person)
        line.append(place.person)


def test_a_line_of_two_thousand_people_is_a_tree_as_any_other():
    trainer_of = {number + 1: number for number in range(2_000)}
    tree = grow_tree(trainer_of, order=dict.fromkeys(range(2001), ""))
    assert [(place.person, place.depth) for place in tree] == [(number, number) for number in range(2_001)]
    assert find_circle(trainer_of, trainer=2_000, trained=0) == list(range(2_000, -1, -1))
