"""What needs the person now, as far as walk lists go."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from canvassing.selectors.lists import count_blocks_without_list, list_walk_lists
from chapters.selectors.actors import today_in
from core.http import ChapterRequest, chapter_url
from core.navigation import TodayItem
from core.permissions import has_right


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
