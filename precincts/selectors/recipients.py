"""The groups of people that the precincts app can write to."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from chapters.models import Chapter, Member
from chapters.selectors.actors import today_in
from precincts.models import BlockAssignment, Precinct, PrecinctAssignment, Residence


def list_captains(chapter: Chapter, _value: str) -> QuerySet[Member]:
    """Everybody who keeps a block today, captain or backup."""
    charges = BlockAssignment.objects.in_force(today_in(chapter)).filter(chapter=chapter)
    return Member.objects.filter(chapter=chapter, pk__in=charges.values("member_id"))


def list_precinct_captains(chapter: Chapter, _value: str) -> QuerySet[Member]:
    """Everybody who leads a precinct today, captain or backup."""
    charges = PrecinctAssignment.objects.in_force(today_in(chapter)).filter(chapter=chapter)
    return Member.objects.filter(chapter=chapter, pk__in=charges.values("member_id"))


def list_precincts(chapter: Chapter) -> list[tuple[str, Any]]:
    """The precincts in force, by code."""
    rows = Precinct.objects.filter(chapter=chapter).in_force(today_in(chapter)).order_by("code")
    return [(str(precinct.pk), str(precinct)) for precinct in rows]


def list_captains_of(chapter: Chapter, precinct_id: str) -> QuerySet[Member]:
    """Who keeps a block of one precinct today."""
    return list_captains(chapter, "").filter(
        pk__in=BlockAssignment.objects.in_force(today_in(chapter))
        .filter(block__precinct_id=precinct_id if precinct_id.isdecimal() else None)
        .values("member_id")
    )


def list_residents_of(chapter: Chapter, precinct_id: str) -> QuerySet[Member]:
    """The chapter's people who live in one precinct today."""
    homes = Residence.objects.in_force(today_in(chapter)).filter(
        chapter=chapter, household__precinct_id=precinct_id if precinct_id.isdecimal() else None
    )
    return Member.objects.filter(chapter=chapter, pk__in=homes.values("member_id"))
