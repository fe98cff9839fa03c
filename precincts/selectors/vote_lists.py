"""The precincts and blocks of a report of votes delivered, as lists that the database sorts by what the report found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import F, Func, IntegerField, QuerySet, Value

from precincts.models import Block, Precinct
from precincts.selectors.votes import PlaceVotes, VotesReport


def rank(rows: QuerySet[Any], **orders: Sequence[int]) -> QuerySet[Any]:
    """Rows with a column for each order: the place of the row's id in it, which the database sorts by."""
    return rows.annotate(
        **{
            name: Func(
                Value(",".join(map(str, ids))),
                F("pk"),
                template="array_position(string_to_array(%(expressions)s)",
                arg_joiner=", ',')::bigint[], ",
                output_field=IntegerField(),
            )
            for name, ids in orders.items()
        }
    )


def list_precincts_of(report: VotesReport) -> QuerySet[Precinct]:
    """The precincts of a report, to be listed; sorted by what the report found in the database's own order."""
    rows = Precinct.objects.filter(pk__in=report.precincts).with_code_order()
    return rank(rows, **_orders(report.precincts))


def list_blocks_of(report: VotesReport, precinct: Precinct | None = None) -> QuerySet[Block]:
    """The blocks of a report, to be listed."""
    rows = Block.objects.filter(pk__in=report.blocks).select_related("precinct")
    if precinct is not None:
        rows = rows.filter(precinct=precinct)
    return rank(rows, **_orders(report.blocks))


def _orders(places: Mapping[int, PlaceVotes]) -> dict[str, list[int]]:
    def sorted_by(value: Any) -> list[int]:
        return sorted(places, key=lambda pk: (value(places[pk]) is not None, value(places[pk]) or 0, pk))

    return {
        "by_registered": sorted_by(lambda one: one.now.registered),
        "by_turnout": sorted_by(lambda one: one.percent),
        "by_change": sorted_by(lambda one: one.change),
    }
