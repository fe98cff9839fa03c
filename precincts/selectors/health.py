"""How strong the captains of each precinct are: filled, active, lapsing and vacant blocks, and what they cover."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Avg, Count, Exists, F, IntegerField, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from core.actors import Actor
from precincts.health import BlockState, block_state
from precincts.models import AreaFigures, Block, BlockAssignment, Household, Precinct
from precincts.selectors.precincts import list_precincts
from precincts.selectors.roster import annotate_roster, quiet_since


def list_health(actor: Actor, on: date) -> QuerySet[Precinct]:
    """The precincts in force that the actor may see, with what `list_precincts` adds and how their blocks are kept.

    Adds: `active` and `lapsing` blocks, `vacant_since` (the oldest vacancy), `covered_voters` and `covered_doors`
    (behind doors of blocks with a captain). One query.
    """
    captains = BlockAssignment.objects.in_force(on).captains()
    of_block = captains.filter(block=OuterRef("pk"))
    blocks = Block.objects.open().filter(precinct=OuterRef("pk")).order_by()
    stale = quiet_since(on)
    silent = Q(figures__last_news__isnull=True) | Q(figures__last_news__date__lt=stale)
    lapsing = blocks.filter(silent, Exists(of_block.filter(starts_on__lt=stale)))
    former = (
        BlockAssignment.objects.captains().filter(block=OuterRef("pk"), ends_on__lt=on).order_by("-ends_on")
    )
    vacancies = blocks.exclude(Exists(of_block)).annotate(
        empty_since=Coalesce(Subquery(former.values("ends_on")[:1]), F("opened_on"))
    )
    kept = AreaFigures.objects.filter(
        Exists(captains.filter(block=OuterRef("block"))), precinct=OuterRef("pk")
    ).order_by()
    return (
        list_precincts(actor, on)
        .annotate(
            lapsing=_one(lapsing.values("precinct").annotate(found=Count("pk")).values("found")),
            vacant_since=Subquery(
                vacancies.values("precinct").annotate(first=Min("empty_since")).values("first")
            ),
            covered_voters=_one(kept.values("precinct").annotate(found=Sum("voters")).values("found")),
            covered_doors=_one(kept.values("precinct").annotate(found=Sum("doors")).values("found")),
        )
        .annotate(active=F("filled") - F("lapsing"))
    )


def _one(found: QuerySet[Any, Any]) -> Coalesce:
    return Coalesce(Subquery(found, output_field=IntegerField()), 0)


def get_block_states(precinct: Precinct, on: date) -> dict[int, BlockState]:
    """Each open block of the precinct with the state of its captain. One query."""
    rows = annotate_roster(precinct.blocks.open(), on).values_list("pk", "captain_id", "is_lapsing")
    return {
        pk: block_state(has_captain=captain is not None, is_lapsing=lapsing) for pk, captain, lapsing in rows
    }


def get_middles(precinct_ids: Collection[int]) -> dict[int, tuple[float, float]]:
    """The middle of each precinct's placed buildings, in degrees (longitude, latitude). One query."""
    placed = Household.objects.filter(precinct__in=precinct_ids, building__lon__isnull=False).order_by()
    rows = placed.values_list("precinct").annotate(lon=Avg("building__lon"), lat=Avg("building__lat"))
    return {pk: (lon, lat) for pk, lon, lat in rows}
