"""The block book: the neighbours of one block, door by door, and what they told their captain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect, push_url

from chapters.selectors.actors import today_in
from chapters.services import audit
from core.http import ChapterRequest, chapter_url, optional_url, require_perm
from core.permissions import has_right
from precincts.casing import in_plain_case
from precincts.enums import CaptaincyKind, FactSource
from precincts.forms.book_looks import LookForm
from precincts.forms.facts import FactForm
from precincts.models import Block, BlockAssignment, Correction, Fact, Voter
from precincts.selectors.absences import get_stand_ins
from precincts.selectors.block_news import get_block_news
from precincts.selectors.corrections import list_standing_corrections
from precincts.selectors.neighbours import Door, Neighbour, get_neighbour, list_doors, read_elections
from precincts.selectors.roster import find_handover, list_block_assignments
from precincts.services.book_looks import remember_look
from precincts.services.facts import record_fact, retract_fact
from precincts.views.book_drawing import BookDrawer, list_icons
from precincts.views.correction_words import say_correction
from precincts.views.links import neighbour_url
from precincts.views.neighbour_words import SaidNeighbour, say_neighbour
from precincts.views.news_words import say_news


@dataclass(frozen=True, slots=True)
class BookCounts:
    """What the head of the book says."""

    doors: int
    neighbours: int
    hot: int
    known: int
    voted: int


@require_safe
def my_block(request: ChapterRequest) -> HttpResponse:
    """One's own block book, the choice between several, or why there is none."""
    blocks = Block.objects.visible_to(request.actor).open().filter(pk__in=request.actor.block_ids)
    rows = list(blocks.select_related("precinct").order_by("precinct__code", "number"))
    if len(rows) == 1:
        return redirect(chapter_url("precincts:block_book", block_id=rows[0].pk))
    context = {"blocks": rows, "may_see_roster": has_right(request.actor, "precincts.see_roster")}
    return render(request, "precincts/block_book/mine.html", context)


@require_safe
def block_book(request: ChapterRequest, block_id: int) -> HttpResponse:
    """The doors of a block in walk order, everybody behind them, how they vote, what is known of them."""
    return _draw_book(request, _get_block(request, block_id))


@require_POST
def book_seen(request: ChapterRequest, block_id: int) -> HttpResponse:
    """Somebody has seen the news of the book; the next ones begin where these end."""
    block = _get_block(request, block_id)
    form = LookForm(request.POST)
    if not form.is_valid():
        return _draw_book(request, block, status=422)
    remember_look(block=block, by=request.actor, at=timezone.now(), through=form.cleaned_data["through"])
    messages.success(request, _("Noted: the next news begin here."))
    return redirect(chapter_url("precincts:block_book", block_id=block.pk))


def _get_block(request: ChapterRequest, block_id: int) -> Block:
    rows = Block.objects.visible_to(request.actor).open().select_related("precinct", "chapter")
    block: Block = get_object_or_404(rows, pk=block_id)
    require_perm(request, "precincts.see_block_book", block)
    return block


def _draw_book(request: ChapterRequest, block: Block, *, status: int = 200) -> HttpResponse:
    on = today_in(request.chapter)
    elections = read_elections(request.chapter, on=on)
    doors = list_doors(block, on=on, elections=elections)
    words = request.GET.get("q", "").replace("\x00", "").strip()[:80]
    shown = [door for door in doors if not words or _matches(door, words)]
    audit.record(
        by=request.actor, verb="precincts.book_read", row=block, rows=sum(len(d.neighbours) for d in shown),
        summary=lambda: _("Opened the block book of block %(block)s in precinct %(code)s")
        % {"block": block, "code": block.precinct.code},
    )  # fmt: skip
    marks = next((one.marks for door in doors for one in door.neighbours), ())
    corrections = list_standing_corrections(one.voter_id for door in shown for one in door.neighbours)
    said = [
        (door, in_plain_case(door.address), [_say(one, corrections) for one in door.neighbours])
        for door in shown
    ]
    news = None if words else say_news(get_block_news(block, user_id=request.actor.user_id, on=on), doors)
    rights = _rights(request, block)
    drawer = BookDrawer(request, may_add=rights["may_add"], may_add_neighbour=rights["may_add_neighbour"])
    years = list(list_block_assignments(block))
    captains = sorted((year for year in years if year.serves(on)), key=_backups_last)
    # Only a backup stands in.
    may_be_away = any(row.kind == CaptaincyKind.BACKUP for row in captains)
    context = {
        "area": "my_block" if block.pk in request.actor.block_ids else "",
        "block_row": block,
        "precinct": block.precinct,
        "doors": said,
        "drawn": [drawer.door(door, address, some) for door, address, some in said],
        "icons": sorted(
            {"x-lg", "signpost-2"}
            | list_icons(one for _door, _where, some in said for one in some)
            | {one.icon for one in (news.items if news else ())}
        ),
        "words": words,
        "news": news,
        "voting": elections.voting,
        "counts": _count(doors),
        "captains": captains,
        "captaincy": next((row for row in captains if row.kind == CaptaincyKind.CAPTAIN), None),
        "stand_in": get_stand_ins([block.pk], on).get(block.pk) if may_be_away else None,
        "handover": find_handover(years, on),
        "elections": marks,
        "hot_from": min(request.chapter.hot_from, len(marks)),
        **rights,
    }
    return render(request, "precincts/block_book/book.html", context, status=status)


