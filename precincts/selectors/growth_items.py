"""What needs the person now, as far as blocks too large and standing in go."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chapters.selectors.actors import today_in
from core.http import ChapterRequest, chapter_url
from core.navigation import TodayItem
from core.permissions import has_right
from core.templatetags.formats import day, number
from precincts.models import Block, BlockAssignment
from precincts.selectors.absences import get_stand_ins


def list_overload_items(request: ChapterRequest) -> Iterator[TodayItem]:
    """Blocks with a captain that have become too large for one person, for whoever may split them. One query."""
    if not has_right(request.actor, "precincts.edit_blocks"):
        return
    limit = request.chapter.most_voters
    kept = BlockAssignment.objects.in_force(today_in(request.chapter)).captains().filter(block=OuterRef("pk"))
    blocks = Block.objects.on_roster_of(request.actor).open().filter(Exists(kept), figures__voters__gt=limit)
    rows = list(blocks.select_related("precinct").order_by("-figures__voters", "pk"))
    if rows:
        yield TodayItem(
            title=ngettext(
                "%(count)s captain has more than %(limit)s neighbours",
                "%(count)s captains have more than %(limit)s neighbours",
                len(rows),
            )
            % {"count": number(len(rows)), "limit": number(limit)},
            line=_(
                "That is too much for one person. Split the block; the captain keeps the half nearer to home."
            ),
            action=_("Split block %(block)s in precinct %(code)s")
            % {"block": rows[0], "code": rows[0].precinct.code},
            url=chapter_url("precincts:split_block", block_id=rows[0].pk),
            icon="scissors",
            urgency=49,
        )


def list_stand_in_items(request: ChapterRequest) -> Iterator[TodayItem]:
    """The blocks one stands in for today. One query, none for who keeps no block."""
    if not request.actor.block_ids:
        return
    for block_id, one in get_stand_ins(request.actor.block_ids, today_in(request.chapter)).items():
        if one.member.pk == request.actor.member_id:
            yield TodayItem(
                title=_("You stand in for %(name)s") % {"name": one.captain},
                line=one.absence.note
                or _("Until %(day)s the neighbours of the block are yours.") % {"day": day(one.until)},
                action=_("Open the block"),
                url=chapter_url("precincts:block_book", block_id=block_id),
                icon="suitcase-lg",
                urgency=25,
            )
