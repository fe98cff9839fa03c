"""An overloaded block cut in two: a look at both halves on a map and in figures, then the cut."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from chapters.selectors.actors import today_in
from core.components import LegendEntry, MapPanel
from core.errors import DomainError
from core.http import ChapterRequest, chapter_url, require_perm
from core.undo import offer_undo
from precincts.forms.splits import SplitForm
from precincts.models import Block
from precincts.selectors.block_map import hue_of
from precincts.selectors.blocks import get_version
from precincts.selectors.split_map import make_split_map
from precincts.services.splits import SplitPlan, plan_split
from precincts.services.splits import split_block as split
from precincts.views.precinct_parts import say_sizes


@require_http_methods(["GET", "HEAD", "POST"])
def split_block(request: ChapterRequest, block_id: int) -> HttpResponse:
    """Show both halves before anything is saved; then cut."""
    block = _get_block(request, block_id)
    on = today_in(request.chapter)
    form = SplitForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        edit = split(block=block, by=request.actor, on=on, version=form.cleaned_data["version"])
        url = chapter_url("precincts:undo", precinct_id=block.precinct_id, version=edit.pk)
        offer_undo(request, _("%(what)s.") % {"what": edit.summary}, url)
        return redirect(chapter_url("precincts:growth", precinct_id=block.precinct_id))
    plan: SplitPlan | None = None
    refusal: DomainError | None = None
    try:
        plan = plan_split(block, on)
    except DomainError as error:
        refusal = error
    context = {
        "block_row": block,
        "precinct": block.precinct,
        "limit": request.chapter.most_voters,
        "version": get_version(block.precinct_id),
        "refusal": refusal,
        **(_say_plan(plan) if plan else {}),
    }
    status = 422 if form.is_bound else 409 if refusal else 200
    return render(request, "precincts/splits/split.html", context, status=status)


def _get_block(request: ChapterRequest, block_id: int) -> Block:
    rows = Block.objects.visible_to(request.actor).open().select_related("precinct")
    block: Block = get_object_or_404(rows, pk=block_id)
    require_perm(request, "precincts.edit_blocks", block.precinct)
    return block


def _say_plan(plan: SplitPlan) -> dict[str, Any]:
    block = plan.block
    sizes = sorted((plan.kept.voters, plan.new.voters))
    return {
        "plan": plan,
        "why": _say_why(plan),
        "rows": [
            (block.number, hue_of(block.number), plan.kept, plan.captain.member if plan.captain else None, False),
            (plan.number, hue_of(plan.number), plan.new, None, True),
        ],
        "map": MapPanel(
            key="split-map",
            title=_("Block %(block)s in two halves") % {"block": block},
            data_url=chapter_url("precincts:split_map", block_id=block.pk),
            say=_("A map of the block's buildings, coloured and numbered by half. The list has both halves' sizes."),
            legend=[LegendEntry(label=_("Circle: a building, larger with more voters"), mark="dot", hue=0)],
        ),
        "sizes": say_sizes(sizes[0], sizes[1]),
    }  # fmt: skip


def _say_why(plan: SplitPlan) -> str:
    """Which half the captain keeps, and why that one."""
    if plan.captain is None:
        return _("The block has no captain; the larger half keeps its number and what was noted for it.")
    words = {"name": plan.captain.member}
    reasons = {
        "home": _("%(name)s keeps the half they live in."),
        "nearer": _("%(name)s keeps the half nearer to their home."),
        "known": _("Where %(name)s lives is not known; they keep the half of which more has been noted."),
        "larger": _("Where %(name)s lives is not known; they keep the larger half."),
    }
    return reasons[plan.why] % words


@require_safe
def split_map(request: ChapterRequest, block_id: int) -> HttpResponse:
    """Both halves as GeoJSON for the map."""
    block = _get_block(request, block_id)
    plan = plan_split(block, today_in(request.chapter))
    halves = [(block.number, plan.kept.doors), (plan.number, plan.new.doors)]
    response = JsonResponse(make_split_map(plan.buildings, halves), content_type="application/geo+json")
    response["Cache-Control"] = "private, no-store"
    return response
