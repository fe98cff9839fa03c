"""Range expressions for exclusion constraints.

The embedded PostgreSQL has no btree_gist, so an id enters as the range that holds only itself.
"""

from __future__ import annotations

from django.contrib.postgres.fields import BigIntegerRangeField, DateRangeField
from django.db.models import F, Func, Value


def id_range(column: str) -> Func:
    """`int8range(id, id, '[]')`: two rows overlap when they name the same id."""
    return Func(F(column), F(column), Value("[]"), function="int8range", output_field=BigIntegerRangeField())


def date_range(first: str, last: str) -> Func:
    """`daterange(first, last, '[]')`: both days count, an empty last day is for ever."""
    return Func(F(first), F(last), Value("[]"), function="daterange", output_field=DateRangeField())
