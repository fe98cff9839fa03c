"""How texts name a person: the patterns that find a name, an e-mail address and a phone number in any writing.

Patterns are regular expressions as PostgreSQL and Python both read them, for text and for text inside JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import product

from chapters.same_people import phone_key

_MOST_NAMES = 6
_NO_LETTER_BEFORE, _NO_LETTER_AFTER = r"(?<![[:alnum:]])", r"(?![[:alnum:]])"


def list_patterns(
    first_names: Iterable[str], last_names: Iterable[str], emails: Iterable[str], phones: Iterable[str]
) -> list[str]:
    """Patterns that find every way one person is named, to be matched without regard to case.

    A first name alone names many; it is looked for only where a person has no other.
    """
    firsts = [name for name in dict.fromkeys(map(_squeeze, first_names)) if name][:_MOST_NAMES]
    lasts = [name for name in dict.fromkeys(map(_squeeze, last_names)) if name][:_MOST_NAMES]
    words = [f"{first} {last}" for first, last in product(firsts, lasts)]
    words += [f"{last}, {first}" for first, last in product(firsts, lasts)]
    words += emails
    found = [pattern for word in dict.fromkeys(words) if word for pattern in _word_patterns(word)]
    return found + [_digits_pattern(phone_key(phone)) for phone in dict.fromkeys(phones) if phone_key(phone)]


def _squeeze(text: str) -> str:
    return " ".join(text.split())


def _word_patterns(word: str) -> Iterable[str]:
    written = dict.fromkeys((word, json.dumps(word, ensure_ascii=False)[1:-1]))
    for text in written:
        yield f"{_NO_LETTER_BEFORE}{_escape(text)}{_NO_LETTER_AFTER}"


def _escape(text: str) -> str:
    return "".join(
        letter if letter.isalnum() or not letter.isascii() else r"\s+" if letter == " " else f"\\{letter}"
        for letter in text
    )


def _digits_pattern(digits: str) -> str:
    return r"(?<![0-9])(\+?1[^0-9]{0,3})?\(?" + r"[^0-9]{0,3}".join(digits) + r"(?![0-9])"
