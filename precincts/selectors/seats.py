"""The local party's committee seats: which are vacant and since when, which deadlines lie ahead."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from operator import or_

from django.db.models import Count, Min, Q, QuerySet

from core.actors import Actor
from precincts.models import CommitteeSeat, PartyRules
from precincts.querysets import natural_order

AHEAD = timedelta(days=90)
"""A deadline so near stands at the head of the page."""


SOON = timedelta(days=14)
"""A deadline so near is urgent."""


@dataclass(frozen=True, slots=True)
class SeatSummary:
    """The seats in figures.

    Attributes:
        vacant_longest: the day since which a seat has been vacant longest, as far as it is known.
        closing: seats whose filing closes within `AHEAD`.
    """

    seats: int
    vacant: int
    vacant_longest: date | None
    closing: int


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day on which something opens, closes or ends for some seats of one title."""

    on: date
    what: str
    title: str
    seats: int


def list_seats(actor: Actor) -> QuerySet[CommitteeSeat]:
    """The seats the actor may see, each with its precinct; adds `code_order`. One query."""
    rows = CommitteeSeat.objects.visible_to(actor).select_related("precinct", "holder")
    return rows.annotate(code_order=natural_order("precinct__code"))


def get_seat_summary(actor: Actor, on: date) -> SeatSummary:
    """What the head of the page says. One query."""
    vacant = Q(holder_name="")
    found = CommitteeSeat.objects.visible_to(actor).aggregate(
        seats=Count("pk"),
        vacant=Count("pk", filter=vacant),
        vacant_longest=Min("since", filter=vacant),
        closing=Count("pk", filter=Q(filing_closes_on__range=(on, on + AHEAD))),
    )
    return SeatSummary(**found)


def list_deadlines(actor: Actor, on: date) -> list[Deadline]:
    """What lies within `AHEAD`, the nearest first; seats with one title and day are counted together. One query."""
    columns = ("filing_opens_on", "filing_closes_on", "term_ends_on")
    ahead = [Q(**{f"{column}__range": (on, on + AHEAD)}) for column in columns]
    rows = CommitteeSeat.objects.visible_to(actor).filter(reduce(or_, ahead)).values("title", *columns)
    found = Counter(
        (row[column], column, row["title"])
        for row in rows
        for column in columns
        if row[column] is not None and on <= row[column] <= on + AHEAD
    )
    return [Deadline(day, column, title, seats) for (day, column, title), seats in sorted(found.items())]


def get_rules(chapter_id: int) -> PartyRules | None:
    """What the chapter has written down of the party's rules. One query."""
    return PartyRules.objects.filter(chapter_id=chapter_id).select_related("saved_by").first()
