"""What the search box finds in the canvassing app."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from canvassing.selectors.lists import list_walk_lists, place_of
from core.http import ChapterRequest, chapter_url, read_id
from core.navigation import SearchGroup, SearchHit
from core.permissions import has_right


def search_lists(request: ChapterRequest, words: str, limit: int) -> SearchGroup | None:
    """A list by its number."""
    number = read_id(words)
    if number is None or not has_right(request.actor, "canvassing.see_lists"):
        return None
    found = list_walk_lists(request.actor).filter(list_number=number)[:limit]
    hits = [
        SearchHit(
            title=str(_("List %(number)d")) % {"number": row.list_number}, line=place_of(row), icon="printer",
            url=chapter_url("canvassing:list", number=row.list_number),
        )
        for row in found
    ]  # fmt: skip
    return SearchGroup(key="lists", label=_("Walk lists"), hits=hits)
