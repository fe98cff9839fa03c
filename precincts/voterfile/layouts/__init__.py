"""The layouts that are known by header, or by the shape of their rows, and how one is found."""

from __future__ import annotations

import re
from collections.abc import Sequence

from precincts.voterfile.faults import Fault, FileFault
from precincts.voterfile.layouts import florida, north_carolina, ohio
from precincts.voterfile.layouts.base import Layout, column_key
from precincts.voterfile.returned import find_returned_layout
from precincts.voterfile.tables import Row

LAYOUTS: tuple[Layout, ...] = (*north_carolina.LAYOUTS, *ohio.LAYOUTS, *florida.LAYOUTS)
KEYS = ("nc", "oh", "fl")

_FLORIDA_ID = re.compile(r"\d{9,10}$")
_DATE = re.compile(r"\d\d/\d\d/\d{4}$")


def find_layout(kind: str, sample: Sequence[Row], *, key: str = "auto") -> Layout:
    """The layout of a file, from its first rows; `key` names the state when a person has chosen it.

    Raises:
        FileFault: it is another kind of file, its header lacks columns, or nobody knows it.
    """
    first = [cell.strip() for cell in sample[0][2]]
    if kind == "returned":
        other = next((layout for layout in LAYOUTS if _fits(layout, first, sample)), None)
        if other is not None:
            raise FileFault(Fault.WRONG_KIND, line=1, details={"found": other.kind, "wanted": kind})
        return find_returned_layout(sample)
    candidates = [layout for layout in LAYOUTS if key in ("auto", layout.key)]
    fitting = [layout for layout in candidates if _fits(layout, first, sample)]
    same_kind = [layout for layout in fitting if layout.kind == kind]
    if same_kind:
        return same_kind[0]
    if fitting:
        raise FileFault(Fault.WRONG_KIND, line=1, details={"found": fitting[0].kind, "wanted": kind})
    named = [layout for layout in candidates if layout.kind == kind and layout.has_header]
    nearest = min(named, key=lambda layout: len(_missing(layout, first)), default=None)
    if nearest is not None and len(_missing(nearest, first)) < len(nearest.columns) // 2:
        missing = sorted(_missing(nearest, first))
        raise FileFault(
            Fault.COLUMNS_MISSING,
            line=sample[0][0],
            details={"columns": ", ".join(missing), "layout": nearest.label},
        )
    raise FileFault(
        Fault.LAYOUT_UNKNOWN,
        line=sample[0][0],
        details={"columns": ", ".join(cell[:30] for cell in first[:12])},
    )


def _fits(layout: Layout, first: Sequence[str], sample: Sequence[Row]) -> bool:
    if layout.has_header:
        return layout.signature <= {column_key(cell) for cell in first}
    rows = [cells for _, width, cells in sample if width == layout.width]
    if len(rows) * 2 < len(sample):
        return False
    looks = _is_florida_voter if layout.kind == "voters" else _is_florida_vote
    return sum(looks([cell.strip() for cell in cells]) for cells in rows) * 2 > len(rows)


def _is_florida_voter(cells: list[str]) -> bool:
    return (
        bool(_FLORIDA_ID.match(cells[1]))
        and cells[6] in ("", "N", "Y")
        and cells[28] in ("ACT", "INA", "PRE")
    )


def _is_florida_vote(cells: list[str]) -> bool:
    return bool(_FLORIDA_ID.match(cells[1]) and _DATE.match(cells[2])) and len(cells[3]) == 3


def _missing(layout: Layout, first: Sequence[str]) -> set[str]:
    present = {column_key(cell) for cell in first}
    wanted = {str(column) for columns in layout.columns.values() for column in columns}
    return {column for column in wanted if column_key(column) not in present}
