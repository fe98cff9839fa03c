"""Home: what needs this person now, in order, each with one button; and the phone's "More"."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core import navigation
from core.http import ChapterRequest

SHOWN = 12


@require_safe
def today(request: ChapterRequest) -> HttpResponse:
    """What every app says needs this person now."""
    items = navigation.list_today(request)
    context = {"first": items[:1], "items": items[1:SHOWN], "hidden": max(0, len(items) - SHOWN)}
    return render(request, "core/today.html", context)


@require_safe
def menu(request: ChapterRequest) -> HttpResponse:
    """Every place this person may go to, on one page: the phone's "More"."""
    context = {
        "settings_pages": navigation.list_settings(request.actor),
        "chapters": navigation.list_chapters(request),
    }
    return render(request, "core/menu.html", context)
