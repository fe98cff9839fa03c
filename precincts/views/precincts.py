"""The chapter's precincts, one precinct with its blocks and captains, and its map."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from django.db.models import F
from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from chapters.selectors.actors import today_in
from chapters.services import audit
from core.components import Badge, LegendEntry, MapPanel
from core.http import ChapterRequest, chapter_url, require_perm
from core.lists import Column, Filter, ListSpec, Rows
from core.permissions import has_right
from core.templatetags.formats import number
from precincts.models import Precinct
from precincts.selectors.block_map import get_block_map, get_map_tag
from precincts.selectors.blocks import get_undoable_edit, get_version
from precincts.selectors.precincts import get_precinct_figures, list_precincts
from precincts.selectors.roster import annotate_roster, list_precinct_assignments
from precincts.views.captain_cards import make_captain_cards
from precincts.views.links import optional_url
from precincts.views.precinct_head import make_stats, pick_primary_action, say_in_words


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
        "area": "precincts",
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
    on = today_in(request.chapter)
    figures = get_precinct_figures(row, on)
    blocks: list[Any] = list(annotate_roster(row.blocks.open().select_related("precinct"), on))
    leaders = list_precinct_assignments(row, on=on)
    actions = partial(has_right, request.actor, row=row)
    primary = pick_primary_action(request, row, figures)
    lists_url = optional_url("canvassing:precinct_lists", precinct_id=row.pk)
    prints = primary is not None and primary.url == optional_url(
        "canvassing:print_precinct", precinct_id=row.pk
    )
    context = {
        "precinct": row,
        "figures": figures,
        "say": say_in_words(figures),
        "stats": make_stats(request, row, figures, on),
        "cards": make_captain_cards(request, blocks, on)[:9],
        "blocks": blocks,
        "leaders": leaders,
        "primary": primary,
        "map": _map_panel(row, [block.voters for block in blocks]),
        "version": get_version(row.pk),
        "last_edit": get_undoable_edit(row.pk),
        "may_edit": actions("precincts.edit_blocks"),
        "may_cut": actions("precincts.cut_blocks"),
        "may_assign": actions("precincts.assign_captain"),
        "may_assign_precinct": actions("precincts.assign_precinct_captain"),
        "roster_url": chapter_url("precincts:roster") + f"?precinct={row.pk}",
        "lists_url": lists_url,
        "jumps_to_lists": lists_url and figures.blocks and not prints,
    }
    return render(request, "precincts/precincts/precinct.html", context)


@require_safe
@gzip_page
def precinct_map(request: ChapterRequest, precinct_id: int) -> HttpResponse:
    """The precinct's blocks as GeoJSON; the browser asks again each time and gets it only when it changed."""
    row = get_object_or_404(Precinct.objects.visible_to(request.actor), pk=precinct_id)
    require_perm(request, "precincts.see_precinct", row)
    on = today_in(request.chapter)
    tag = f'W/"{get_map_tag(row, on)}"'
    if request.headers.get("If-None-Match") == tag:
        return _privately_cached(HttpResponse(status=304), tag)
    return _privately_cached(_geojson(row, on), tag)


def _geojson(row: Precinct, on: date) -> JsonResponse:
    return JsonResponse(
        get_block_map(row, on),
        content_type="application/geo+json",
        json_dumps_params={"separators": (",", ":"), "ensure_ascii": False},
    )


def _privately_cached(response: HttpResponse, tag: str) -> HttpResponse:
    response["Cache-Control"] = "private, no-cache"
    response["ETag"] = tag
    return response


def _map_panel(row: Precinct, sizes: list[int]) -> MapPanel:
    title = _("Blocks of equal size") if sizes else _("The doors")
    return MapPanel(
        key="block-map",
        title=title,
        data_url=chapter_url("precincts:precinct_map", precinct_id=row.pk),
        say=_(
            "A map of the precinct's buildings, coloured and numbered by block. The list has the same rows."
        ),
        badge=_size_badge(sizes),
        list_url=chapter_url("precincts:edit_blocks", precinct_id=row.pk) if sizes else "",
        list_label=_("Show as a list"),
        legend=[
            LegendEntry(label=_("Circle: a building, larger with more voters"), mark="dot", hue=0),
            LegendEntry(label=_("Pale: no captain yet"), mark="pale"),
        ],
    )


def _size_badge(sizes: list[int]) -> Badge | None:
    """The smallest and the largest block, beside the map's title."""
    if not sizes:
        return None
    between = {"least": number(min(sizes)), "most": number(max(sizes))}
    return Badge(word=gettext("%(least)s to %(most)s voters") % between, icon="rulers", tone="good")
