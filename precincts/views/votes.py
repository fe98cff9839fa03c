"""Votes delivered: an election by precinct and block, with a captain and without, and a block's own elections."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from chapters.selectors.actors import today_in
from chapters.services import audit
from core.components import Stat
from core.http import ChapterRequest, chapter_url, require_perm
from core.lists import ListPage
from core.permissions import has_right
from core.templatetags.formats import number, percent
from precincts.models import Block, Election, Precinct
from precincts.selectors.returned import get_voting
from precincts.selectors.vote_lists import list_blocks_of, list_precincts_of
from precincts.selectors.votes import (
    PlaceVotes,
    VotesReport,
    get_report,
    list_block_votes,
    list_comparable,
    list_elections,
    list_scope,
)
from precincts.views.vote_lists import ELECTIONS, goal_badge, make_block_list, make_precinct_list, say_place
from precincts.views.vote_words import (
    draw_comparison,
    draw_precincts,
    say_comparison,
    say_known,
    say_points,
    say_sides,
)


@require_safe
def votes(request: ChapterRequest) -> HttpResponse:
    """The elections of which votes are known."""
    require_perm(request, "precincts.see_votes")
    on = today_in(request.chapter)
    page = ELECTIONS.read(request, list_elections(request.chapter, on))
    context = {
        "page": page,
        "voting": get_voting(request.chapter, on),
        "may_import": has_right(request.actor, "precincts.import_files"),
    }
    return render(request, "precincts/votes/index.html", context)


@require_safe
def votes_delivered(request: ChapterRequest, election_id: int) -> HttpResponseBase:
    """One election over all precincts the reader may see: turnout, goals, blocks with and without a captain."""
    require_perm(request, "precincts.see_votes")
    report, others = _read(request, election_id, list_scope(request.actor))
    page = make_precinct_list(report).read(request, list_precincts_of(report), kept=_kept(report, others))
    if page.wants_csv:
        return _export(request, page, "votes-by-precinct.csv")
    context = _context(request, report, others) | {"page": page, "chart": draw_precincts(report, page)}
    return render(request, "precincts/votes/election.html", context)


@require_safe
def votes_by_block(request: ChapterRequest, election_id: int) -> HttpResponseBase:
    """The same election block by block."""
    require_perm(request, "precincts.see_votes")
    report, others = _read(request, election_id, list_scope(request.actor))
    page = make_block_list(report).read(request, list_blocks_of(report), kept=_kept(report, others))
    if page.wants_csv:
        return _export(request, page, "votes-by-block.csv")
    context = _context(request, report, others) | {"page": page}
    return render(request, "precincts/votes/blocks.html", context)


@require_safe
def votes_of_precinct(request: ChapterRequest, election_id: int, precinct_id: int) -> HttpResponseBase:
    """One election in one precinct, with its blocks."""
    row: Precinct = get_object_or_404(Precinct.objects.visible_to(request.actor), pk=precinct_id)
    require_perm(request, "precincts.see_votes", row)
    report, others = _read(request, election_id, [row.pk])
    page = make_block_list(report).read(request, list_blocks_of(report, row), kept=_kept(report, others))
    if page.wants_csv:
        return _export(request, page, "votes-by-block.csv")
    own = report.precincts.get(row.pk, report.whole)
    context = _context(request, report, others, own) | {"page": page, "precinct": row}
    return render(request, "precincts/votes/precinct.html", context)


@require_safe
def precinct_votes(request: ChapterRequest, precinct_id: int) -> HttpResponse:
    """On to a precinct's newest election; to the list of elections while there is none."""
    row: Precinct = get_object_or_404(Precinct.objects.visible_to(request.actor), pk=precinct_id)
    require_perm(request, "precincts.see_votes", row)
    election = list_elections(request.chapter, today_in(request.chapter)).first()
    if election is None:
        return redirect(chapter_url("precincts:votes"))
    return redirect(chapter_url("precincts:votes_of_precinct", election_id=election.pk, precinct_id=row.pk))


