"""Days as files write them. Pure, for algorithms read files too."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

EARLIEST_YEAR = 1890
"""Before this, a year in a file is a slip."""

_NUMBERS = re.compile(r"\d+")


@lru_cache(maxsize=65536)
def read_date(text: str, *, short_years: bool = False) -> date | None:
    """A date written month first (`01/27/2020`), year first (`2020-01-27`) or as eight digits, year first.

    A day or month of zero, which Delaware writes where only the month or year is known, counts as the first.
    A time of day after it is left aside. None for anything else: `13/45/2020`, a year before 1890.

    Args:
        short_years: month first, a year may have two digits, as spreadsheets shorten it: 69 to 99 are of the last
            century, 00 to 68 of this one (POSIX strptime).
    """
    parts = _NUMBERS.findall(text.partition(" ")[0] if text.count(":") else text)
    if len(parts) == 1 and len(parts[0]) == 8:
        digits = parts[0]
        parts = [digits[:4], digits[4:6], digits[6:]]
    if len(parts) != 3:
        return None
    year, month, day = parts if len(parts[0]) == 4 else (parts[2], parts[0], parts[1])
    if short_years and len(year) == 2:
        year = f"{'19' if int(year) >= 69 else '20'}{year}"
    if len(year) != 4 or int(year) < EARLIEST_YEAR:
        return None
    try:
        return date(int(year), max(int(month), 1), max(int(day), 1))
    except (ValueError, OverflowError):  # a number beyond what a year or month can hold
        return None
