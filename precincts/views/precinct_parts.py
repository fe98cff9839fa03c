"""The parts of a precinct's page that change with its blocks: drawn with the page, and again after an edit."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chapters.selectors.actors import today_in
from core.components import Badge, LegendEntry, MapPanel
from core.http import ChapterRequest, chapter_url
from core.permissions import has_right
from core.templatetags.formats import number
from precincts.models import Precinct
from precincts.selectors.block_map import HEALTH_HUES
from precincts.selectors.blocks import get_offered_undo, get_version
from precincts.selectors.precincts import get_precinct_figures
from precincts.selectors.roster import annotate_roster, list_precinct_assignments
from precincts.views.captain_cards import make_captain_cards
from precincts.views.precinct_head import make_stats, say_in_words

SHOWN_CAPTAINS = 9


def list_parts(request: ChapterRequest, row: Precinct) -> dict[str, Any]:
    """What the head, the figures, the map's size, the captains and the last change are drawn from."""
    on = today_in(request.chapter)
    figures = get_precinct_figures(row, on)
    blocks: list[Any] = list(annotate_roster(row.blocks.open().select_related("precinct"), on))
    may_edit = has_right(request.actor, "precincts.edit_blocks", row)
    by_health = bool(blocks) and request.GET.get("map") == "health"
    return {
        "precinct": row,
        "figures": figures,
        "say": say_in_words(figures),
        "stats": make_stats(request, row, figures, on),
        "cards": make_captain_cards(request, blocks, on)[:SHOWN_CAPTAINS],
        "leaders": list_precinct_assignments(row, on=on),
        "map": make_map_panel(row, [block.voters for block in blocks], by_health=by_health),
        "by_health": by_health,
        "version": get_version(row.pk),
        "last_edit": get_offered_undo(row.pk, on) if may_edit else None,
        "may_edit": may_edit,
        "may_grow": has_right(request.actor, "precincts.ask_captains", row),
        "may_promote": has_right(request.actor, "precincts.promote", row),
        "may_cut": has_right(request.actor, "precincts.cut_blocks", row),
        "may_assign_precinct": has_right(request.actor, "precincts.assign_precinct_captain", row),
        "roster_url": chapter_url("precincts:roster") + f"?precinct={row.pk}",
    }


def make_map_panel(row: Precinct, sizes: list[int], *, by_health: bool = False) -> MapPanel:
    """The precinct's map, coloured by block or by how the blocks are kept; `sizes` are its blocks' voters."""
    if by_health:
        return _make_health_panel(row)
    return MapPanel(
        key="block-map",
        title=_("Blocks of equal size") if sizes else _("The doors"),
        data_url=chapter_url("precincts:precinct_map", precinct_id=row.pk),
        say=_(
            "A map of the precinct's buildings, coloured and numbered by block. The list has the same rows."
        ),
        badge=Badge(word=say_sizes(min(sizes), max(sizes)), icon="rulers", tone="good") if sizes else None,
        list_url=chapter_url("precincts:edit_blocks", precinct_id=row.pk) if sizes else "",
        list_label=_("Show as a list"),
        legend=[
            LegendEntry(label=_("Circle: a building, larger with more voters"), mark="dot", hue=0),
            LegendEntry(label=_("Pale: no captain yet"), mark="pale"),
        ],
    )


def _make_health_panel(row: Precinct) -> MapPanel:
    return MapPanel(
        key="block-map",
        title=_("Blocks by their captains"),
        data_url=chapter_url("precincts:precinct_map", precinct_id=row.pk) + "?by=health",
        say=_(
            "A map of the precinct's blocks, coloured by whether their captain is active. The list has the same rows."
        ),
        list_url=chapter_url("precincts:roster") + f"?precinct={row.pk}",
        list_label=_("Show as a list"),
        legend=[
            LegendEntry(label=_("Active"), mark="area", hue=HEALTH_HUES["active"]),
            LegendEntry(label=_("Lapsing"), mark="area", hue=HEALTH_HUES["lapsing"]),
            LegendEntry(label=_("Vacant, drawn pale"), mark="area", hue=HEALTH_HUES["vacant"]),
        ],
    )


def say_sizes(least: int, most: int) -> str:
    """The smallest and the largest block: "148 to 170 voters", "63 voters"."""
    if least == most:
        return ngettext("%(count)s voter", "%(count)s voters", most) % {"count": number(most)}
    return _("%(least)s to %(most)s voters") % {"least": number(least), "most": number(most)}
