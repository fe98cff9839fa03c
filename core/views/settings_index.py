"""Settings: every page the apps registered and this person may open, under their headings."""

from __future__ import annotations

from itertools import groupby

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core import navigation
from core.components import Card
from core.http import ChapterRequest, chapter_url


@require_safe
def settings_index(request: ChapterRequest) -> HttpResponse:
    """One card list for each section, sections in the order of their first page."""
    pages = navigation.list_settings(request.actor)
    order: dict[str, int] = {}
    for page in pages:
        order.setdefault(str(page.section), len(order))
    pages.sort(key=lambda page: order[str(page.section)])
    sections = [
        (heading or _("General"), [_card(page) for page in group])
        for heading, group in groupby(pages, key=lambda page: str(page.section))
    ]
    return render(request, "core/settings.html", {"sections": sections, "area": "settings"})


def _card(page: navigation.SettingsPage) -> Card:
    return Card(title=page.label, line=page.line, icon=page.icon, url=chapter_url(page.url_name))
