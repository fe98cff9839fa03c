from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from precincts.issue_proposals import is_about, propose_issues

SAYINGS = st.sampled_from(
    ["The bus is late", "No bus", "Rent too high", "rents", "the", "Autobús", "Bus and rent", ""]
)


def test_neighbours_who_named_one_thing_are_summed_whatever_their_words():
    noted = [
        (1, "The number 6 bus no longer stops here."),
        (2, "Buses are late"),
        (3, "the BUS"),
        (3, "Bus again"),
        (4, "Rent went up by a third this year."),
        (5, "rents"),
        (6, "The dog of number 9"),
    ]
    assert [(one.word, one.neighbours) for one in propose_issues(noted)] == [("bus", 3), ("rent", 2)]


def test_what_most_said_gives_the_title_and_one_neighbour_counts_once():
    noted = [
        (1, "No crossing at the mill"),
        (2, "no crossing at the mill"),
        (3, "Crossing!"),
        (3, "cross here"),
    ]
    (found,) = propose_issues(noted)
    assert (found.word, found.title, found.neighbours) == ("crossing", "No crossing at the mill", 3)
    assert found.sayings == ("No crossing at the mill", "Crossing!")


def test_what_one_neighbour_named_is_not_proposed():
    assert propose_issues([(1, "Rent"), (1, "rent"), (2, "the clinic")]) == []


@pytest.mark.parametrize(
    ("one", "many"),
    [("bus", "buses"), ("house", "houses"), ("calle", "calles"), ("rent", "rents"), ("class", "classes")],
)
def test_one_and_many_of_a_thing_are_one_word(one, many):
    (found,) = propose_issues([(1, one), (2, many)])
    assert found.neighbours == 2


def test_an_issue_is_known_by_its_word():
    (found,) = propose_issues([(1, "class sizes"), (2, "large classes")])
    assert is_about("Smaller classes at Longleaf", found)
    assert not is_about("The bus stop", found)


@given(st.lists(st.tuples(st.integers(1, 5), SAYINGS), max_size=20))
def test_each_note_counts_for_one_proposal_at_most(noted):
    found = propose_issues(noted)
    assert all(2 <= one.neighbours <= 5 for one in found)
    said = [saying for one in found for saying in one.sayings]
    assert len(said) == len(set(said))
    backwards = propose_issues(list(reversed(noted)))
    assert [(one.word, one.neighbours) for one in found] == [(one.word, one.neighbours) for one in backwards]
