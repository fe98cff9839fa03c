"""The search box in the top bar: people, doors, pages, each app answering for its own."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core import navigation
from core.http import ChapterRequest

SHORTEST = 2
SHOWN, SHOWN_ALONE = 8, 200
"""Hits of a group among the others, and of one that is looked at by itself."""


@require_safe
def search(request: ChapterRequest) -> HttpResponse:
    """Everything found for the words, grouped by what it is; with `in`, one group at length."""
    words = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:200]
    only, is_short = request.GET.get("in", ""), len(words) < SHORTEST
    groups = [] if is_short else navigation.search(request, words, limit=SHOWN_ALONE if only else SHOWN)
    context = {
        "words": words,
        "groups": [
            (
                group,
                ""
                if only or not group.is_cut
                else group.more_url or navigation.search_url(words, only=group.key),
            )
            for group in groups
            if only in ("", group.key)
        ],
        "only": only,
        "all_url": navigation.search_url(words),
        "is_short": is_short,
    }
    return render(request, "core/search.html", context)
