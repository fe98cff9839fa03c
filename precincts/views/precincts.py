"""The chapter's precincts, one precinct with its blocks and captains, and its map."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import F
from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from chapters.selectors.actors import today_in
from chapters.services import audit
from core.components import Badge
from core.http import ChapterRequest, chapter_url, optional_url, require_perm
from core.lists import Column, Filter, ListSpec, Rows
from core.permissions import has_right
from precincts.models import Precinct
from precincts.selectors.block_map import get_block_map, get_map_tag
from precincts.selectors.health import get_block_states
from precincts.selectors.precincts import get_chapter_progress, list_precincts
from precincts.views.precinct_head import pick_chapter_action, pick_primary_action
from precincts.views.precinct_parts import list_parts


def _by_state(rows: Rows, value: str) -> Rows:
    if value == "uncut":
        return rows.filter(open_blocks=0)
    if value == "vacant":
        return rows.filter(filled__lt=F("open_blocks"))
    return rows.filter(open_blocks__gt=0, filled=F("open_blocks"))


def _state_badge(precinct: Any) -> Badge | None:
    if not precinct.open_blocks:
        return Badge(word=_("not cut"), icon="scissors", tone="mark")
    if precinct.vacant:
        return Badge(word=_("captains missing"), icon="person-plus", tone="mark")
    return Badge(word=_("filled"), icon="check-circle", tone="good")


PRECINCTS = ListSpec(
    key="precincts",
    columns=(
        Column(
            "code", _("Precinct"), lambda p: p.code, sort=("county", "code_order"), title=True,
            url=lambda p: chapter_url("precincts:precinct", precinct_id=p.pk),
            line=lambda p: p.name or p.county,
        ),
        Column("voters", _("Voters"), lambda p: p.listed, sort=("listed",), numeric=True),
        Column("doors", _("Doors"), lambda p: p.doors, sort=("doors",), numeric=True),
        Column("blocks", _("Blocks"), lambda p: p.open_blocks, sort=("open_blocks",), numeric=True),
        Column("filled", _("With a captain"), lambda p: p.filled, sort=("filled",), numeric=True),
        Column("vacant", _("Without"), lambda p: p.vacant, sort=("vacant",), numeric=True),
        Column(
            "unplaced", _("Not on the map"), lambda p: p.unplaced, sort=("unplaced",), numeric=True,
            hint=_("doors without coordinates"),
        ),
        Column("state", _("State"), lambda p: str(_state_badge(p).word), badge=_state_badge),  # type: ignore[union-attr]
    ),
    filters=(
        Filter(
            "state", _("State"),
            [("uncut", _("Not cut")), ("vacant", _("Captains missing")), ("filled", _("Filled"))], _by_state,
        ),
    ),
    search=lambda rows, words: rows.filter(code__istartswith=words) | rows.filter(name__icontains=words),
    search_label=_("Precinct"),
    order=("county", "code_order", "pk"),
    csv_right="precincts.export_roster",
    page_size=100,
)  # fmt: skip


@require_safe
def index(request: ChapterRequest) -> HttpResponseBase:
    """All precincts with their figures, as a list that can be narrowed, sorted and taken out."""
    require_perm(request, "precincts.see_precinct")
    on = today_in(request.chapter)
    page = PRECINCTS.read(request, list_precincts(request.actor, on))
    if page.wants_csv:
        audit.log_export(by=request.actor, what="precincts", says=_("precincts"), count=page.total)
        return page.csv("precincts.csv")
    context = {
        "page": page,
        "primary": pick_chapter_action(request, get_chapter_progress(request.chapter.pk, on)),
        "may_see_votes": has_right(request.actor, "precincts.see_votes"),
        "may_see_plans": has_right(request.actor, "precincts.see_plan"),
        "may_see_seats": has_right(request.actor, "precincts.see_seats"),
        "may_see_lineage": has_right(request.actor, "precincts.see_lineage"),
        "import_url": optional_url("precincts:import_voters") or optional_url("precincts:imports"),
        "may_cut": has_right(request.actor, "precincts.cut_blocks"),
        "may_import": has_right(request.actor, "precincts.import_files"),
    }
    return render(request, "precincts/precincts/index.html", context)


@require_safe
def precinct(request: ChapterRequest, precinct_id: int) -> HttpResponse:
    """One precinct: how it stands, its blocks on a map, its captains with the vacancies first."""
    row = get_object_or_404(Precinct.objects.visible_to(request.actor), pk=precinct_id)
    require_perm(request, "precincts.see_precinct", row)
    parts = list_parts(request, row)
    primary = pick_primary_action(request, row, parts["figures"])
    lists_url = optional_url("canvassing:precinct_lists", precinct_id=row.pk)
    prints = primary is not None and primary.url == optional_url(
        "canvassing:print_precinct", precinct_id=row.pk
    )
    context = {
        **parts,
        "primary": primary,
        "may_see_plan": has_right(request.actor, "precincts.see_plan", row),
        "may_see_votes": has_right(request.actor, "precincts.see_votes", row),
        "lists_url": lists_url,
        "may_see_consistent": has_right(request.actor, "precincts.see_consistent", row),
        "jumps_to_lists": lists_url and parts["figures"].blocks and not prints,
    }
    return render(request, "precincts/precincts/precinct.html", context)


@require_safe
@gzip_page
def precinct_map(request: ChapterRequest, precinct_id: int) -> HttpResponse:
    """The precinct's blocks as GeoJSON; the browser asks again each time and gets it only when it changed."""
    row = get_object_or_404(Precinct.objects.visible_to(request.actor), pk=precinct_id)
    require_perm(request, "precincts.see_precinct", row)
    on = today_in(request.chapter)
    states = get_block_states(row, on) if request.GET.get("by") == "health" else None
    tag = f'W/"{get_map_tag(row, on, states)}"'
    if request.headers.get("If-None-Match") == tag:
        return _privately_cached(HttpResponse(status=304), tag)
    return _privately_cached(_geojson(row, on, states), tag)


def _geojson(row: Precinct, on: date, states: Mapping[int, str] | None) -> JsonResponse:
    return JsonResponse(
        get_block_map(row, on, states),
        content_type="application/geo+json",
        json_dumps_params={"separators": (",", ":"), "ensure_ascii": False},
    )


def _privately_cached(response: HttpResponse, tag: str) -> HttpResponse:
    response["Cache-Control"] = "private, no-cache"
    response["ETag"] = tag
    return response
