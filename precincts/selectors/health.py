"""How strong the captains of each precinct are: filled, active, lapsing and vacant blocks, and what they cover."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import Avg, Exists, F, Min, OuterRef, QuerySet, Subquery

from core.actors import Actor
from precincts.health import BlockState, block_state
from precincts.models import AreaFigures, Block, BlockAssignment, Household, Precinct
from precincts.selectors.precincts import count_in_precinct, list_precincts, sum_in_precinct
from precincts.selectors.roster import annotate_roster, captain_of_block, empty_since, is_silent, quiet_since


def list_health(actor: Actor, on: date) -> QuerySet[Precinct]:
    """The precincts in force that the actor may see, with what `list_precincts` adds and how their blocks are kept.

    Adds: `active` and `lapsing` blocks, `vacant_since` (the oldest vacancy), `covered_voters` and `covered_doors`
    (behind doors of blocks with a captain). One query.
    """
    captains = BlockAssignment.objects.in_force(on).captains()
    of_block = captain_of_block(on)
    open_blocks = Block.objects.open()
    lapsing = open_blocks.filter(is_silent(on), Exists(of_block.filter(starts_on__lt=quiet_since(on))))
    vacancies = open_blocks.filter(precinct=OuterRef("pk")).exclude(Exists(of_block)).order_by()
    vacancies = vacancies.annotate(empty_since=empty_since(on))
    kept = AreaFigures.objects.filter(Exists(captains.filter(block=OuterRef("block"))))
    return (
        list_precincts(actor, on)
        .annotate(
            lapsing=count_in_precinct(lapsing),
            vacant_since=Subquery(
                vacancies.values("precinct").annotate(first=Min("empty_since")).values("first")
            ),
            covered_voters=sum_in_precinct(kept, "voters"),
            covered_doors=sum_in_precinct(kept, "doors"),
        )
        .annotate(active=F("filled") - F("lapsing"))
    )


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
