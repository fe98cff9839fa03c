"""The marks charts are made of, as SVG elements without inline style."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

Words = Any  # str or a lazy translation
Marks = list[SafeString]

LETTER = 7.2  # width of an average letter at 14 px, in px

# One pattern for each part of a stack but the first, which stays plain: path and tile size.
_PATTERNS: tuple[tuple[str, int], ...] = (
    ("", 8),
    ("M-2 2l4-4M0 8l8-8M6 10l4-4", 8),
    ("M4 0v8", 8),
    ("M0 4h8", 8),
    ("M-2 6l4 4M0 0l8 8M6-2l4 4", 8),
)


def drawing(name: str, width: int, height: float, marks: Marks) -> SafeString:
    """One SVG element; the table beside it is what a screen reader reads."""
    return format_html(
        '<svg class="chart-drawing chart-{}" viewBox="0 0 {} {}" aria-hidden="true" focusable="false">{}</svg>',
        name,
        width,
        ceil(height),
        join(marks),
    )


def join(marks: Sequence[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((mark,) for mark in marks))


def short(words: Words, letters: int) -> str:
    """The words, cut with an ellipsis after so many letters."""
    written = str(words)
    if len(written) <= letters:
        return written
    return written[: max(1, letters - 1)].rstrip() + "\N{HORIZONTAL ELLIPSIS}"


def text(x: float, y: float, words: Any, css_class: str, anchor: str = "start") -> SafeString:
    return format_html(
        '<text x="{}" y="{}" class="{}" text-anchor="{}">{}</text>', _px(x), _px(y), css_class, anchor, words
    )


def grid(x1: float, y1: float, x2: float, y2: float, css_class: str = "chart-grid") -> SafeString:
    return format_html(
        '<line x1="{}" y1="{}" x2="{}" y2="{}" class="{}"/>', _px(x1), _px(y1), _px(x2), _px(y2), css_class
    )


def bar(x: float, y: float, width: float, height: float, css_class: str) -> SafeString:
    return format_html(
        '<rect x="{}" y="{}" width="{}" height="{}" rx="3" class="chart-bar {}"/>',
        _px(x),
        _px(y),
        _px(width),
        _px(height),
        css_class,
    )


def pattern_definitions(key: str) -> SafeString:
    """The patterns laid over the parts of a stack; `key` makes their ids unique on the page."""
    patterns = [
        format_html(
            '<pattern id="{}-{}" width="{}" height="{}" patternUnits="userSpaceOnUse">'
            '<path d="{}" class="chart-hatch"/></pattern>',
            key,
            kind,
            size,
            size,
            path,
        )
        for kind, (path, size) in enumerate(_PATTERNS)
        if path
    ]
    return format_html("<defs>{}</defs>", join(patterns))


def part(key: str, x: float, y: float, width: float, height: float, kind: int) -> Marks:
    """One part of a stack: its colour and over it its pattern."""
    place = format_html('x="{}" y="{}" width="{}" height="{}"', _px(x), _px(y), _px(width), _px(height))
    marks = [format_html('<rect {} class="chart-part series-{}"/>', place, kind)]
    if _PATTERNS[kind][0]:
        marks.append(format_html('<rect {} fill="url(#{}-{})"/>', place, key, kind))
    return marks


def polyline(points: Sequence[tuple[float, float]], kind: int) -> SafeString:
    path = " ".join(f"{_px(x)},{_px(y)}" for x, y in points)
    return format_html('<polyline points="{}" class="chart-line stroke-{}" fill="none"/>', path, kind)


def dot(x: float, y: float, kind: int) -> SafeString:
    return format_html('<circle cx="{}" cy="{}" r="4" class="series-{}"/>', _px(x), _px(y), kind)


def _px(value: float) -> str:
    return f"{value:.1f}"
