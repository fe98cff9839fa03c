"""What a benchmark yields, and how it is judged and printed."""

from __future__ import annotations

import gc
import json
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["limit", "goal", "plain"]


@dataclass(frozen=True)
class Figure:
    """One measured value; `at_most` says on which side of the goal it should lie, `note` what it was set beside."""

    name: str
    value: float
    unit: str = ""
    goal: float | None = None
    kind: Kind = "goal"
    at_most: bool = True
    note: str = ""

    @property
    def holds(self) -> bool:
        if self.goal is None:
            return True
        return self.value <= self.goal if self.at_most else self.value >= self.goal

    def as_json(self) -> str:
        fields = ("name", "value", "unit", "goal", "kind", "holds")
        return json.dumps({name: _plain(getattr(self, name)) for name in fields}, ensure_ascii=False)


@dataclass(frozen=True)
class Table:
    """Methods side by side: a row of text or numbers for each."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[object]] = field(default_factory=list)


@dataclass(frozen=True)
class Note:
    """A sentence that says how something was measured."""

    text: str


def seconds(function: Callable[[], object], *, times: int = 1, best: bool = False) -> float:
    """The median wall time of some calls, or the best, which other work on the machine disturbs least."""
    taken = []
    for _ in range(times):
        gc.collect()
        begun = time.perf_counter()
        function()
        taken.append(time.perf_counter() - begun)
    return min(taken) if best else statistics.median(taken)


def show_number(value: object) -> str:
    """Four digits that mean something, without exponents."""
    if isinstance(value, bool) or not isinstance(value, float):
        return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
    if value and abs(value) < 0.1:
        return f"{value:.4f}"
    return f"{value:,.3f}" if abs(value) < 10 else f"{value:,.1f}"


def show_table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table, its columns aligned so that it reads well on a terminal too."""
    cells = [
        [str(cell) for cell in header],
        *[[show_number(cell) for cell in row] for row in rows],
    ]
    widths = [max(len(row[column]) for row in cells) for column in range(len(header))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in cells
    ]
    lines.insert(1, "| " + " | ".join("-" * width for width in widths) + " |")
    return "\n".join(lines)


def show_figures(figures: Sequence[Figure]) -> str:
    rows = []
    for figure in figures:
        sign = "at most" if figure.at_most else "at least"
        goal = "" if figure.goal is None else f"{sign} {show_number(figure.goal)}"
        verdict = "" if figure.goal is None else ("yes" if figure.holds else "NO")
        rows.append(
            (
                figure.name,
                figure.value,
                figure.unit,
                goal,
                figure.kind,
                verdict,
                figure.note,
            )
        )
    return show_table(("figure", "value", "unit", "goal", "kind", "holds", "beside"), rows)


def _plain(value: object) -> object:
    return value.item() if hasattr(value, "item") else value
