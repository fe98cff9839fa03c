"""What each reader sees of the precincts app: the neighbours' data is walled off here."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db.models import Q

from core.actors import Actor
from core.permissions import has_right
from core.tenancy import ChapterQuerySet


class PrecinctQuerySet(ChapterQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """All precincts for whoever sees the precincts; captains see their own."""
        rows = super().visible_to(actor)
        if actor.is_system or has_right(actor, "precincts.see_all"):
            return rows
        return rows.filter(Q(pk__in=actor.precinct_ids) | Q(blocks__pk__in=actor.block_ids)).distinct()

    def in_force(self, on: date) -> Self:
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=on), valid_from__lte=on)


class BlockQuerySet(ChapterQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """All blocks for whoever sees the precincts; captains see their block or their precinct's blocks."""
        rows = super().visible_to(actor)
        if actor.is_system or has_right(actor, "precincts.see_all"):
            return rows
        return rows.filter(Q(pk__in=actor.block_ids) | Q(precinct_id__in=actor.precinct_ids))

    def open(self) -> Self:
        return self.filter(closed_on__isnull=True)


class HouseholdQuerySet(ChapterQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        rows = super().visible_to(actor)
        if actor.is_system or has_right(actor, "precincts.see_all"):
            return rows
        return rows.filter(Q(block_id__in=actor.block_ids) | Q(precinct_id__in=actor.precinct_ids))


class VoterQuerySet(ChapterQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """The listed voters of what the actor may see; confidential and exempt people never."""
        rows = super().visible_to(actor).filter(is_listed=True)
        if actor.is_system or has_right(actor, "precincts.see_all"):
            return rows
        return rows.filter(
            Q(household__block_id__in=actor.block_ids) | Q(precinct_id__in=actor.precinct_ids)
        )

    def listed(self) -> Self:
        """Whoever may stand on a list: registered or known by hand, still here, not confidential."""
        return self.filter(is_listed=True)


class DatedQuerySet(ChapterQuerySet):
    """Assignments from one day to another; both days count."""

    def in_force(self, on: date) -> Self:
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), starts_on__lte=on)
