"""What the kernel itself shows in the frame."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.http import ChapterRequest, chapter_url
from core.navigation import (
    Area,
    SearchGroup,
    SearchHit,
    list_areas,
    list_settings,
    register_area,
    register_search,
)


def register() -> None:
    """Today at the top of the rail, Settings at its foot, and both among what can be searched."""
    register_search(search_pages, order=90)
    register_area(Area(key="today", label=_("Today"), icon="sun", url_name="core:today", order=10))
    register_area(
        Area(
            key="settings",
            label=_("Settings"),
            icon="gear",
            url_name="core:settings",
            order=90,
            shown_to=has_settings,
        )
    )


def has_settings(actor: Actor) -> bool:
    """Whether any page of Settings is this person's to open."""
    return bool(list_settings(actor))


def search_pages(request: ChapterRequest, words: str, limit: int) -> SearchGroup:
    """Areas and settings pages whose words contain all of these."""
    wanted = words.casefold().split()
    areas = [(area.label, "", area.url_name, area.icon) for area in list_areas(request.actor)]
    pages = [(page.label, page.line, page.url_name, page.icon) for page in list_settings(request.actor)]
    hits = [
        SearchHit(title=label, line=line, url=chapter_url(url_name), icon=icon)
        for label, line, url_name, icon in [*areas, *pages]
        if all(word in f"{label} {line}".casefold() for word in wanted)
    ]
    return SearchGroup(key="pages", label=_("Pages"), hits=hits[:limit], total=len(hits))
