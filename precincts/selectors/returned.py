"""The election that is being voted in: who has voted so far, as the imported lists say, and of when the last one is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, Max, Q, QuerySet

from chapters.models import Chapter
from core.lookups import OneOf
from precincts.ballots import ReturnedBallot
from precincts.models import Election, Returned

SHOWN_AFTER = timedelta(days=90)
"""How long after its day an election without history is still the one whose ballots are shown."""


@dataclass(frozen=True, slots=True)
class Voting:
    """An election that is being voted in, or whose history is awaited.

    Attributes:
        imported_at: when the last list of its ballots was taken in.
        obtained_on: of which day that list is; None when nobody said.
    """

    election: Election
    imported_at: datetime
    obtained_on: date | None


def is_awaited(election: Election, on: date) -> bool:
    """Whether an election's votes are not on record yet: it has no label of a history file, and is not long past."""
    return not election.labels and election.held_on >= on - SHOWN_AFTER


def get_voting(chapter: Chapter, on: date) -> Voting | None:
    """The election whose returned ballots are shown on a day: the next one of which a list is in. One query.

    Once its official history is in, an election is none of these any more.
    """
    rows = (
        Election.objects.filter(chapter=chapter, labels=[], held_on__gte=on - SHOWN_AFTER)
        .filter(imports__finished_at__isnull=False)
        .annotate(
            imported_at=Max("imports__finished_at", filter=Q(imports__finished_at__isnull=False)),
            obtained_on=Max("imports__obtained_on", filter=Q(imports__finished_at__isnull=False)),
        )
    )
    found: list[Any] = sorted(rows, key=lambda one: (one.held_on < on, abs((one.held_on - on).days), one.pk))
    return Voting(found[0], found[0].imported_at, found[0].obtained_on) if found else None


def get_likely_election(chapter: Chapter, on: date) -> dict[str, Any]:
    """The day and kind that the next list is likely of, to begin a form with: those of the list before. One query."""
    rows = Election.objects.filter(chapter=chapter, labels=[], held_on__gte=on - SHOWN_AFTER)
    election = rows.order_by(F("held_on").asc()).first()
    return {} if election is None else {"held_on": election.held_on, "election_kind": election.kind}


def get_ballots(election: Election, voter_ids: Collection[int]) -> dict[int, ReturnedBallot]:
    """The ballots of some voters, by voter. One query."""
    rows = Returned.objects.filter(OneOf("voter_id", voter_ids), election=election)
    return {
        voter_id: ReturnedBallot(on, how, status, is_accepted)
        for voter_id, on, how, status, is_accepted in rows.values_list(
            "voter_id", "on", "how", "status", "is_accepted"
        )
    }


def list_accepted(election: Election) -> QuerySet[Returned]:
    """The ballots of an election that count as voted."""
    return Returned.objects.filter(election=election, is_accepted=True)
