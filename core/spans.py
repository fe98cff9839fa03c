"""Days from a first to a last, both counted: joined, and taken out of each other. Plain data, without Django."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

Span = tuple[date, date | None]
"""First and last day; None is for ever."""

_DAY = timedelta(days=1)


def overlap(one: Span, other: Span) -> bool:
    """Whether at least one day is in both."""
    return (other[1] is None or one[0] <= other[1]) and (one[1] is None or other[0] <= one[1])


def join(spans: Iterable[Span]) -> Span:
    """From the first day of all to the last."""
    given = list(spans)
    lasts = [last for _first, last in given if last is not None]
    return min(first for first, _last in given), max(lasts) if len(lasts) == len(given) else None


def take_out(span: Span, others: Iterable[Span]) -> list[Span]:
    """The days of a span that are in none of the others, in order."""
    rest = [span]
    for other in others:
        rest = [piece for one in rest for piece in _without(one, other)]
    return rest


def _without(span: Span, other: Span) -> list[Span]:
    if not overlap(span, other):
        return [span]
    pieces: list[Span] = []
    if span[0] < other[0]:
        pieces.append((span[0], other[0] - _DAY))
    if other[1] is not None and (span[1] is None or other[1] < span[1]):
        pieces.append((other[1] + _DAY, span[1]))
    return pieces
