"""Cells and choices of lists as HTML, drawn without a template: a page has four hundred of them.

Everything that varies is escaped here.
"""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Callable, Iterable
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from core.components import Badge
from core.lists import Cell, Chip
from core.templatetags import formats


def esc(words: Any) -> str:
    """Text as HTML, unless it is HTML already.

    The same as Django's `conditional_escape`, which looks for lazy words at each call: the larger part of its time.
    """
    return words.__html__() if hasattr(words, "__html__") else html.escape(str(words))


def cell_text(value: Any) -> Any:
    """A table cell's value as it is read: dates and numbers written out, nothing as a dash."""
    if value is None or value == "":
        return formats.NOTHING
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dt.datetime):
        return formats.when(value)
    if isinstance(value, dt.date):
        return formats.day(value)
    if isinstance(value, int):
        return formats.number(value)
    if isinstance(value, float):
        return formats.number(value, 1)
    return value


class CellDrawer:
    """Draws the cells of one list; a label or badge that comes again is drawn once.

    Args:
        draw_badge: a state as HTML.
    """

    def __init__(self, draw_badge: Callable[[Badge], str]) -> None:
        self._draw_badge = draw_badge
        self._labels: dict[str, str] = {}
        self._badges: dict[tuple[str, str, str], str] = {}

    def row(self, cells: Iterable[Cell]) -> SafeString:
        """The cells of one row, one after the other."""
        return mark_safe("".join(map(self._cell, cells)))  # noqa: S308 (escaped part by part)

    def _cell(self, cell: Cell) -> str:
        label = self._labels.get(cell.key)
        if label is None:
            label = self._labels[cell.key] = esc(cell.label)
        line = f'<span class="cell-line">{esc(cell.line)}</span>' if cell.line else ""
        inner = f"{self._inner(cell)}{line}"
        if cell.title:
            return f'<th scope="row" role="rowheader" data-label="{label}" class="cell-title">{inner}</th>'
        css_class = "numeric" if cell.numeric else "nowrap" if cell.is_whole else ""
        attribute = f' class="{css_class}"' if css_class else ""
        return f'<td role="cell" data-label="{label}"{attribute}>{inner}</td>'

    def _inner(self, cell: Cell) -> str:
        if cell.badge:
            return self._badge(cell.badge)
        words = esc(cell_text(cell.value))
        return f'<a href="{esc(cell.url)}">{words}</a>' if cell.url else f"<span>{words}</span>"

    def _badge(self, badge: Badge) -> str:
        key = str(badge.word), badge.icon, badge.tone
        if key not in self._badges:
            self._badges[key] = self._draw_badge(badge)
        return self._badges[key]


def draw_options(chips: Iterable[Chip]) -> SafeString:
    """The choices of a filter inside its select."""
    drawn = (
        f'<option value="{esc(chip.value)}"{" selected" if chip.chosen else ""}>{esc(chip.label)}</option>'
        for chip in chips
    )
    return mark_safe("".join(drawn))  # noqa: S308 (escaped part by part)
