from __future__ import annotations

from datetime import date, time

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chapters.models import Ask, AuditEvent, Availability
from chapters.services.availability import TimesOverlap, add_availability
from chapters.services.members import change_member
from core.http import chapter_url
from precincts.models import Fact, Training
from tests.factories import (
    actor_of,
    make_block,
    make_building,
    make_captain,
    make_household,
    make_member,
    make_precinct,
    make_voter,
)

pytestmark = pytest.mark.django_db


MOST_QUERIES = 35


def url(name: str, **kwargs: object) -> str:
    return chapter_url(f"chapters:{name}", slug="river-city", **kwargs)


def fill(chapter, member, times: int = 1) -> None:
    """Whatever a person did, so many times."""
    precinct = make_precinct(chapter, f"3-{times}")
    household = make_household(make_building(chapter, 12 + times), precinct, block=make_block(precinct, 99))
    for number in range(times):
        make_captain(make_block(precinct, number + 1), member)
        other = make_member(chapter, f"Trained{number}", user=None, email="")
        Training.objects.create(chapter=chapter, trainer=member, trained=other, on=date(2026, 5, number + 1))
        Ask.objects.create(
            chapter=chapter, asked=other, asked_name=str(other), asked_by=member, whats={"en": "a block"},
            asked_on=date(2026, 4, 1), due_on=date(2026, 4, 2), result="yes", answered_on=date(2026, 4, number + 2),
        )  # fmt: skip
        Fact.objects.create(
            chapter=chapter, voter=make_voter(household), kind="issue", value="rent", source="door", member=member,
            occurred_at=timezone.now(),
        )  # fmt: skip
        Availability.objects.create(
            chapter=chapter, member=member, weekday=number, starts=time(9), ends=time(12), note="by car"
        )


def test_the_page_says_what_a_person_keeps_did_and_when_they_have_time(organizer, chapter):
    ann = make_member(chapter, "Ann", phone="919-555-0101")
    fill(chapter, ann)
    response = organizer.get(url("member", member_id=ann.pk))
    assert [card.title for card in response.context["holds"]] == ["Block 1 in precinct 3-1"]
    assert [str(card.title) for card in response.context["did"]] == [
        "Noted what one neighbour said",
        "Trained Trained0 Adams",
        "Asked Trained0 Adams: a block",
    ]
    page = response.content.decode()
    assert "Monday, 09:00–12:00" in page
    assert "by car" in page


def test_the_page_costs_the_same_queries_whatever_somebody_did(organizer, chapter):
    """Each app adds its own to the page: so many, whether there is one row of each kind or three."""
    costs = []
    for name, times in (("Ann", 1), ("Bea", 3)):
        person = make_member(chapter, name, phone=f"919-555-010{times}")
        fill(chapter, person, times)
        for _number in range(times):
            make_member(chapter, name, user=None, email="", phone=f"919-555-010{times}")
        with CaptureQueriesContext(connection) as captured:
            assert organizer.get(url("member", member_id=person.pk)).status_code == 200
        costs.append(len(captured))
    assert costs[0] == costs[1] <= MOST_QUERIES


def test_who_may_be_here_twice_is_hinted_to_organizers_alone(organizer, chapter):
    ann = make_member(chapter, "Ann", phone="919-555-0101")
    twin = make_member(chapter, "Anne", user=None, phone="(919) 555 0101")
    page = organizer.get(url("member", member_id=ann.pk)).content.decode()
    assert url("merge_members", member_id=ann.pk, other_id=twin.pk) in page
    own = Client()
    own.force_login(ann.user)
    page = own.get(url("member", member_id=ann.pk)).content.decode()
    assert "Anne" not in page
    assert url("erase_member", member_id=ann.pk) in page


def test_one_notes_own_hours_and_takes_them_out(chapter):
    ann = make_member(chapter, "Ann")
    own = Client()
    own.force_login(ann.user)
    address = url("availability", member_id=ann.pk)
    assert own.get(address).status_code == 200
    form = {"weekdays": ["1", "3"], "starts": "18:00", "ends": "20:30", "note": "after work"}
    assert own.post(address, form).status_code == 302
    assert [(row.weekday, str(row.starts), str(row.ends)) for row in ann.availability.all()] == [
        (1, "18:00:00", "20:30:00"),
        (3, "18:00:00", "20:30:00"),
    ]
    row = ann.availability.first()
    assert own.post(url("remove_availability", availability_id=row.pk)).status_code == 302
    assert own.post(url("remove_availability", availability_id=row.pk)).status_code == 404
    assert list(AuditEvent.objects.values_list("verb", flat=True)) == [
        "chapters.availability_removed",
        "chapters.availability_added",
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"weekdays": []},
        {"weekdays": ["7"]},
        {"ends": "17:00"},
        {"starts": "noon"},
        {"note": "x" * 201},
        {"note": "a\0b"},
    ],
)
def test_hours_that_cannot_be_are_refused_beside_their_field(organizer, chapter, wrong):
    ann = make_member(chapter, "Ann")
    form = {"weekdays": ["1"], "starts": "18:00", "ends": "20:30", "note": ""} | wrong
    assert organizer.post(url("availability", member_id=ann.pk), form).status_code == 422
    assert not ann.availability.exists()


def test_hours_do_not_overlap_and_go_when_somebody_leaves(chapter, olive):
    ann = make_member(chapter, "Ann")
    by = actor_of(olive)
    add_availability(member=ann, weekdays=[1], starts=time(9), ends=time(12), by=by)
    with pytest.raises(TimesOverlap):
        add_availability(member=ann, weekdays=[0, 1], starts=time(11), ends=time(13), by=by)
    add_availability(member=ann, weekdays=[1], starts=time(12), ends=time(13), by=by)
    change_member(member=ann, by=by, kind="former")
    assert not Availability.objects.exists()
