from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from precincts.same_person import (
    YEARS_APART,
    Match,
    Person,
    find_likeness,
    list_likely,
    list_spellings,
    name_key,
)

NAMES = (
    "Nora",
    "Nóra",
    "NORA ANN",
    "Ana-Maria",
    "O'Neil",
    "ONEIL",
    "o’neil",
    "Peña",
    "PENA",
    "de la Cruz",
    "",
)
FEW = st.sampled_from(NAMES)
YEARS = st.none() | st.integers(1940, 1945) | st.integers(1970, 1975)
PLACES = st.none() | st.integers(1, 3)
SUFFIXES = st.sampled_from(["", "Jr", "JR.", "II", "2nd"])


def people(first_id):
    person = st.builds(
        Person, st.just(0), first_name=FEW, last_name=FEW, suffix=SUFFIXES, birth_year=YEARS,
        household_id=PLACES, precinct_id=PLACES,
    )  # fmt: skip
    return st.lists(person, max_size=8).map(
        lambda some: [replace(one, person_id=first_id + place) for place, one in enumerate(some)]
    )


NORA = Person(1, "Nora", "Peña", birth_year=1980, household_id=5, precinct_id=7)


def test_the_same_name_at_the_same_door_is_likely_one_person():
    other = Person(2, "NORA ANN", "PENA", household_id=5, precinct_id=7)
    assert find_likeness(NORA, other) == "door"


def test_the_same_name_and_year_in_the_precinct_is_likely_one_person():
    other = Person(2, "NORA", "PENA", birth_year=1980, household_id=6, precinct_id=7)
    assert find_likeness(NORA, other) == "birth_year"
    assert find_likeness(NORA, replace(other, precinct_id=8)) is None
    assert find_likeness(NORA, replace(other, birth_year=1981)) is None
    assert find_likeness(NORA, replace(other, birth_year=None)) is None


@pytest.mark.parametrize(
    "change",
    [
        {"suffix": "Jr"},
        {"birth_year": 1980 - YEARS_APART - 1},
        {"first_name": "Nina"},
        {"last_name": "Perez"},
    ],
)
def test_parent_and_child_and_other_names_are_two_people(change):
    senior = replace(NORA, suffix="Sr")
    assert find_likeness(senior, replace(senior, person_id=2)) == "door"
    assert find_likeness(senior, replace(senior, person_id=2, **change)) is None


def test_people_without_a_first_name_are_never_likely_anybody():
    assert find_likeness(replace(NORA, first_name=" "), replace(NORA, first_name="")) is None


@given(people(1), people(101))
def test_likeness_is_the_same_from_both_sides(added, registered):
    for one in added:
        for other in registered:
            assert find_likeness(one, other) == find_likeness(other, one)


@given(people(1), people(101), st.sets(st.tuples(st.integers(1, 8), st.integers(101, 108))))
def test_exactly_the_likely_pairs_nobody_decided_on_are_found(added, registered, decided):
    expected = {
        Match(one.person_id, other.person_id, ground)
        for one in added
        for other in registered
        if (ground := find_likeness(one, other)) and (one.person_id, other.person_id) not in decided
    }
    found = list_likely(added, registered, decided=decided)
    assert set(found) == expected
    assert len(found) == len(expected)


@given(st.text(max_size=20))
def test_a_name_is_the_same_whatever_its_case_and_marks(text):
    assert name_key(f" {text}-'") == name_key(text)
    assert name_key(name_key(text)) == name_key(text)


@given(st.sampled_from([name for name in NAMES if name]))
def test_a_files_way_of_writing_a_last_name_is_among_its_spellings(name):
    assert {"PENA", "ONEIL", "DE LA CRUZ"} & list_spellings(name) or name in (
        "Nora",
        "Nóra",
        "NORA ANN",
        "Ana-Maria",
    )
    assert name.upper() in list_spellings(name)
