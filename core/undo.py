"""After something that is easily mended: a message with an Undo button instead of a question before."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest

_MARK = "undo:"


def offer_undo(request: HttpRequest, words: Any, url: str) -> None:
    """Say what was done, with a button that posts to `url` to take it back.

    Raises:
        ValueError: `url` leads elsewhere than to this site.
    """
    if not url.startswith("/") or url.startswith("//") or any(letter.isspace() for letter in url):
        raise ValueError("Undo posts to an address of this site.")
    messages.success(request, words, extra_tags=f"{_MARK}{url}")


def undo_url_of(extra_tags: str | None) -> str:
    """The address a message's Undo button posts to, "" when it has none."""
    for tag in (extra_tags or "").split():
        if tag.startswith(_MARK):
            return tag.removeprefix(_MARK)
    return ""
