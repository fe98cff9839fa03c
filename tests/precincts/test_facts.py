from __future__ import annotations

from datetime import UTC, datetime

import pytest

from precincts.enums import FactKind, FactSource
from precincts.models import Fact
from precincts.selectors.neighbours import list_doors
from precincts.services.facts import EmptyFact, FactSuperseded, VoterNotListed, record_fact, retract_fact
from tests.factories import (
    actor_of,
    make_block,
    make_building,
    make_chapter,
    make_household,
    make_organizer,
    make_precinct,
    make_voter,
)

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = datetime(2026, 3, 3, 12, tzinfo=UTC)


@pytest.fixture
def chapter():
    return make_chapter()


@pytest.fixture
def olive(chapter):
    return make_organizer(chapter)


@pytest.fixture
def voter(chapter):
    precinct = make_precinct(chapter)
    block = make_block(precinct)
    return make_voter(make_household(make_building(chapter, 12), precinct, block=block, walk_position=1))


def standing_facts(voter) -> list[tuple[str, str]]:
    (door,) = list_doors(voter.household.block, on=LATER.date())
    return [(fact.kind, fact.text or fact.value) for fact in door.neighbours[0].facts]


def test_a_fact_says_what_was_learned_by_whom_and_when(voter, olive):
    fact = record_fact(
        voter=voter, kind=FactKind.NOTE, text=" Works nights. ", source=FactSource.CAPTAIN, by=actor_of(olive),
        at=NOON,
    )  # fmt: skip

    assert (fact.text, fact.member, fact.recorded_by, fact.occurred_at) == (
        "Works nights.", olive, olive.user, NOON,
    )  # fmt: skip
    assert standing_facts(voter) == [("note", "Works nights.")]


def test_a_correction_is_a_later_fact_and_the_first_one_stays_on_record(voter, olive):
    first = record_fact(
        voter=voter, kind="ride", value="needs_ride", source="captain", by=actor_of(olive), at=NOON
    )

    record_fact(
        voter=voter, kind="ride", value="no_ride", source="captain", by=actor_of(olive), at=LATER,
        supersedes=first,
    )  # fmt: skip

    assert standing_facts(voter) == [("ride", "no_ride")]
    assert Fact.objects.count() == 2


def test_a_fact_taken_back_stays_on_record_and_no_longer_counts(voter, olive):
    fact = record_fact(voter=voter, kind="note", text="Moved?", source="door", by=actor_of(olive), at=NOON)

    retract_fact(fact=fact, by=actor_of(olive), at=LATER)

    assert standing_facts(voter) == []
    assert list(Fact.objects.order_by("pk").values_list("text", "is_retraction")) == [
        ("Moved?", False), ("", True),
    ]  # fmt: skip


def test_a_fact_is_taken_back_once(voter, olive):
    fact = record_fact(voter=voter, kind="note", text="Moved?", source="door", by=actor_of(olive), at=NOON)
    retract_fact(fact=fact, by=actor_of(olive), at=LATER)

    with pytest.raises(FactSuperseded):
        retract_fact(fact=fact, by=actor_of(olive), at=LATER)


def test_an_empty_fact_is_refused(voter, olive):
    with pytest.raises(EmptyFact):
        record_fact(voter=voter, kind="note", text="  ", source="captain", by=actor_of(olive), at=NOON)


@pytest.mark.parametrize(
    "hidden", [{"is_confidential": True}, {"gone_on": NOON.date()}, {"status": "removed"}]
)
def test_nothing_is_added_about_somebody_who_is_not_listed(voter, olive, hidden):
    for name, value in hidden.items():
        setattr(voter, name, value)
    voter.save()
    voter.refresh_from_db()

    with pytest.raises(VoterNotListed):
        record_fact(voter=voter, kind="note", text="Hello", source="captain", by=actor_of(olive), at=NOON)

    assert not Fact.objects.exists()
