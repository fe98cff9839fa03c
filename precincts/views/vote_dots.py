"""Which elections somebody voted in, as dots with the year in each and in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple, Protocol

from django.utils import formats
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _


class Vote(Protocol):
    """One election as it counts for somebody; `voted` is None where they were not registered yet."""

    @property
    def held_on(self) -> date: ...
    @property
    def voted(self) -> bool | None: ...


_TAGS = {True: "b", False: "i", None: "s"}


def say_votes(votes: Sequence[Vote]) -> str:
    """ "voted 2022, 2024; did not vote 2026": with the month where a year has several."""
    years = Counter(vote.held_on.year for vote in votes)
    said: dict[bool | None, list[str]] = {}
    for vote in votes:
        day = vote.held_on
        words = str(day.year) if years[day.year] == 1 else formats.date_format(day, "M Y", use_l10n=False)
        said.setdefault(vote.voted, []).append(words)
    names = {True: _("voted"), False: _("did not vote"), None: _("not registered")}
    return "; ".join(f"{name} {', '.join(said[voted])}" for voted, name in names.items() if voted in said)


def draw_votes(votes: Sequence[Vote]) -> SafeString:
    """The dots, the oldest first: filled where they voted, dashed before they registered."""
    if not votes:
        return SafeString("")
    return _draw(get_language(), tuple((vote.held_on, vote.voted) for vote in votes))


class _Vote(NamedTuple):
    held_on: date
    voted: bool | None


@lru_cache(maxsize=4096)
def _draw(_language: str | None, pairs: tuple[tuple[date, bool | None], ...]) -> SafeString:
    """A block's neighbours have voted in a few ways only: each is drawn once in a language."""
    votes = [_Vote(*pair) for pair in pairs]
    dots = format_html_join(
        "", "<{0}>{1}</{0}>", ((_TAGS[vote.voted], f"{vote.held_on:%y}") for vote in votes)
    )
    return format_html('<span class="votes" role="img" aria-label="{}">{}</span>', say_votes(votes), dots)
