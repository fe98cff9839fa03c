"""Who keeps which block: the chapter's roster, and the page where a block or precinct is given to somebody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from chapters.selectors.actors import today_in
from chapters.services import audit
from core import tenancy
from core.components import Badge, Stat
from core.http import ChapterRequest, chapter_url, require_perm
from core.lists import Column, Filter, ListSpec, Rows
from core.permissions import has_right
from core.templatetags.formats import ago, day, number
from precincts.enums import CaptaincyKind
from precincts.forms.roster import AssignForm, EndForm
from precincts.models import Block, BlockAssignment, Precinct, PrecinctAssignment
from precincts.selectors.absences import get_stand_ins, list_absences
from precincts.selectors.candidates import list_candidates
from precincts.selectors.roster import (
    RosterSummary,
    annotate_roster,
    find_handover,
    get_roster_summary,
    get_workloads,
    list_block_assignments,
    list_precinct_assignments,
    list_roster,
)
from precincts.services import roster as services
from precincts.views.captain_cards import say_stand_in, state_badge

SHOWN_CANDIDATES = 12


def _by_state(rows: Rows, value: str) -> Rows:
    if value == "vacant":
        return rows.filter(captain_id__isnull=True)
    if value == "lapsing":
        return rows.filter(is_lapsing=True)
    if value == "active":
        return rows.filter(captain_id__isnull=False, is_lapsing=False)
    if value == "alone":
        return rows.filter(captain_id__isnull=False, backups=0)
    return rows.filter(captain_id__isnull=False)


def _precinct_choices(request: Any) -> list[tuple[Any, Any]]:
    on = today_in(request.chapter)
    rows = (
        Precinct.objects.visible_to(request.actor)
        .in_force(on)
        .with_code_order()
        .order_by("county", "code_order")
    )
    return list(rows.values_list("pk", "code"))


def _captain_url(block: Any) -> str:
    """The page where the block is given away, for whoever may."""
    if not has_right(tenancy.current().actor, "precincts.assign_captain", block):
        return ""
    return chapter_url("precincts:block_captain", block_id=block.pk)


def _badge(block: Any) -> Badge:
    return state_badge(block, block.stand_in)


def _say_stand_in(block: Any) -> str:
    return say_stand_in(block.stand_in) if block.stand_in is not None else ""


def _with_stand_ins(blocks: Sequence[Any], on: date) -> Sequence[Any]:
    """The same blocks, each with who stands in for its captain as `stand_in`. One query."""
    away = get_stand_ins([block.pk for block in blocks], on)
    for block in blocks:
        block.stand_in = away.get(block.pk)
    return blocks


ROSTER = ListSpec(
    key="roster",
    columns=(
        Column(
            "block", gettext_lazy("Block"), lambda b: f"{b.precinct.code} · {b.number}",
            sort=("precinct__county", "code_order", "number"), title=True,
            url=_captain_url, line=lambda b: b.name,
            csv=lambda b: b.number,
        ),
        Column("precinct", gettext_lazy("Precinct"), lambda b: b.precinct.code, only_csv=True),
        Column(
            "captain", gettext_lazy("Captain"), lambda b: b.captain_name or "–", sort=("captain_name",),
            csv=lambda b: b.captain_name or "", line=_say_stand_in,
        ),
        Column("state", gettext_lazy("State"), lambda b: str(_badge(b).word), badge=_badge),
        Column("since", gettext_lazy("Since"), lambda b: b.since or b.vacant_since, sort=("since", "vacant_since")),
        Column(
            "last", gettext_lazy("Last news"), lambda b: ago(b.last_contact) if b.last_contact else "–",
            sort=("last_contact",), csv=lambda b: b.last_contact,
        ),
        Column("backups", gettext_lazy("Backups"), lambda b: b.backups, sort=("backups",), numeric=True),
        Column("voters", gettext_lazy("Voters"), lambda b: b.voters, sort=("voters",), numeric=True),
        Column("doors", gettext_lazy("Doors"), lambda b: b.doors, sort=("doors",), numeric=True),
    ),
    filters=(
        Filter(
            "state", gettext_lazy("State"),
            [
                ("vacant", gettext_lazy("Vacant")), ("lapsing", gettext_lazy("Lapsing")),
                ("active", gettext_lazy("Active")), ("alone", gettext_lazy("No backup")), ("filled", gettext_lazy("Filled")),
            ],
            _by_state,
        ),
        Filter(
            "precinct", gettext_lazy("Precinct"), _precinct_choices, lambda rows, value: rows.filter(precinct=value)
        ),
    ),
    search=lambda rows, words: rows.filter(captain_name__icontains=words) | rows.filter(name__icontains=words),
    search_label=gettext_lazy("Captain or block"),
    order=("precinct__county", "code_order", "number", "pk"),
    csv_right="precincts.export_roster",
)  # fmt: skip


@require_safe
def roster(request: ChapterRequest) -> HttpResponseBase:
    """Every block with its captain or its vacancy, and how much of the town is covered."""
    require_perm(request, "precincts.see_roster")
    on = today_in(request.chapter)
    page = ROSTER.read(
        request, list_roster(request.actor, on), load=lambda blocks: _with_stand_ins(blocks, on)
    )
    if page.wants_csv:
        audit.log_export(by=request.actor, what="roster", says=gettext_lazy("roster"), count=page.total)
        return page.csv("roster.csv")
    summary = get_roster_summary(request.actor, on)
    context = {
        "page": page,
        "summary": summary,
        "stats": make_roster_stats(summary),
        "weeks": request.chapter.quiet_weeks,
    }
    context["may_see_asks"] = has_right(request.actor, "precincts.see_asks")
    context["may_see_lineage"] = has_right(request.actor, "precincts.see_lineage")
    return render(request, "precincts/roster/index.html", context)


def make_roster_stats(summary: RosterSummary) -> list[Stat]:
    """The head of the roster: blocks with and without a captain, doors and voters covered."""
    roster_url = chapter_url("precincts:roster")
    return [
        Stat(
            number=_("%(part)s of %(whole)s") % {"part": number(summary.filled), "whole": number(summary.blocks)},
            words=_("blocks with a captain"),
            percent=_percent(summary.filled, summary.blocks),
        ),
        Stat(
            number=number(summary.vacant), words=ngettext("block vacant", "blocks vacant", summary.vacant),
            url=f"{roster_url}?state=vacant",
        ),
        Stat(
            number=f"{_percent(summary.covered_doors, summary.doors):.0f}\N{NO-BREAK SPACE}%",
            words=_("of %(doors)s doors have a captain") % {"doors": number(summary.doors)},
            percent=_percent(summary.covered_doors, summary.doors),
        ),
        Stat(
            number=f"{_percent(summary.covered_voters, summary.voters):.0f}\N{NO-BREAK SPACE}%",
            words=_("of %(voters)s voters have a captain") % {"voters": number(summary.voters)},
            percent=_percent(summary.covered_voters, summary.voters),
        ),
    ]  # fmt: skip


def _percent(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0.0


@require_http_methods(["GET", "HEAD", "POST"])
def block_captain(request: ChapterRequest, block_id: int) -> HttpResponse:
    """One block's captain, backups and all former years; give it to somebody from here."""
    blocks = annotate_roster(
        Block.objects.visible_to(request.actor).select_related("precinct"), today_in(request.chapter)
    )
    block = get_object_or_404(blocks, pk=block_id)
    require_perm(request, "precincts.assign_captain", block)
    form = _read_form(request)
    if request.method == "POST" and form.is_valid():
        wish = form.wished
        services.assign_captain(block=block, by=request.actor, **wish)
        messages.success(request, _say_assigned(wish, str(block), request.chapter.captain_title))
        return redirect(chapter_url("precincts:block_captain", block_id=block.pk))
    years = list(list_block_assignments(block))
    return _render_captain(
        request, form, years=years, template="precincts/roster/block.html",
        block_row=block, precinct=block.precinct, handover=find_handover(years, today_in(request.chapter)),
        absences=list_absences(block, today_in(request.chapter)),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def precinct_captain(request: ChapterRequest, precinct_id: int) -> HttpResponse:
    """One precinct's captain, backups and all former years; give it to somebody from here."""
    precinct = get_object_or_404(Precinct.objects.visible_to(request.actor), pk=precinct_id)
    require_perm(request, "precincts.assign_precinct_captain", precinct)
    form = _read_form(request)
    if request.method == "POST" and form.is_valid():
        wish = form.wished
        services.assign_precinct_captain(precinct=precinct, by=request.actor, **wish)
        messages.success(request, _say_assigned(wish, precinct.code, _("Precinct captain")))
        return redirect(chapter_url("precincts:precinct_captain", precinct_id=precinct.pk))
    return _render_captain(
        request, form, years=list(list_precinct_assignments(precinct)), template="precincts/roster/precinct.html",
        precinct=precinct,
    )  # fmt: skip


def _read_form(request: ChapterRequest) -> AssignForm:
    return AssignForm(
        request.POST if request.method == "POST" else None,
        chapter_id=request.chapter.pk,
        initial={"on": today_in(request.chapter), "kind": CaptaincyKind.CAPTAIN},
    )


def _render_captain(
    request: ChapterRequest,
    form: AssignForm,
    *,
    years: Sequence[BlockAssignment | PrecinctAssignment],
    template: str,
    **context: Any,
) -> HttpResponse:
    on = today_in(request.chapter)
    standing = [year for year in years if year.serves(on)]
    captains = {year.member_id for year in standing if year.kind == CaptaincyKind.CAPTAIN}
    words = request.GET.get("q", "").replace("\x00", "").strip()[:80]
    found = list_candidates(
        request.actor, words, on, near=context.get("block_row") or context["precinct"], without=captains
    )
    loads = get_workloads([year.member_id for year in standing], on)
    context |= {
        "form": form,
        "words": words,
        "candidates": Paginator(found, SHOWN_CANDIDATES).get_page(request.GET.get("page")),
        "may_see_people": has_right(request.actor, "chapters.see_members"),
        "standing": [(year, loads.get(year.member_id, (0, 0, 0))) for year in standing],
        "years": years,
        "has_captain": bool(captains),
        "chosen": form["member"].value() if form.is_bound else "",
        "today": on,
    }
    return render(request, template, context, status=422 if form.is_bound else 200)


def _say_assigned(wish: dict[str, Any], what: str, title: str) -> str:
    as_backup = _("%(name)s is backup of %(what)s from %(day)s on.")
    as_captain = _("%(name)s is %(title)s of %(what)s from %(day)s on.")
    said = as_backup if wish["backup"] else as_captain
    return said % {"name": wish["member"], "what": what, "day": day(wish["on"]), "title": title.lower()}


@require_http_methods(["GET", "HEAD", "POST"])
def end_block_assignment(request: ChapterRequest, assignment_id: int) -> HttpResponse:
    """End somebody's time with a block."""
    assignment = get_object_or_404(
        BlockAssignment.objects.visible_to(request.actor)
        .filter(block__in=Block.objects.visible_to(request.actor).values("pk"))
        .select_related("member", "block__precinct"),
        pk=assignment_id,
    )
    require_perm(request, "precincts.assign_captain", assignment.block)
    back = chapter_url("precincts:block_captain", block_id=assignment.block_id)
    return _end(request, assignment, back)


@require_http_methods(["GET", "HEAD", "POST"])
def end_precinct_assignment(request: ChapterRequest, precinct_assignment_id: int) -> HttpResponse:
    """End somebody's time with a precinct."""
    assignment = get_object_or_404(
        PrecinctAssignment.objects.visible_to(request.actor)
        .filter(precinct__in=Precinct.objects.visible_to(request.actor).values("pk"))
        .select_related("member", "precinct"),
        pk=precinct_assignment_id,
    )
    require_perm(request, "precincts.assign_precinct_captain", assignment.precinct)
    back = chapter_url("precincts:precinct_captain", precinct_id=assignment.precinct_id)
    return _end(request, assignment, back)


def _end(
    request: ChapterRequest, assignment: BlockAssignment | PrecinctAssignment, back: str
) -> HttpResponse:
    form = EndForm(
        request.POST if request.method == "POST" else None,
        initial=EndForm.starting(today_in(request.chapter)),
    )
    if request.method == "POST" and form.is_valid():
        services.end_assignment(assignment=assignment, by=request.actor, **form.cleaned_data)
        messages.success(
            request,
            _("%(name)s's time ends on %(day)s. Everything the block knows stays with it.")
            % {"name": assignment.member, "day": day(form.cleaned_data["on"])},
        )
        return redirect(back)
    context = {"form": form, "assignment": assignment, "back": back}
    status = 422 if form.is_bound else 200
    return render(request, "precincts/roster/end.html", context, status=status)
