"""Words from people, made fit for a mail's headers and for one line of its text. Pure.

A name may hold whatever somebody typed or imported: line breaks that would begin a header of their own, marks that
turn the writing direction, ten thousand letters.
"""

from __future__ import annotations

import unicodedata

LONGEST_NAME = 80
LONGEST_SUBJECT = 200


def one_line(text: str, longest: int = LONGEST_NAME) -> str:
    """The text without control, format and other invisible characters, on one line, at most `longest` characters.

    Line breaks and tabs count as spaces; what is cut ends in an ellipsis. The marks that join letters and emoji
    (ZWJ, ZWNJ) stay.
    """
    beginning = text[: longest * 20]  # enough of any text; normal names are nowhere near
    seen = "".join(letter for letter in (_seen(letter) for letter in beginning))
    line = " ".join(seen.split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


_JOINERS = "\u200c\u200d"


def _seen(letter: str) -> str:
    category = unicodedata.category(letter)
    if category in ("Zl", "Zp") or letter in "\r\n\t\v\f\x1c\x1d\x1e\x85":
        return " "
    return letter if not category.startswith("C") or letter in _JOINERS else ""
