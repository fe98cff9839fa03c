"""Words that are kept and read later, perhaps by somebody of another language: written in every language at once.

A kept translation stays what it was when the code's wording changes, and a search finds it as it is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.utils import translation

Saying = str | Any | Callable[[], Any]
"""A text, a lazy translation, or a function that puts the text together in the language in force.

A lazy translation whose placeholders were filled is a text of one language: such words come as a function.
"""


def say(saying: Saying) -> str:
    """The words in the language in force."""
    return str(saying() if callable(saying) else saying)


def in_all_languages(saying: Saying, *, longest: int | None = None) -> dict[str, str]:
    """The words in each language of the site, by its code, each at most `longest` characters."""
    kept = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            kept[code] = say(saying)[:longest]
    return kept


def in_readers_language(kept: Mapping[str, str]) -> str:
    """Kept words in the language in force, or in the site's own where it was not known yet."""
    return kept.get(readers_language()) or kept.get(settings.LANGUAGE_CODE, "")


def readers_language() -> str:
    """The code, as in LANGUAGES, of the language in force."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    known = dict(settings.LANGUAGES)
    return language if language in known else language.partition("-")[0]
