"""Cells to values: years, registration status, telephone numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable

from core.dates import EARLIEST_YEAR

_NUMBERS = re.compile(r"\d+")

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


def read_year(text: str) -> int | None:
    """A year of birth; None for anything that is none."""
    return int(text) if len(text) == 4 and text.isdecimal() and int(text) >= EARLIEST_YEAR else None


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
