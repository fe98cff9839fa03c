"""Charts drawn on the server as SVG: they print, they need no script, their table is one click away.

Each function returns a `Chart`. Colours are classes of static/css/figures.css (`series-0` to `series-4`), so
that dark mode and print follow; a pattern, a label or a number always stands beside the colour. Every
chart is drawn in three widths: the page shows the one in which the letters keep their size.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.chart_marks import (
    LETTER,
    Marks,
    bar,
    dot,
    drawing,
    grid,
    join,
    part,
    pattern_definitions,
    polyline,
    short,
    text,
)
from core.templatetags.formats import number as write_number

Words = Any  # str or a lazy translation

WIDTHS = {"wide": 640, "middle": 430, "narrow": 300}
MOST_SERIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart and its table.

    Attributes:
        finding: the title; says what the chart shows ("Turnout rose in every precinct with captains").
        drawings: the SVG elements of all widths.
        header, rows: the same figures as a table.
        legend: (series number, words); empty when there is one series.
        is_line: the legend's marks are lines instead of patches.
        note: source and caveats.
    """

    key: str
    finding: Words
    drawings: SafeString
    header: list[Words]
    rows: list[list[Any]]
    legend: list[tuple[int, Words]]
    is_line: bool = False
    note: Words = ""


@dataclass(frozen=True, slots=True)
class Series:
    """One line or one part of a stack: its words and a value for each label (None: no value)."""

    label: Words
    values: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Goal:
    """A line across all bars, with its words."""

    value: float
    words: Words


def bar_chart(
    *,
    key: str,
    finding: Words,
    axis: Words,
    label_axis: Words,
    labels: Sequence[Words],
    values: Sequence[float],
    unit: str = "",
    marked: Sequence[int] = (),
    goal: Goal | None = None,
    note: Words = "",
) -> Chart:
    """Lying bars, one for each label, the number at its end.

    Args:
        key: unique on the page.
        axis: what the numbers are ("doors knocked").
        label_axis: what the labels are ("Precinct").
        unit: set after each number ("%").
        marked: positions drawn in the marking colour, for what the finding speaks of.

    Raises:
        ValueError: labels and values differ in number, or a value is negative.
    """
    if len(labels) != len(values) or any(value < 0 for value in values):
        raise ValueError("A bar chart needs one value of zero or more for each label.")
    top = nice_ceiling(max([*values, goal.value if goal else 0], default=0))

    def draw(width: int) -> tuple[float, Marks]:
        return _bars(width, labels, values, top, unit, set(marked), goal, axis)

    return Chart(
        key=key,
        finding=finding,
        drawings=_in_all_widths(draw),
        header=[label_axis, axis],
        rows=[[label, with_unit(value, unit)] for label, value in zip(labels, values, strict=True)],
        legend=[],
        note=note,
    )


def stacked_chart(
    *,
    key: str,
    finding: Words,
    axis: Words,
    label_axis: Words,
    labels: Sequence[Words],
    series: Sequence[Series],
    note: Words = "",
) -> Chart:
    """Lying bars divided into at most five parts; each part has its pattern and, where it fits, its number.

    Raises:
        ValueError: more than five series, one of another length than the labels, or a negative value.
    """
    _check(series, len(labels))
    if any(value is not None and value < 0 for row in series for value in row.values):
        raise ValueError("A stacked chart needs values of zero or more.")
    totals = [sum(row.values[at] or 0 for row in series) for at in range(len(labels))]
    top = nice_ceiling(max(totals, default=0))

    def draw(width: int) -> tuple[float, Marks]:
        height, marks = _stacks(f"{key}-{width}", width, labels, series, totals, top, axis)
        return height, [pattern_definitions(f"{key}-{width}"), *marks]

    return Chart(
        key=key,
        finding=finding,
        drawings=_in_all_widths(draw),
        header=[label_axis, *[row.label for row in series]],
        rows=[[label, *[write_number(row.values[at]) for row in series]] for at, label in enumerate(labels)],
        legend=[(at, row.label) for at, row in enumerate(series)],
        note=note,
    )


def line_chart(
    *,
    key: str,
    finding: Words,
    axis: Words,
    label_axis: Words,
    labels: Sequence[Words],
    series: Sequence[Series],
    unit: str = "",
    note: Words = "",
) -> Chart:
    """Up to five lines over evenly spaced labels, each with its own dashes and a letter at its end.

    Raises:
        ValueError: more than five series, or one of another length than the labels.
    """
    _check(series, len(labels))
    present = [value for line in series for value in line.values if value is not None]
    top = nice_ceiling(max(present, default=0))

    def draw(width: int) -> tuple[float, Marks]:
        return _lines(width, labels, series, top, unit, axis)

    return Chart(
        key=key,
        finding=finding,
        drawings=_in_all_widths(draw),
        header=[label_axis, *[line.label for line in series]],
        rows=[
            [label, *[with_unit(line.values[at], unit) for line in series]] for at, label in enumerate(labels)
        ],
        legend=[(at, line.label) for at, line in enumerate(series)] if len(series) > 1 else [],
        is_line=True,
        note=note,
    )


def nice_ceiling(value: float) -> float:
    """The end of an axis that holds `value`: a round number at most half as much again; 1 for nothing."""
    if value <= 0:
        return 1.0
    power = 10.0 ** floor(log10(value))
    for step in (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0):
        if value <= step * power * (1 + 1e-9):
            return step * power
    return 10.0 * power


def with_unit(value: float | None, unit: str) -> str:
    """The number as it is read, with its unit behind an unbreakable space; a dash for none."""
    places = 0 if value is None or float(value).is_integer() else 1
    written = write_number(value, places)
    return f"{written}\N{NO-BREAK SPACE}{unit}" if unit and value is not None else written


