"""Charts drawn on the server as SVG: they print, they need no script, their table is one click away.

Each function returns a `Chart`. Colours come from classes in static/css/app.css (`series-0` to `series-4`),
so that dark mode and print follow; a pattern, a label or a number always stands beside the colour. A wide
and a narrow drawing are made: the page shows the one that keeps the letters readable.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, floor, log10
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from core.templatetags.formats import number as write_number

Words = Any  # str or a lazy translation

WIDE, NARROW = 640, 320
LETTER = 7.2  # width of an average letter at 14 px, in px
SERIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart and its table.

    Attributes:
        finding: the title; says what the chart shows ("Turnout rose in every precinct with captains").
        wide, narrow: the drawings, 640 and 320 px.
        header, rows: the same figures as a table.
        legend: (series number, words); empty when the labels stand at the lines.
        note: source and caveats.
    """

    key: str
    finding: Words
    wide: SafeString
    narrow: SafeString
    header: list[Words]
    rows: list[list[Any]]
    legend: list[tuple[int, Words]]
    note: Words = ""


@dataclass(frozen=True, slots=True)
class Series:
    """One line or one part of a stack: its words and a value for each label (None: no value)."""

    label: Words
    values: Sequence[float | None]


def bar_chart(
    *,
    key: str,
    finding: Words,
    axis: Words,
    labels: Sequence[Words],
    values: Sequence[float],
    label_axis: Words,
    unit: str = "",
    marked: Sequence[int] = (),
    goal: float | None = None,
    goal_words: Words = "",
    note: Words = "",
) -> Chart:
    """Lying bars, one for each label, the number at its end.

    Args:
        axis: what the numbers are ("doors knocked").
        label_axis: what the labels are ("Precinct").
        unit: set after each number ("%").
        marked: positions drawn in the marking colour, for what the finding speaks of.
        goal: a line across all bars, with its words.

    Raises:
        ValueError: labels and values differ in number, or a value is negative.
    """
    if len(labels) != len(values) or any(value < 0 for value in values):
        raise ValueError("A bar chart needs one value of zero or more for each label.")
    top = nice_ceiling(max([*values, goal or 0], default=0))

    def draw(width: int) -> SafeString:
        return _draw_bars(width, labels, values, top, unit, set(marked), goal, goal_words, axis)

    return Chart(
        key=key,
        finding=finding,
        wide=draw(WIDE),
        narrow=draw(NARROW),
        header=[label_axis, axis],
        rows=[[label, _with_unit(value, unit)] for label, value in zip(labels, values, strict=True)],
        legend=[],
        note=note,
    )


def stacked_chart(
    *,
    key: str,
    finding: Words,
    axis: Words,
    labels: Sequence[Words],
    series: Sequence[Series],
    label_axis: Words,
    note: Words = "",
) -> Chart:
    """Lying bars divided into at most five parts; each part has its pattern and, where it fits, its number.

    Raises:
        ValueError: more than five series, one of another length than the labels, or a negative value.
    """
    if len(series) > SERIES or any(len(part.values) != len(labels) for part in series):
        raise ValueError("A stacked chart needs at most five series, each with a value for every label.")
    if any(value is not None and value < 0 for part in series for value in part.values):
        raise ValueError("A stacked chart needs values of zero or more.")
    totals = [sum(part.values[at] or 0 for part in series) for at in range(len(labels))]
    top = nice_ceiling(max(totals, default=0))

    def draw(width: int) -> SafeString:
        return _draw_stacks(width, labels, series, totals, top, axis)

    return Chart(
        key=key,
        finding=finding,
        wide=draw(WIDE),
        narrow=draw(NARROW),
        header=[label_axis, *[part.label for part in series]],
        rows=[
            [label, *[write_number(part.values[at]) for part in series]] for at, label in enumerate(labels)
        ],
        legend=[(at, part.label) for at, part in enumerate(series)],
        note=note,
    )


