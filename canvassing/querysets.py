"""What each reader sees of the canvassing app."""

from __future__ import annotations

from typing import Self

from django.db.models import Q

from core.actors import Actor
from core.permissions import has_right
from core.tenancy import ChapterQuerySet


class WalkListQuerySet(ChapterQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """All lists for whoever prints for the chapter; captains see the lists of their blocks."""
        rows = super().visible_to(actor)
        if actor.is_system or has_right(actor, "canvassing.see_all_lists"):
            return rows
        return rows.filter(Q(block_id__in=actor.block_ids) | Q(precinct_id__in=actor.precinct_ids))
