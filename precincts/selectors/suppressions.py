"""Neighbours who are not to be reached, left out of what is shown of them."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeVar

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from core.ranges import in_force
from precincts.enums import Channel
from precincts.models import Suppression

Rows = TypeVar("Rows", bound="QuerySet[Any]")


def leave_out_barred(rows: Rows, on: date, *, voter: str = "voter") -> Rows:
    """The rows without those of neighbours who on a day are not to be contacted in any way; no query of its own.

    The rows stay as they are, and are shown again once that is lifted.

    Args:
        voter: the way to the neighbour; somebody added by hand is the person in the file they were merged into.
    """
    people = list_barred(on)
    return rows.exclude(Q(**{f"{voter}__in": people}) | Q(**{f"{voter}__merged_into__in": people}))


def list_barred(on: date, *channels: Channel) -> QuerySet[Any]:
    """Who is not to be contacted on a day in any way, or by one of these, as a subquery of voters' ids."""
    barred = Suppression.objects.filter(in_force(on), channel__in=(Channel.ANY, *channels))
    return barred.order_by().values(person=Coalesce("voter__merged_into", "voter"))