def line_chart(
    *,
    key: str,
    finding: Words,
    axis: Words,
    labels: Sequence[Words | date],
    series: Sequence[Series],
    label_axis: Words,
    unit: str = "",
    note: Words = "",
) -> Chart:
    """Up to five lines over evenly spaced labels, each line's words at its end.

    Raises:
        ValueError: more than five series, or one of another length than the labels.
    """
    if len(series) > SERIES or any(len(line.values) != len(labels) for line in series):
        raise ValueError("A line chart needs at most five series, each with a value for every label.")
    present = [value for line in series for value in line.values if value is not None]
    top = nice_ceiling(max(present, default=0))

    def draw(width: int) -> SafeString:
        return _draw_lines(width, labels, series, top, unit, axis)

    return Chart(
        key=key,
        finding=finding,
        wide=draw(WIDE),
        narrow=draw(NARROW),
        header=[label_axis, *[line.label for line in series]],
        rows=[
            [label, *[_with_unit(line.values[at], unit) for line in series]] for at, label in enumerate(labels)
        ],
        legend=[(at, line.label) for at, line in enumerate(series)] if len(series) > 1 else [],
        note=note,
    )


def nice_ceiling(value: float) -> float:
    """The end of an axis that holds `value`: 1, 2, 2.5 or 5 times a power of ten; 1 for nothing."""
    if value <= 0:
        return 1.0
    power = 10.0 ** floor(log10(value))
    for step in (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0):
        if value <= step * power * (1 + 1e-9):
            return step * power
    return 10.0 * power


def _with_unit(value: float | None, unit: str) -> str:
    places = 0 if value is None or float(value).is_integer() else 1
    text = write_number(value, places)
    return f"{text}\N{NO-BREAK SPACE}{unit}" if unit and value is not None else text


def _short(words: Words, letters: int) -> str:
    text = str(words)
    return text if len(text) <= letters else text[: letters - 1].rstrip() + "\N{HORIZONTAL ELLIPSIS}"


def _frame(width: int, height: float, parts: SafeString) -> SafeString:
    return format_html(
        '<svg class="chart-drawing" viewBox="0 0 {} {}" width="{}" height="{}" aria-hidden="true"'
        ' focusable="false">{}</svg>',
        width,
        ceil(height),
        width,
        ceil(height),
        parts,
    )


