from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chapters.same_people import Person, address_key, find_look_alikes, name_key, phone_key
from core.spans import join, overlap, take_out

FIRST = date(2026, 1, 1)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("(919) 555-0101", "9195550101"),
        ("+1 919 555 0101", "9195550101"),
        ("1-919-555-0101", "9195550101"),
        ("+44 20 7946 0958", "442079460958"),
        ("911", ""),
        ("", ""),
        ("n/a", ""),
    ],
)
def test_a_phone_is_known_by_its_digits(text, key):
    assert phone_key(text) == key


def test_names_and_addresses_are_known_without_case_accents_and_marks():
    assert name_key("José", "O'Neil-Díaz") == name_key("jose", "o neil diaz")
    assert address_key("12 North Oak Street, Apartment 3") == address_key("12 N. Oak St., #Unit 3")


def test_a_crowd_with_one_phone_is_paired_with_its_first_alone():
    crowd = [Person(pk, "P", str(pk), phone="919-555-0101") for pk in range(1, 31)]
    assert [(pair.first, pair.second) for pair in find_look_alikes(crowd)] == [(1, pk) for pk in range(2, 31)]


people = st.lists(
    st.builds(
        Person,
        pk=st.integers(1, 50),
        first_name=st.sampled_from(["Ann", "ANN", "Bo"]),
        last_name=st.sampled_from(["Young", ""]),
        email=st.sampled_from(["", "a@x.org", "A@X.ORG", "b@x.org"]),
        phone=st.sampled_from(["", "919 555 0101", "+1 (919) 555-0101", "5"]),
        address=st.sampled_from(["", "1 Oak Street", "1 oak st"]),
    ),
    unique_by=lambda person: person.pk,
    max_size=7,
)


@given(people)
def test_pairs_are_exactly_those_who_share_a_key(given_people):
    pairs = {(pair.first, pair.second): set(pair.reasons) for pair in find_look_alikes(given_people)}
    for one in given_people:
        for other in given_people:
            if one.pk >= other.pk:
                continue
            shared = set()
            if one.email and one.email.lower() == other.email.lower():
                shared.add("email")
            if phone_key(one.phone) and phone_key(one.phone) == phone_key(other.phone):
                shared.add("phone")
            same_name = name_key(one.first_name, one.last_name) == name_key(other.first_name, other.last_name)
            if same_name and one.address and address_key(one.address) == address_key(other.address):
                shared.add("address")
            assert pairs.get((one.pk, other.pk), set()) == shared


@st.composite
def spans(draw):
    first = FIRST + timedelta(days=draw(st.integers(0, 20)))
    length = draw(st.one_of(st.none(), st.integers(0, 10)))
    return first, None if length is None else first + timedelta(days=length)


def days(span) -> set[int]:
    last = span[1] or FIRST + timedelta(days=60)
    return {(span[0] - FIRST).days + step for step in range((last - span[0]).days + 1)}


@given(spans(), spans())
def test_spans_overlap_when_they_share_a_day(one, other):
    assert overlap(one, other) == bool(days(one) & days(other))


@given(spans(), st.lists(spans(), max_size=4))
def test_what_is_taken_out_is_out_and_the_rest_stays(one, others):
    pieces = take_out(one, others)
    rest = days(one) - set().union(*map(days, others))
    assert sorted(day for piece in pieces for day in days(piece)) == sorted(rest)


@given(st.lists(spans(), min_size=1, max_size=4))
def test_joined_spans_hold_all_their_days(given_spans):
    assert set().union(*map(days, given_spans)) <= days(join(given_spans))
