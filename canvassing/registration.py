"""What the canvassing app adds to the kernel's registries; imported once, when the app is ready."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from canvassing import (
    rules,  # noqa: F401  (registers the table of rights)
    tasks,  # noqa: F401  (registers kinds of jobs)
)
from canvassing.documents.walk_list import place_of
from canvassing.selectors.lists import count_blocks_without_list, list_walk_lists
from chapters.selectors.actors import today_in
from core.http import ChapterRequest, chapter_url
from core.navigation import (
    Area,
    SearchGroup,
    SearchHit,
    TodayItem,
    register_area,
    register_search,
    register_today,
)
from core.permissions import has_right

register_area(
    Area(
        key="canvassing",
        label=_("Canvassing"),
        icon="door-open",
        url_name="canvassing:lists",
        order=30,
        right="canvassing.see_lists",
    )
)


@register_today
def propose_printing(request: ChapterRequest) -> Iterable[TodayItem]:
    """Blocks that have a captain and were never printed."""
    actor = request.actor
    prints_all = has_right(actor, "canvassing.print_all_lists")
    if not prints_all and not actor.block_ids:
        return []
    if prints_all:
        waiting = count_blocks_without_list(actor, on=today_in(request.chapter))
        url = chapter_url("canvassing:print_all")
    else:
        own = list(actor.block_ids)
        printed = set(list_walk_lists(actor).filter(block_id__in=own).values_list("block_id", flat=True))
        left = sorted(set(own) - printed)
        waiting = len(left)
        url = chapter_url("canvassing:print_block", block_id=left[0]) if left else ""
    if not waiting:
        return []
    title = ngettext(
        "%(count)d block has a captain and no walk list yet",
        "%(count)d blocks have a captain and no walk list yet",
        waiting,
    )
    return [
        TodayItem(
            title=title % {"count": waiting},
            line=_("A list shows every neighbour in the order of the walk, with room for what they say."),
            action=_("Print walk lists"), url=url, icon="printer", urgency=40,
        )
    ]  # fmt: skip


def search_lists(request: ChapterRequest, words: str, limit: int) -> SearchGroup | None:
    """A list by its number."""
    if not words.isdecimal() or len(words) > 9 or not has_right(request.actor, "canvassing.see_lists"):
        return None
    found = list_walk_lists(request.actor).filter(list_number=int(words))[:limit]
    hits = [
        SearchHit(
            title=str(_("List %(number)d")) % {"number": row.list_number}, line=place_of(row), icon="printer",
            url=chapter_url("canvassing:list", number=row.list_number),
        )
        for row in found
    ]  # fmt: skip
    return SearchGroup(key="lists", label=_("Walk lists"), hits=hits)


register_search(search_lists, order=40)
