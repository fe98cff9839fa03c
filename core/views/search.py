"""The search box in the top bar: people, doors, pages, each app answering for its own."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core import navigation
from core.http import ChapterRequest

SHORTEST = 2


@require_safe
def search(request: ChapterRequest) -> HttpResponse:
    """Everything found for the words, grouped by what it is."""
    words = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:200]
    groups = navigation.search(request, words) if len(words) >= SHORTEST else []
    context = {"words": words, "groups": groups, "is_short": len(words) < SHORTEST}
    return render(request, "core/search.html", context)
