"""Conditions that Django has no short form for."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import BooleanField, F, Func, Value


class OneOf(Func):
    """Whether a column holds one of some numbers: `rows.filter(OneOf("voter_id", ids))`.

    The same as `voter_id__in=ids`, which makes a placeholder of each number and prepares them one by one; here they
    go to PostgreSQL as one array. It tells where hundreds are asked for in several queries of one page.
    """

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()

    def __init__(self, column: str, numbers: Iterable[int]) -> None:
        super().__init__(F(column), Value(list(numbers)))
