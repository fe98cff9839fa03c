"""Cells to values: dates, years, registration status, telephone numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

_NUMBERS = re.compile(r"\d+")
_EARLIEST_YEAR = 1890

STATUS_WORDS = {
    "active": ("A", "ACT", "ACTIVE", "V", "VERIFIED"),
    "inactive": ("I", "INA", "INACTIVE", "CONFIRMATION", "SUSPENSE"),
    "temporary": ("S", "TEMPORARY"),
    "removed": ("R", "REMOVED", "C", "CANCELLED", "CANCELED", "PURGED"),
    "denied": ("D", "DENIED", "REJECTED", "PRE", "PREREGISTERED", "PENDING", "P", "INCOMPLETE"),
}
"""A registration that is not (or not yet) in force counts as denied: it is kept and never listed."""

CONFIDENTIAL = "confidential"
"""What a mapping may say of a status: people with it are never shown."""

STATUSES = {word: status for status, words in STATUS_WORDS.items() for word in words}

WITHHELD = frozenset({"REMOVED", "CONFIDENTIAL", "*CONFIDENTIAL*", "PROTECTED", "EXEMPT", "*", "**"})
"""What files write in place of an address they do not give."""


@lru_cache(maxsize=65536)
def read_date(text: str) -> date | None:
    """A date written month first (`01/27/2020`), year first (`2020-01-27`) or as eight digits, year first.

    A day or month of zero, which Delaware writes where only the month or year is known, counts as the first.
    None for anything else: `13/45/2020`, a year before 1890.
    """
    parts = _NUMBERS.findall(text.partition(" ")[0] if text.count(":") else text)
    if len(parts) == 1 and len(parts[0]) == 8:
        digits = parts[0]
        parts = [digits[:4], digits[4:6], digits[6:]]
    if len(parts) != 3:
        return None
    year, month, day = parts if len(parts[0]) == 4 else (parts[2], parts[0], parts[1])
    if len(year) != 4 or int(year) < _EARLIEST_YEAR:
        return None
    try:
        return date(int(year), max(int(month), 1), max(int(day), 1))
    except ValueError:
        return None


def read_year(text: str) -> int | None:
    """A year of birth; None for anything that is none."""
    return int(text) if len(text) == 4 and text.isdigit() and int(text) >= _EARLIEST_YEAR else None


def read_phone(text: str) -> str:
    """Ten digits as `617-555-6195`; what has another number of digits is left out."""
    if len(text) == 10 and text.isascii() and text.isdigit():
        return f"{text[:3]}-{text[3:6]}-{text[6:]}"
    digits = "".join(_NUMBERS.findall(text))
    if len(digits) == 11 and digits[0] == "1":
        digits = digits[1:]
    return f"{digits[:3]}-{digits[3:6]}-{digits[6:]}" if len(digits) == 10 else ""


def joined_cells(cells: Iterable[str]) -> str:
    """One value of several cells: those that say something, with a space between."""
    return " ".join(filter(None, map(str.strip, cells)))


def read_number(text: str) -> str:
    """A voter number as it is kept: tabs and line ends inside are spaces."""
    text = text.strip()
    return " ".join(text.split()) if "\t" in text or "\n" in text or "\r" in text else text