def _join(parts: Sequence[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def _gutter(width: int, labels: Sequence[Words]) -> float:
    longest = max((len(str(label)) for label in labels), default=0)
    return min(width * 0.36, longest * LETTER + 12)


def _text(x: float, y: float, words: Any, css_class: str, anchor: str = "start") -> SafeString:
    return format_html(
        '<text x="{}" y="{}" class="{}" text-anchor="{}">{}</text>', f"{x:.1f}", f"{y:.1f}", css_class, anchor, words
    )


def _axis_below(left: float, right: float, y: float, top: float, axis: Words, unit: str) -> list[SafeString]:
    parts = []
    for step in (0.0, 0.5, 1.0):
        x = left + (right - left) * step
        anchor = "start" if step == 0 else "end" if step == 1 else "middle"
        parts.append(
            format_html(
                '<line x1="{0}" x2="{0}" y1="4" y2="{1}" class="chart-grid"/>', f"{x:.1f}", f"{y:.1f}"
            )
        )
        parts.append(_text(x, y + 18, _with_unit(top * step, unit), "chart-tick", anchor))
    parts.append(_text(left, y + 38, axis, "chart-axis"))
    return parts


def _draw_bars(
    width: int,
    labels: Sequence[Words],
    values: Sequence[float],
    top: float,
    unit: str,
    marked: set[int],
    goal: float | None,
    goal_words: Words,
    axis: Words,
) -> SafeString:
    row, left = 32.0, _gutter(width, labels)
    right, head = width - 64.0, 26.0 if goal is not None else 8.0
    bottom = head + row * len(values)
    parts = _axis_below(left, right, bottom, top, axis, unit)
    for at, (label, value) in enumerate(zip(labels, values, strict=True)):
        y, length = head + at * row, (right - left) * value / top
        kind = "chart-marked" if at in marked else "series-0"
        parts.append(_text(left - 8, y + 21, _short(label, int(left / LETTER)), "chart-label", "end"))
        parts.append(
            format_html(
                '<rect x="{}" y="{}" width="{}" height="20" rx="3" class="chart-bar {}"/>',
                f"{left:.1f}",
                f"{y + 6:.1f}",
                f"{length:.1f}",
                kind,
            )
        )
        parts.append(_text(left + length + 6, y + 21, _with_unit(value, unit), "chart-number"))
    if goal is not None:
        x = left + (right - left) * goal / top
        parts.append(
            format_html(
                '<line x1="{0}" x2="{0}" y1="20" y2="{1}" class="chart-goal"/>', f"{x:.1f}", f"{bottom:.1f}"
            )
        )
        anchor = "end" if x > width * 0.6 else "start"
        parts.append(_text(x, 14, goal_words, "chart-tick", anchor))
    return _frame(width, bottom + 46, _join(parts))


def _draw_stacks(
    width: int,
    labels: Sequence[Words],
    series: Sequence[Series],
    totals: Sequence[float],
    top: float,
    axis: Words,
) -> SafeString:
    row, left = 36.0, _gutter(width, labels)
    right, head = width - 56.0, 8.0
    bottom = head + row * len(labels)
    parts = _axis_below(left, right, bottom, top, axis, "")
    for at, label in enumerate(labels):
        y, x = head + at * row, left
        parts.append(_text(left - 8, y + 23, _short(label, int(left / LETTER)), "chart-label", "end"))
        for kind, part in enumerate(series):
            value = part.values[at] or 0
            length = (right - left) * value / top
            parts.append(
                format_html(
                    '<rect x="{}" y="{}" width="{}" height="24" class="chart-part series-{}"/>',
                    f"{x:.1f}",
                    f"{y + 6:.1f}",
                    f"{length:.1f}",
                    kind,
                )
            )
            written = write_number(value)
            if length > len(written) * LETTER + 8:
                parts.append(
                    _text(x + length / 2, y + 23, written, f"chart-inside inside-{kind}", "middle")
                )
            x += length
        parts.append(_text(x + 6, y + 23, write_number(totals[at]), "chart-number"))
    return _frame(width, bottom + 46, _join(parts))


def _draw_lines(
    width: int,
    labels: Sequence[Words | date],
    series: Sequence[Series],
    top: float,
    unit: str,
    axis: Words,
) -> SafeString:
    left, right, head, bottom = 44.0, width - (24.0 if len(series) == 1 else 34.0), 30.0, 230.0
    last = max(1, len(labels) - 1)
    parts = [_text(0, 14, axis, "chart-axis")]
    for step in (0.0, 0.5, 1.0):
        y = bottom - (bottom - head) * step
        parts.append(
            format_html(
                '<line x1="{}" x2="{}" y1="{y}" y2="{y}" class="chart-grid"/>', left, f"{right:.1f}", y=f"{y:.1f}"
            )
        )
        parts.append(_text(left - 6, y + 5, _with_unit(top * step, unit), "chart-tick", "end"))
    every = max(1, ceil(len(labels) * 64 / (right - left)))
    for at, label in enumerate(labels):
        if at % every == 0:
            x = left + (right - left) * at / last
            parts.append(_text(x, bottom + 20, _short(label, 10), "chart-tick", "middle"))
    for kind, line in enumerate(series):
        points = [
            (left + (right - left) * at / last, bottom - (bottom - head) * value / top)
            for at, value in enumerate(line.values)
            if value is not None
        ]
        parts += _draw_line(points, kind, len(series) > 1)
    return _frame(width, bottom + 30, _join(parts))


def _draw_line(points: Sequence[tuple[float, float]], kind: int, with_letter: bool) -> list[SafeString]:
    if not points:
        return []
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    x, y = points[-1]
    parts = [
        format_html('<polyline points="{}" class="chart-line stroke-{}" fill="none"/>', path, kind),
        format_html('<circle cx="{}" cy="{}" r="4" class="chart-dot series-{}"/>', f"{x:.1f}", f"{y:.1f}", kind),
    ]
    if with_letter:
        parts.append(_text(x + 10, y + 5, "ABCDE"[kind], "chart-number"))
    return parts