def _backups_last(year: BlockAssignment) -> tuple[bool, date, int]:
    return year.kind == CaptaincyKind.BACKUP, year.starts_on, year.pk


def _rights(request: ChapterRequest, block: Block) -> dict[str, Any]:
    """What the reader may do on the page of a block's book."""
    return {
        "may_add": has_right(request.actor, "precincts.add_fact", block),
        "may_add_neighbour": has_right(request.actor, "precincts.add_neighbour", block),
        "may_assign": has_right(request.actor, "precincts.assign_captain", block),
        "may_edit": has_right(request.actor, "precincts.edit_blocks", block.precinct),
        "may_see_precinct": has_right(request.actor, "precincts.see_precinct", block.precinct),
        "lists_url": optional_url("canvassing:block_lists", block_id=block.pk),
    }


def _matches(door: Door, words: str) -> bool:
    """Every word stands somewhere in the address or in one neighbour's name."""
    parts = words.casefold().split()
    texts = [door.address.casefold()] + [f"{door.address} {one.name}".casefold() for one in door.neighbours]
    return any(all(part in text for part in parts) for text in texts)


def _count(doors: list[Door]) -> BookCounts:
    people = [neighbour for door in doors for neighbour in door.neighbours]
    return BookCounts(
        doors=len(doors),
        neighbours=len(people),
        hot=sum(1 for one in people if one.heat == "hot"),
        known=sum(1 for one in people if one.facts),
        voted=sum(1 for one in people if one.has_voted),
    )


def _say(one: Neighbour, corrections: Mapping[int, list[Correction]]) -> SaidNeighbour:
    said = say_neighbour(one)
    found = corrections.get(one.voter_id)
    return replace(said, corrections=[say_correction(row) for row in found]) if found else said


def _voter_to_note(request: ChapterRequest, voter_id: int) -> Voter:
    voter: Voter = get_object_or_404(
        Voter.objects.visible_to(request.actor).select_related("household__block__chapter"), pk=voter_id
    )
    require_perm(request, "precincts.add_fact", voter)
    return voter


@require_http_methods(["GET", "HEAD", "POST"])
def add_fact(request: ChapterRequest, voter_id: int) -> HttpResponse:
    """The form for what a neighbour said, and noting it; answers with the neighbour's part of the book."""
    voter = _voter_to_note(request, voter_id)
    neighbour_url(voter)
    form = FactForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _answer(request, voter, form=form)
    record_fact(voter=voter, source=FactSource.CAPTAIN, by=request.actor, at=timezone.now(), **form.learned)
    return _answer(request, voter, said=_("Noted."))


@require_POST
def take_fact_back(request: ChapterRequest, fact_id: int) -> HttpResponse:
    """Take back what was noted; it stays on record and no longer counts."""
    seen = Voter.objects.visible_to(request.actor).values("pk")
    fact = get_object_or_404(
        Fact.objects.visible_to(request.actor)
        .filter(Q(voter__in=seen) | Q(voter__merged_into__in=seen))
        .select_related("voter"),
        pk=fact_id,
    )
    voter = _voter_to_note(request, fact.voter.merged_into_id or fact.voter_id)
    neighbour_url(voter)
    retract_fact(fact=fact, by=request.actor, at=timezone.now())
    return _answer(request, voter, said=_("Taken back."))


def _answer(
    request: ChapterRequest, voter: Voter, *, form: FactForm | None = None, said: str = ""
) -> HttpResponse:
    """The neighbour's fragment for HTMX; without script or block, the page that shows the neighbour."""
    household = voter.household
    block = household.block if household is not None else None
    if form is None and (block is None or not request.htmx):
        messages.success(request, said)
    if block is None:
        if form is not None and form.is_bound:
            messages.error(request, " ".join(str(one) for some in form.errors.values() for one in some))
        return (
            HttpResponseClientRedirect(neighbour_url(voter))
            if request.htmx
            else redirect(neighbour_url(voter))
        )
    status = 422 if form is not None and form.is_bound else 200
    if not request.htmx and form is None:
        return redirect(neighbour_url(voter))
    door, one = get_neighbour(voter, request.chapter, on=today_in(request.chapter))
    neighbour = _say(one, list_standing_corrections([voter.pk]))
    asked = {
        "neighbour": neighbour,
        "form": form,
        "form_id": uuid4(),
        "may_add_neighbour": has_right(request.actor, "precincts.add_neighbour", voter),
    }
    drawn = BookDrawer(request, may_add=True, sheeted=False).neighbour(
        neighbour,
        said=said,
        form=render_to_string("precincts/block_book/fact_form.html", asked, request) if form else "",
    )
    if request.htmx:
        # The form's address is no page of its own to the book.
        return push_url(HttpResponse(drawn, status=status), False)
    context = {
        "address": in_plain_case(door.address), "neighbour": neighbour, "block_row": block, "drawn": drawn
    }  # fmt: skip
    return render(request, "precincts/block_book/add_fact.html", context, status=status)
