"""Words as they are compared: without case and accents, with single spaces between."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"\w+")
_WHOLE = str.maketrans({"ł": "l", "đ": "d", "ð": "d", "ø": "o", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i"})
"""Letters that are no letter with a mark, and are typed without it all the same."""


def fold(text: str) -> str:
    """`"  Fährt Rad, José "` becomes `"fahrt rad jose"`; folding twice changes nothing more."""
    return " ".join(list_words(text))


def list_words(text: str) -> list[str]:
    """The words of a text, folded, in their order; what stands between letters and digits is left out."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(one for one in letters if not unicodedata.combining(one))
    return _WORD.findall(plain.casefold().translate(_WHOLE).replace("_", " "))
