"""Rows that hold from one day to another: what is in force on a day, and range expressions for constraints.

The embedded PostgreSQL has no btree_gist, so an id enters as the range that holds only itself.
"""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.fields import BigIntegerRangeField, DateRangeField
from django.db.models import F, Func, Q, Value


def in_force(on: date, prefix: str = "", *, first: str = "starts_on", last: str = "ends_on") -> Q:
    """Begun and not ended on a day: both days count, an empty last day is for ever.

    Args:
        prefix: the way to the dated rows from the ones asked for ("assignments__").
        first, last: the names of the two columns.
    """
    begun = Q(**{f"{prefix}{first}__lte": on})
    return begun & (Q(**{f"{prefix}{last}__isnull": True}) | Q(**{f"{prefix}{last}__gte": on}))


def id_range(column: str) -> Func:
    """`int8range(id, id, '[]')`: two rows overlap when they name the same id."""
    return Func(F(column), F(column), Value("[]"), function="int8range", output_field=BigIntegerRangeField())


def date_range(first: str, last: str) -> Func:
    """`daterange(first, last, '[]')`: both days count, an empty last day is for ever."""
    return Func(F(first), F(last), Value("[]"), function="daterange", output_field=DateRangeField())
