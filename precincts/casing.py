"""Names and streets as people write them, where a file shouts them."""

from __future__ import annotations

import re
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_ROMAN = frozenset({"II", "III", "IV", "VI", "VII", "VIII"})
_KEPT = _ROMAN | {"NE", "NW", "SE", "SW", "JFK", "MLK"}
_AFTER_MC = 3


@lru_cache(maxsize=65536)
def in_plain_case(text: str) -> str:
    """`O'NEILL` becomes `O'Neill`, `MCDONALD ST` `McDonald St`; a text with any small letter stays as it is."""
    if not text.isupper():
        return text
    return _WORD.sub(lambda found: _plain_word(found.group()), text)


def _plain_word(word: str) -> str:
    if word in _KEPT:
        return word
    if word[0].isdigit():
        return word if len(word) <= 3 and word[-1].isalpha() and not _is_ordinal(word) else word.lower()
    if "'" in word or "’" in word:
        parts = re.split(r"(['’])", word)
        return "".join(
            part.capitalize() if len(part) > 1 or place == 0 else part.lower()
            for place, part in enumerate(parts)
        )
    if word.startswith("MC") and len(word) > _AFTER_MC:
        return "Mc" + word[2:].capitalize()
    return word.capitalize()


def _is_ordinal(word: str) -> bool:
    return re.fullmatch(r"\d+(ST|ND|RD|TH)", word) is not None
