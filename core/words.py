"""Words that are kept and read later, perhaps by somebody of another language: written in every language at once.

A kept translation stays what it was when the code's wording changes, and a search finds it as it is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.utils import translation

Saying = str | Any | Callable[[], Any]
"""A text, a lazy translation, or a function that puts the text together in the language in force."""


def in_all_languages(saying: Saying, *, longest: int) -> dict[str, str]:
    """The words in each language of the site, by its code, each at most `longest` characters."""
    said = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            said[code] = str(saying() if callable(saying) else saying)[:longest]
    return said


def in_readers_language(said: Mapping[str, str]) -> str:
    """Kept words in the language in force, or in the site's own where it was not known yet."""
    return said.get(readers_language()) or said.get(settings.LANGUAGE_CODE, "")


def readers_language() -> str:
    """The code, as in LANGUAGES, of the language in force."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    known = dict(settings.LANGUAGES)
    return language if language in known else language.partition("-")[0]
