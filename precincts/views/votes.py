"""Votes delivered: an election by precinct and block, with a captain and without, and a block's own elections."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from chapters.selectors.actors import today_in
from chapters.services import audit
from core.components import Badge, Stat
from core.http import ChapterRequest, chapter_url, require_perm
from core.lists import Column, Filter, ListPage, ListSpec, Rows
from core.permissions import has_right
from core.templatetags.formats import day, number, percent, when
from precincts.enums import ElectionKind
from precincts.models import Block, Election, Precinct
from precincts.selectors.returned import get_voting
from precincts.selectors.votes import (
    PlaceVotes,
    VotesReport,
    get_report,
    list_block_votes,
    list_blocks_of,
    list_comparable,
    list_elections,
    list_precincts_of,
    list_scope,
)
from precincts.views.vote_words import (
    draw_comparison,
    draw_precincts,
    say_comparison,
    say_known,
    say_points,
    say_sides,
)


def _source_badge(election: Election) -> Badge:
    if election.is_awaited:
        return Badge(word=_("ballots returned so far"), icon="hourglass-split", tone="mark")
    return Badge(word=_("official history"), icon="check-circle", tone="good")


ELECTIONS = ListSpec(
    key="votes",
    columns=(
        Column(
            "election", _("Election"), lambda e: e.name, sort=("name",), title=True,
            url=lambda e: chapter_url("precincts:votes_delivered", election_id=e.pk),
        ),
        Column("day", _("Day"), lambda e: e.held_on, sort=("held_on",)),
        Column("kind", _("Kind"), lambda e: e.get_kind_display()),
        Column(
            "source", _("Counted from"), lambda e: _source_badge(e).word, badge=_source_badge,
            line=lambda e: when(e.imported_at) if e.is_awaited else "",
        ),
    ),
    filters=(Filter("kind", _("Kind"), ElectionKind.choices, lambda rows, value: rows.filter(kind=value)),),
    order=("-held_on", "pk"),
)  # fmt: skip


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
    page = _precinct_list(report).read(request, list_precincts_of(report), kept=_kept(report, others))
    if page.wants_csv:
        return _export(request, page, "votes-by-precinct.csv")
    context = _context(request, report, others) | {"page": page, "chart": draw_precincts(report, page)}
    return render(request, "precincts/votes/election.html", context)


@require_safe
def votes_by_block(request: ChapterRequest, election_id: int) -> HttpResponseBase:
    """The same election block by block."""
    require_perm(request, "precincts.see_votes")
    report, others = _read(request, election_id, list_scope(request.actor))
    page = _block_list(report).read(request, list_blocks_of(report), kept=_kept(report, others))
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
    page = _block_list(report).read(request, list_blocks_of(report, row), kept=_kept(report, others))
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
        (election, one, say_place(one), whole, _goal_badge(one))
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


def say_place(one: PlaceVotes) -> str:
    """A place's turnout, or a dash."""
    return "–" if one.percent is None else percent(one.percent, 1)


def _goal_badge(one: PlaceVotes) -> Badge | None:
    if one.has_reached is None:
        return None
    if one.has_reached:
        return Badge(word=_("goal reached"), icon="check-circle", tone="good")
    return Badge(word=_("below the goal"), icon="arrow-down-circle", tone="mark")


