"""What the database itself holds of captaincies, of a block and of a precinct alike."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from precincts.models import BlockAssignment, PrecinctAssignment
from tests.factories import make_block, make_chapter, make_member, make_precinct

pytestmark = pytest.mark.django_db

JANUARY, MARCH, MAY = date(2026, 1, 1), date(2026, 3, 1), date(2026, 5, 1)


@pytest.fixture(params=["block", "precinct"])
def charge(request):
    """Makes rows of one kind of charge, with the word that its constraints and refusals have for it."""
    chapter = make_chapter()
    precinct = make_precinct(chapter)
    charges = {
        "block": (BlockAssignment, make_block(precinct, number=5)),
        "precinct": (PrecinctAssignment, precinct),
    }
    model, place = charges[request.param]

    def make(member, starts_on, ends_on=None, kind="captain"):
        return model(
            chapter=chapter,
            member=member,
            kind=kind,
            starts_on=starts_on,
            ends_on=ends_on,
            **{request.param: place},
        )

    make.word = request.param
    make.alice, make.bob = make_member(chapter, "Alice"), make_member(chapter, "Bob")
    return make


def refused(row, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        row.save()


def test_a_charge_has_one_captain_a_day_and_backups_beside(charge):
    charge(charge.alice, JANUARY, MARCH).save()
    refused(charge(charge.bob, MARCH), f"{charge.word}_one_captain_a_day")
    charge(charge.bob, JANUARY, MARCH, kind="backup").save()
    charge(charge.bob, MAY).save()


def test_a_member_stands_once_a_day_with_a_charge(charge):
    charge(charge.alice, JANUARY).save()
    refused(charge(charge.alice, MARCH, kind="backup"), f"{charge.word}_member_once_a_day")


def test_a_charge_ends_after_it_began(charge):
    refused(charge(charge.alice, MARCH, JANUARY), f"{charge.word}_assignment_ends_after_start")
