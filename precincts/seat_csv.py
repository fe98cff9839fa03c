"""Committee seats as a CSV file: how its columns may be called, and what each row says of a seat."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.table_files import (
    TableFile,
    UnusableRow,
    read_choice,
    read_count,
    read_day,
    read_table,
    require_fit,
)
from precincts.enums import SeatKind

COLUMNS: dict[str, tuple[str, ...]] = {
    "precinct": ("precinct", "precinct code", "precinto", "recinto"),
    "county": ("county", "condado"),
    "title": ("seat", "title", "office", "position", "puesto", "cargo"),
    "place": ("seat number", "number", "seat no", "número del puesto"),
    "kind": ("filled by", "kind", "elected or appointed", "se ocupa por"),
    "holder_name": ("holder", "name", "held by", "titular"),
    "since": ("since", "held since", "vacant since", "desde"),
    "term_starts_on": ("term begins", "term starts", "el mandato empieza"),
    "term_ends_on": ("term ends", "term expires", "el mandato termina"),
    "filing_opens_on": ("filing opens", "filing begins", "la inscripción abre"),
    "filing_closes_on": (
        "filing closes",
        "filing",
        "filing deadline",
        "la inscripción cierra",
        "inscripción",
    ),
    "signatures_needed": ("signatures needed", "signatures required", "firmas necesarias"),
    "signatures_collected": ("signatures collected", "signatures", "firmas reunidas", "firmas"),
}
_LONGEST = {"precinct": 40, "county": 60, "title": 80, "holder_name": 120}
_DAYS = ("since", "term_starts_on", "term_ends_on", "filing_opens_on", "filing_closes_on")
_NOBODY = ("vacant", "vacante")
"""Whom an empty cell, which changes nothing, does not name."""

_COUNTS = ("place", "signatures_needed", "signatures_collected")


def read_seats(content: bytes) -> TableFile:
    """Read a file of seats.

    Raises:
        UnreadableFile: what `read_table` raises; columns for precinct and seat are needed.
    """
    needed = {"precinct": _("Precinct"), "title": _("Seat")}
    return read_table(content, names=COLUMNS, needed=needed, read=_read_seat)


def _read_seat(cells: dict[str, str]) -> dict[str, Any]:
    """The cells as values of a seat.

    Raises:
        UnusableRow: one of them cannot be; the message names it.
    """
    for name, reason in (("precinct", _("no precinct")), ("title", _("no seat"))):
        if name not in cells:
            raise UnusableRow(reason)
    require_fit(cells, _LONGEST)
    values: dict[str, Any] = dict(cells)
    values |= {name: read_day(cells[name]) for name in _DAYS if name in cells}
    values |= {name: read_count(cells[name]) for name in _COUNTS if name in cells}
    if cells.get("holder_name", "").casefold() in _NOBODY:
        values["holder_name"] = ""
    if "kind" in cells:
        values["kind"] = read_choice(cells["kind"], SeatKind)
    if not 1 <= values.get("place", 1) <= 99:
        raise UnusableRow(_("the seat number is not between 1 and 99"))
    for first, last in (("term_starts_on", "term_ends_on"), ("filing_opens_on", "filing_closes_on")):
        if first in values and last in values and values[last] < values[first]:
            raise UnusableRow(_("a term or a filing window ends before it begins"))
    return values