def _figures(places: Mapping[int, PlaceVotes], report: VotesReport) -> list[Column]:
    """The columns that precincts and blocks share."""
    is_so_far = report.election.is_awaited

    def of(row: Any) -> PlaceVotes:
        return places[row.pk]

    def goal_words(row: Any) -> str:
        goal = of(row).goal
        return "" if goal is None else gettext("goal %(goal)s") % {"goal": percent(float(goal), 1)}

    def change_words(row: Any) -> str:
        return "" if of(row).change is None else say_points(of(row).change or 0)

    def before(row: Any) -> float | None:
        earlier = of(row).before
        return earlier.percent if earlier else None

    return [
        Column("registered", _("Registered"), lambda r: of(r).now.registered, sort=("by_registered",), numeric=True),
        Column("voted", _("Voted so far") if is_so_far else _("Voted"), lambda r: of(r).now.voted, numeric=True),
        Column(
            "turnout", _("Turnout"), lambda r: say_place(of(r)), sort=("by_turnout",), numeric=True, line=goal_words,
            csv=lambda r: _rounded(of(r).percent), hint=_("of the registered"),
        ),
        Column("goal", _("Goal in percent"), lambda r: of(r).goal, only_csv=True),
        Column(
            "change", _("Against before"), change_words, sort=("by_change",), numeric=True,
            line=lambda r: "" if before(r) is None else percent(before(r), 1),
            csv=lambda r: _rounded(of(r).change),
            hint=report.compared.name if report.compared else _("no like election before"),
        ),
        Column("before", _("Turnout before in percent"), lambda r: _rounded(before(r)), only_csv=True),
        Column(
            "reached", _("Goal"), lambda r: badge.word if (badge := _goal_badge(of(r))) else "",
            badge=lambda r: _goal_badge(of(r)),
        ),
    ]  # fmt: skip


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _precinct_list(report: VotesReport) -> ListSpec:
    election_id = report.election.pk
    return ListSpec(
        key="votes_precincts",
        columns=(
            Column(
                "precinct", _("Precinct"), lambda p: p.code, sort=("county", "code_order"), title=True,
                url=lambda p: chapter_url(
                    "precincts:votes_of_precinct", election_id=election_id, precinct_id=p.pk
                ),
                line=lambda p: p.name or p.county,
            ),
            *_figures(report.precincts, report),
        ),
        filters=_goal_filters(report.precincts),
        search=lambda rows, words: rows.filter(code__istartswith=words) | rows.filter(name__icontains=words),
        search_label=_("Precinct"),
        order=("county", "code_order", "pk"),
        csv_right="precincts.export_votes",
    )  # fmt: skip


def _block_list(report: VotesReport) -> ListSpec:
    def is_covered(rows: Rows, value: str) -> Rows:
        ids = [pk for pk, one in report.blocks.items() if bool(one.captain) == (value == "yes")]
        return rows.filter(pk__in=ids)

    return ListSpec(
        key="votes_blocks",
        columns=(
            Column(
                "block", _("Block"), lambda b: gettext("Block %(block)s") % {"block": b},
                sort=("precinct__county", "precinct__code", "number"), title=True,
                url=lambda b: chapter_url("precincts:block_votes", block_id=b.pk),
                line=lambda b: gettext("closed %(day)s") % {"day": day(b.closed_on)} if b.closed_on else "",
            ),
            Column("precinct", _("Precinct"), lambda b: b.precinct.code),
            Column(
                "captain", _("Captain that day"), lambda b: report.blocks[b.pk].captain,
                line=lambda b: _say_since(report.blocks[b.pk]),
            ),
            Column("since", _("Captain since"), lambda b: report.blocks[b.pk].since, only_csv=True),
            *_figures(report.blocks, report),
        ),
        filters=(
            Filter("covered", _("Captain"), [("yes", _("with a captain")), ("no", _("without"))], is_covered),
            *_goal_filters(report.blocks),
        ),
        order=("precinct__county", "precinct__code", "number", "pk"),
        csv_right="precincts.export_votes",
    )  # fmt: skip


def _say_since(one: PlaceVotes) -> str:
    return gettext("since %(day)s") % {"day": day(one.since)} if one.since else ""


def _goal_filters(places: Mapping[int, PlaceVotes]) -> tuple[Filter, ...]:
    """The filter by goal, where any of the places has one."""
    if all(one.has_reached is None for one in places.values()):
        return ()

    def apply(rows: Rows, value: str) -> Rows:
        return rows.filter(pk__in=[pk for pk, one in places.items() if one.has_reached is (value == "yes")])

    return (Filter("goal", _("Goal"), [("yes", _("reached")), ("no", _("not reached"))], apply),)