def _check(series: Sequence[Series], length: int) -> None:
    if len(series) > MOST_SERIES or any(len(row.values) != length for row in series):
        raise ValueError("A chart takes at most five series, each with a value for every label.")


def _in_all_widths(draw: Callable[[int], tuple[float, Marks]]) -> SafeString:
    drawn = []
    for name, width in WIDTHS.items():
        height, marks = draw(width)
        drawn.append(drawing(name, width, height, marks))
    return join(drawn)


def _gutter(width: int, labels: Sequence[Words]) -> float:
    longest = max((len(str(label)) for label in labels), default=0)
    return min(width * 0.36, longest * LETTER + 12)


def _axis_below(left: float, right: float, y: float, top: float, axis: Words, unit: str) -> Marks:
    marks = []
    for step, anchor in ((0.0, "start"), (0.5, "middle"), (1.0, "end")):
        x = left + (right - left) * step
        marks += [grid(x, 4, x, y), text(x, y + 18, with_unit(top * step, unit), "chart-tick", anchor)]
    return [*marks, text(left, y + 38, axis, "chart-axis")]


def _bars(
    width: int,
    labels: Sequence[Words],
    values: Sequence[float],
    top: float,
    unit: str,
    marked: set[int],
    goal: Goal | None,
    axis: Words,
) -> tuple[float, Marks]:
    row, left, right, head = 32.0, _gutter(width, labels), width - 64.0, 26.0 if goal else 8.0
    bottom = head + row * len(values)
    marks = _axis_below(left, right, bottom, top, axis, unit)
    if goal:
        x = left + (right - left) * goal.value / top
        marks.append(grid(x, 20, x, bottom, "chart-goal"))
        marks.append(text(x, 14, goal.words, "chart-tick", "end" if x > width * 0.6 else "start"))
    for at, (label, value) in enumerate(zip(labels, values, strict=True)):
        y, length = head + at * row, (right - left) * value / top
        marks.append(text(left - 8, y + 21, short(label, int(left / LETTER)), "chart-label", "end"))
        marks.append(bar(left, y + 6, length, 20, "chart-marked" if at in marked else "series-0"))
        marks.append(text(left + length + 6, y + 21, with_unit(value, unit), "chart-number"))
    return bottom + 46, marks


def _stacks(
    key: str,
    width: int,
    labels: Sequence[Words],
    series: Sequence[Series],
    totals: Sequence[float],
    top: float,
    axis: Words,
) -> tuple[float, Marks]:
    row, left, right, head = 36.0, _gutter(width, labels), width - 56.0, 8.0
    bottom = head + row * len(labels)
    marks = _axis_below(left, right, bottom, top, axis, "")
    for at, label in enumerate(labels):
        y, x = head + at * row, left
        marks.append(text(left - 8, y + 23, short(label, int(left / LETTER)), "chart-label", "end"))
        for kind, values in enumerate(series):
            value = values.values[at] or 0
            length = (right - left) * value / top
            marks += part(key, x, y + 6, length, 24, kind)
            written = write_number(value)
            if length > len(written) * LETTER + 8:
                marks.append(text(x + length / 2, y + 23, written, f"chart-inside inside-{kind}", "middle"))
            x += length
        marks.append(text(x + 6, y + 23, write_number(totals[at]), "chart-number"))
    return bottom + 46, marks


def _lines(
    width: int, labels: Sequence[Words], series: Sequence[Series], top: float, unit: str, axis: Words
) -> tuple[float, Marks]:
    left, right, head, bottom = 52.0, width - 34.0, 34.0, 214.0
    last = max(1, len(labels) - 1)
    marks = [text(0, 14, axis, "chart-axis")]
    for step in (0.0, 0.5, 1.0):
        y = bottom - (bottom - head) * step
        marks += [
            grid(left, y, right, y),
            text(left - 6, y + 5, with_unit(top * step, unit), "chart-tick", "end"),
        ]
    every = max(1, ceil(len(labels) * 56 / (right - left)))
    for at, label in enumerate(labels):
        if at % every == 0:
            x = left + (right - left) * at / last
            marks.append(text(x, bottom + 20, short(label, 10), "chart-tick", "middle"))
    ends: list[float] = []
    for kind, line in enumerate(series):
        points = [
            (left + (right - left) * at / last, bottom - (bottom - head) * value / top)
            for at, value in enumerate(line.values)
            if value is not None
        ]
        if not points:
            continue
        x, y = points[-1]
        marks += [polyline(points, kind), dot(x, y, kind)]
        if len(series) > 1:
            place = _free_place(y, ends)
            ends.append(place)
            marks.append(text(x + 10, place + 5, "ABCDE"[kind], "chart-number"))
    return bottom + 30, marks


def _free_place(y: float, taken: Sequence[float]) -> float:
    """The nearest place to `y`, downwards, at least a line of letters away from those taken."""
    place = y
    for other in sorted(taken):
        if abs(place - other) < 14:
            place = other + 14
    return place


def legend_mark(chart: Chart, kind: int) -> SafeString:
    """The patch or the stroke that stands for one series in the legend."""
    if chart.is_line:
        inside = join([polyline([(1, 7), (27, 7)], kind)])
    else:
        inside = join(
            [
                pattern_definitions(f"{chart.key}-legend-{kind}"),
                *part(f"{chart.key}-legend-{kind}", 0, 0, 28, 14, kind),
            ]
        )
    return format_html(
        '<svg class="legend-drawing" viewBox="0 0 28 14" width="28" height="14" aria-hidden="true">{}</svg>',
        inside,
    )
