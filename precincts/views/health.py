"""How strong the precincts' captains are: as a list, on a map, and as CSV."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from chapters.selectors.actors import today_in
from chapters.services import audit
from core.components import Badge, LegendEntry, MapPanel
from core.http import ChapterRequest, chapter_url, require_perm
from core.lists import Column, Filter, ListSpec, Rows
from core.permissions import has_right
from precincts.health import PrecinctState, precinct_state
from precincts.selectors.health import get_middles, list_health
from precincts.selectors.roster import get_roster_summary
from precincts.views.roster import make_roster_stats

_BADGES: dict[PrecinctState, Badge] = {
    "strong": Badge(word=gettext_lazy("strong"), icon="activity", tone="good"),
    "thin": Badge(word=gettext_lazy("thin"), icon="clock", tone="mark"),
    "weak": Badge(word=gettext_lazy("weak"), icon="person-plus", tone="danger"),
    "uncut": Badge(word=gettext_lazy("not cut"), icon="scissors"),
}
_HUES: dict[PrecinctState, int] = {"strong": 0, "thin": 4, "weak": 1, "uncut": 7}


def _state(precinct: Any) -> PrecinctState:
    return precinct_state(blocks=precinct.open_blocks, active=precinct.active)


def _badge(precinct: Any) -> Badge:
    return _BADGES[_state(precinct)]


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f}\N{NO-BREAK SPACE}%" if whole else "–"


def _narrow(rows: Rows, value: str) -> Rows:
    return rows.filter(**{"uncut": {"open_blocks": 0}}.get(value, {f"{value}__gt": 0}))


HEALTH = ListSpec(
    key="health",
    columns=(
        Column(
            "precinct", gettext_lazy("Precinct"), lambda p: p.code, sort=("county", "code_order"), title=True,
            url=lambda p: chapter_url("precincts:precinct", precinct_id=p.pk) + "?map=health",
            line=lambda p: p.name or p.county,
        ),
        Column("state", gettext_lazy("State"), lambda p: str(_badge(p).word), badge=_badge),
        Column("blocks", gettext_lazy("Blocks"), lambda p: p.open_blocks, sort=("open_blocks",), numeric=True),
        Column("active", gettext_lazy("Active"), lambda p: p.active, sort=("active",), numeric=True),
        Column("lapsing", gettext_lazy("Lapsing"), lambda p: p.lapsing, sort=("lapsing",), numeric=True),
        Column("vacant", gettext_lazy("Vacant"), lambda p: p.vacant, sort=("vacant",), numeric=True),
        Column(
            "since", gettext_lazy("Vacant since"), lambda p: p.vacant_since or "–", sort=("vacant_since",),
            csv=lambda p: p.vacant_since, hint=gettext_lazy("the oldest vacancy"),
        ),
        Column(
            "doors", gettext_lazy("Doors covered"), lambda p: _share(p.covered_doors, p.doors), numeric=True,
            csv=lambda p: p.covered_doors,
        ),
        Column("all_doors", gettext_lazy("Doors"), lambda p: p.doors, only_csv=True),
        Column(
            "voters", gettext_lazy("Voters covered"), lambda p: _share(p.covered_voters, p.listed), numeric=True,
            csv=lambda p: p.covered_voters,
        ),
        Column("all_voters", gettext_lazy("Voters"), lambda p: p.listed, only_csv=True),
    ),
    filters=(
        Filter(
            "state", gettext_lazy("State"),
            [
                ("vacant", gettext_lazy("With vacancies")), ("lapsing", gettext_lazy("Lapsing")),
                ("uncut", gettext_lazy("Not cut")),
            ],
            _narrow,
        ),
    ),
    search=lambda rows, words: rows.filter(code__istartswith=words) | rows.filter(name__icontains=words),
    search_label=gettext_lazy("Precinct"),
    order=("county", "code_order", "pk"),
    csv_right="precincts.export_roster",
    page_size=100,
)  # fmt: skip


@require_safe
def health(request: ChapterRequest) -> HttpResponseBase:
    """Each precinct with its blocks active, lapsing and vacant, and how much of it has a captain."""
    require_perm(request, "precincts.see_roster")
    on = today_in(request.chapter)
    page = HEALTH.read(request, list_health(request.actor, on))
    if page.wants_csv:
        audit.log_export(
            by=request.actor, what="health", says=gettext_lazy("strength of the precincts"), count=page.total
        )
        return page.csv("precinct-strength.csv")
    summary = get_roster_summary(request.actor, on)
    context = {
        "page": page, "stats": make_roster_stats(summary), "summary": summary, "map": _map_panel(),
        "weeks": request.chapter.quiet_weeks,
        "may_see_attendance": has_right(request.actor, "precincts.see_party_attendance"),
    }  # fmt: skip
    return render(request, "precincts/roster/health.html", context)


def _map_panel() -> MapPanel:
    return MapPanel(
        key="health-map",
        title=_("Precincts by strength"),
        data_url=chapter_url("precincts:health_map"),
        say=_("A map of the precincts, coloured by how many of their blocks have an active captain."),
        list_url="#list-health",
        legend=[
            LegendEntry(label=_("Strong: three of four blocks are active"), mark="area", hue=_HUES["strong"]),
            LegendEntry(label=_("Thin: half of them"), mark="area", hue=_HUES["thin"]),
            LegendEntry(label=_("Weak: fewer"), mark="area", hue=_HUES["weak"]),
            LegendEntry(label=_("Pale: not cut into blocks yet"), mark="pale"),
        ],
        note=_("The number says how many blocks of all are active."),
    )


@require_safe
@gzip_page
def health_map(request: ChapterRequest) -> JsonResponse:
    """The precincts as GeoJSON: their boundaries, or where a boundary is missing the middle of their buildings."""
    require_perm(request, "precincts.see_roster")
    rows = list(list_health(request.actor, today_in(request.chapter)))
    middles = get_middles([row.pk for row in rows])
    features = [feature for row in rows for feature in _features(row, middles.get(row.pk))]
    response = JsonResponse(
        {"type": "FeatureCollection", "features": features}, content_type="application/geo+json",
        json_dumps_params={"separators": (",", ":"), "ensure_ascii": False},
    )  # fmt: skip
    response["Cache-Control"] = "private, no-store"
    return response


def _features(row: Any, middle: tuple[float, float] | None) -> list[dict[str, Any]]:
    state = _state(row)
    active = {"active": row.active, "blocks": row.open_blocks}
    said = {
        "code": row.code, "state": _BADGES[state].word, "lapsing": row.lapsing, "vacant": row.vacant, **active
    }  # fmt: skip
    common: dict[str, Any] = {
        "key": f"precinct-{row.pk}",
        "hue": _HUES[state],
        "say": _(
            "Precinct %(code)s, %(state)s: %(active)d of %(blocks)d blocks active, %(lapsing)d lapsing, %(vacant)d vacant"
        )
        % said,
    }
    if state == "uncut":
        common["pale"] = True
    found = []
    if row.boundary:
        found.append({"type": "Feature", "properties": {"kind": "area", **common}, "geometry": row.boundary})
    if middle is not None:
        number = {
            "kind": "number",
            "label": f"{row.active}/{row.open_blocks}",
            "url": chapter_url("precincts:precinct", precinct_id=row.pk) + "?map=health",
            **common,
        }
        point = {"type": "Point", "coordinates": [round(middle[0], 5), round(middle[1], 5)]}
        found.append({"type": "Feature", "properties": number, "geometry": point})
    return found