@require_safe
def block_votes(request: ChapterRequest, block_id: int) -> HttpResponse:
    """One block's last elections: for its captain, who may see nobody else's."""
    block: Block = get_object_or_404(
        Block.objects.visible_to(request.actor).select_related("precinct", "chapter"), pk=block_id
    )
    require_perm(request, "precincts.see_block_votes", block)
    on = today_in(request.chapter)
    rows = [
        (election, one, say_place(one), whole, goal_badge(one))
        for election, one, whole in list_block_votes(block, on)
    ]
    context = {
        "block_row": block,
        "precinct": block.precinct,
        "rows": [row for row in rows if row[1].now.registered],
        "before": [row[0] for row in rows if not row[1].now.registered],
        "may_see_votes": has_right(request.actor, "precincts.see_votes", block.precinct),
        "may_see_precinct": has_right(request.actor, "precincts.see_precinct", block.precinct),
    }
    return render(request, "precincts/votes/block.html", context)


def _read(
    request: ChapterRequest, election_id: int, precinct_ids: list[int] | None
) -> tuple[VotesReport, list[Election]]:
    """The report as the address asks for it, and the elections it can be compared with."""
    on = today_in(request.chapter)
    election: Election = get_object_or_404(list_elections(request.chapter, on), pk=election_id)
    others = list_comparable(election, on)
    asked = request.GET.get("against", "")
    compared = next((one for one in others if str(one.pk) == asked), others[0] if others else None)
    return get_report(request.chapter, election, compared, on=on, precinct_ids=precinct_ids), others


def _kept(report: VotesReport, others: list[Election]) -> dict[str, str]:
    if report.compared is None or report.compared == others[0]:
        return {}
    return {"against": str(report.compared.pk)}


def _export(request: ChapterRequest, page: ListPage, filename: str) -> HttpResponseBase:
    audit.log_export(by=request.actor, what="votes", says=_("votes delivered"), count=page.total)
    return page.csv(filename)


def _context(
    request: ChapterRequest, report: VotesReport, others: list[Election], own: PlaceVotes | None = None
) -> dict[str, Any]:
    election = report.election
    return {
        "election": election,
        "report": report,
        "others": others,
        "stats": _stats(report, own),
        "sides": say_sides(report.comparison),
        "findings": say_comparison(report),
        "cover_chart": draw_comparison(report),
        "known": say_known(report),
        "imported_at": election.imported_at,  # type: ignore[attr-defined]
        "may_import": has_right(request.actor, "precincts.import_files"),
    }


def _stats(report: VotesReport, own: PlaceVotes | None) -> list[Stat]:
    one = own or report.whole
    reached, having = report.goals
    is_so_far = report.election.is_awaited
    stats = [
        Stat(number=number(one.now.registered), words=_("neighbours registered on the day")),
        Stat(
            number=number(one.now.voted),
            words=_("have voted, by the lists so far") if is_so_far else _("voted"),
        ),
        Stat(
            number="–" if one.percent is None else percent(one.percent, 1),
            words=_("turnout so far") if is_so_far else _("turnout"),
            change=_say_before(report, one),
            percent=one.percent,
        ),
    ]
    if own is not None and own.goal is not None:
        stats.append(
            Stat(
                number=percent(float(own.goal), 1), words=_("goal of the precinct"),
                change=gettext("reached") if own.has_reached else gettext("not reached"),
            )
        )  # fmt: skip
    elif own is None and having:
        words = ngettext("precinct with a goal reached it", "precincts with a goal reached it", having)
        stats.append(Stat(number=f"{number(reached)} / {number(having)}", words=words))
    return stats


def _say_before(report: VotesReport, one: PlaceVotes) -> str:
    if one.change is None or one.before is None or report.compared is None:
        return ""
    words = {
        "points": say_points(one.change), "before": percent(one.before.percent, 1), "name": report.compared.name,
    }  # fmt: skip
    return gettext("%(points)s; %(name)s: %(before)s") % words
