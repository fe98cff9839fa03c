"""What needs the person now, as far as precincts and blocks go."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import NoReverseMatch
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chapters.selectors.actors import today_in
from core.http import ChapterRequest, chapter_url
from core.navigation import TodayItem
from core.permissions import has_right
from core.templatetags.formats import day, number
from precincts.models import Block
from precincts.selectors.corrections import count_open_corrections
from precincts.selectors.hand_shakes import count_awaited
from precincts.selectors.matches import list_proposals
from precincts.selectors.precincts import get_chapter_progress
from precincts.selectors.seats import SOON, list_deadlines


def list_organizer_items(request: ChapterRequest) -> Iterator[TodayItem]:
    """The next step from a voter file to captains, for whoever cuts blocks. Three queries."""
    if not has_right(request.actor, "precincts.cut_blocks"):
        return
    progress = get_chapter_progress(request.chapter.pk, today_in(request.chapter))
    if not progress.voters:
        yield TodayItem(
            title=_("Import your voter file"),
            line=_("Everything here grows from it: precincts, doors, blocks and lists."),
            action=_("Import a voter file"),
            url=_import_url(),
            icon="file-earmark-person",
            urgency=30,
        )
        return
    if progress.uncut:
        yield TodayItem(
            title=ngettext(
                "%(count)s precinct has no blocks yet",
                "%(count)s precincts have no blocks yet",
                progress.uncut,
            )
            % {"count": number(progress.uncut)},
            line=_("A block is some %(voters)d neighbours that one captain can know.")
            % {"voters": request.chapter.voters_per_block},
            action=_("Cut blocks"),
            url=chapter_url("precincts:cut_all"),
            icon="scissors",
            urgency=40,
        )
    if progress.vacant:
        yield TodayItem(
            title=ngettext(
                "%(count)s block has no captain", "%(count)s blocks have no captain", progress.vacant
            )
            % {"count": number(progress.vacant)},
            line=_("%(filled)s of %(blocks)s blocks are in good hands.")
            % {"filled": number(progress.blocks - progress.vacant), "blocks": number(progress.blocks)},
            action=_("Find captains"),
            url=chapter_url("precincts:roster") + "?state=vacant",
            icon="person-plus",
            urgency=50,
        )


def list_captain_items(request: ChapterRequest) -> Iterator[TodayItem]:
    """The blocks one keeps. One query."""
    if not request.actor.block_ids:
        return
    blocks = Block.objects.visible_to(request.actor).open().filter(pk__in=request.actor.block_ids)
    for block in blocks.select_related("precinct").order_by("precinct__code", "number"):
        yield TodayItem(
            title=_("Your block %(block)s in precinct %(code)s")
            % {"block": block, "code": block.precinct.code},
            line=_("Your neighbours, door by door, and what they told you."),
            action=_("Open my block"),
            url=chapter_url("precincts:block_book", block_id=block.pk),
            icon="house-heart",
            urgency=45,
        )


def list_seat_items(request: ChapterRequest) -> Iterator[TodayItem]:
    """Seats whose filing closes soon, for whoever keeps them. One query."""
    if not has_right(request.actor, "precincts.edit_seats"):
        return
    on = today_in(request.chapter)
    closing = [one for one in list_deadlines(request.actor, on) if one.what == "filing_closes_on"]
    soon = [one for one in closing if one.on - on <= SOON]
    if soon:
        count = sum(one.seats for one in soon)
        yield TodayItem(
            title=ngettext(
                "Filing closes on %(day)s for %(count)s committee seat",
                "Filing closes from %(day)s on for %(count)s committee seats",
                count,
            )
            % {"count": number(count), "day": day(soon[0].on)},
            line=_("After that day nobody can stand for them."),
            action=_("See the seats"),
            url=chapter_url("precincts:seats") + "?state=closing",
            icon="door-closed",
            urgency=35,
        )


def list_correction_items(request: ChapterRequest) -> Iterator[TodayItem]:
    """What captains say the file has wrong and waits for an answer, for whoever decides. One query."""
    if not has_right(request.actor, "precincts.decide_corrections"):
        return
    waiting = count_open_corrections(request.actor)
    if waiting:
        yield TodayItem(
            title=ngettext(
                "%(count)s correction to the file waits", "%(count)s corrections to the file wait", waiting
            )
            % {"count": number(waiting)},
            line=_("Captains say what is wrong; approve it or say why not."),
            action=_("Answer them"),
            url=chapter_url("precincts:corrections") + "?state=open",
            icon="pencil-square",
            urgency=35,
        )


def list_match_items(request: ChapterRequest) -> Iterator[TodayItem]:
    """People added by hand who may stand in the file by now, for whoever leads their precinct. At most three queries."""
    if not has_right(request.actor, "precincts.match_people"):
        return
    people = {one.added.pk for one in list_proposals(request.actor)}
    if people:
        yield TodayItem(
            title=ngettext(
                "A neighbour added by hand may be in the file now",
                "%(count)s neighbours added by hand may be in the file now",
                len(people),
            )
            % {"count": number(len(people))},
            line=_("Say who is the same person; then what was noted of them stands in one place."),
            action=_("Compare them"),
            url=chapter_url("precincts:matches"),
            icon="person-check",
            urgency=48,
        )


def list_hand_shake_items(request: ChapterRequest) -> Iterator[TodayItem]:
    """Answers awaited of oneself or of one's neighbours, whether two may help each other. One query."""
    if not has_right(request.actor, "precincts.speak_for"):
        return
    awaited = count_awaited(request.actor, today_in(request.chapter))
    if awaited:
        yield TodayItem(
            title=ngettext("%(count)s answer is awaited", "%(count)s answers are awaited", awaited)
            % {"count": number(awaited)},
            line=_("Somebody may help, or be helped: ask whether they want to meet."),
            action=_("See whom to ask"),
            url=chapter_url("precincts:hand_shakes") + "?state=asked",
            icon="people",
            urgency=30,
        )


def _import_url() -> str:
    try:
        return chapter_url("precincts:import_voters")
    except NoReverseMatch:
        return chapter_url("precincts:index")
