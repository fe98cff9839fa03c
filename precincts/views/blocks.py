"""Changing a precinct's blocks by hand: on the map, or from a list."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import trigger_client_event

from chapters.selectors.actors import today_in
from core.errors import DomainError
from core.http import ChapterRequest, chapter_url, read_id, require_perm
from core.undo import offer_undo
from precincts.forms.blocks import MoveForm, RenameForm
from precincts.models import Block, Precinct
from precincts.selectors.block_map import hue_of
from precincts.selectors.blocks import (
    get_offered_undo,
    get_version,
    list_buildings,
    list_edits,
    list_open_blocks,
)
from precincts.selectors.choices import expand, list_choices, list_street_sides, list_targets
from precincts.selectors.roster import annotate_roster
from precincts.services import blocks as services
from precincts.views.precinct_parts import list_parts


def _precinct_to_edit(request: ChapterRequest, precinct_id: int) -> Precinct:
    precinct: Precinct = get_object_or_404(Precinct.objects.visible_to(request.actor), pk=precinct_id)
    require_perm(request, "precincts.edit_blocks", precinct)
    return precinct


@require_safe
def edit_blocks(request: ChapterRequest, precinct_id: int) -> HttpResponse:
    """The map's list: every block with its size, captain and everything that can be done with it."""
    precinct = _precinct_to_edit(request, precinct_id)
    on = today_in(request.chapter)
    blocks = list(annotate_roster(precinct.blocks.open(), on).order_by("number"))
    rows = [(block, hue_of(block.number)) for block in blocks]
    context = {
        "precinct": precinct,
        "rows": rows,
        "edits": list_edits(precinct.pk),
        "version": get_version(precinct.pk),
        "last_edit": get_offered_undo(precinct.pk, on),
    }
    return render(request, "precincts/blocks/list.html", context)


@require_safe
def block_doors(request: ChapterRequest, block_id: int) -> HttpResponse:
    """One block's buildings, street side by street side, to be moved to another block."""
    block = get_object_or_404(
        Block.objects.visible_to(request.actor).open().select_related("precinct"), pk=block_id
    )
    require_perm(request, "precincts.edit_blocks", block.precinct)
    return _render_doors(request, block.precinct, block)


@require_safe
def list_only(request: ChapterRequest, precinct_id: int) -> HttpResponse:
    """The precinct's doors in no block, named, to be given to one."""
    return _render_doors(request, _precinct_to_edit(request, precinct_id), None)


def _render_doors(
    request: ChapterRequest, precinct: Precinct, block: Block | None, form: MoveForm | None = None
) -> HttpResponse:
    buildings = list_buildings(precinct.pk)
    sizes: dict[int | None, int] = {}
    for building in buildings:
        for door in building.doors:
            sizes[door.block_id] = sizes.get(door.block_id, 0) + door.voters
    block_id = block.pk if block else None
    blocks = list(list_open_blocks(precinct.pk))
    context = {
        "precinct": precinct,
        "block_row": block,
        "sides": list_street_sides(buildings, block_id),
        "voters": sizes.get(block_id, 0),
        "targets": [(other, sizes.get(other.pk, 0)) for other in blocks if other.pk != block_id],
        "version": form["version"].value() if form else get_version(precinct.pk),
        "form": form,
        "chosen": set(form["what"].value() or []) if form else set(),
    }
    return render(request, "precincts/blocks/doors.html", context, status=422 if form else 200)


@require_safe
def choose_building(
    request: ChapterRequest, precinct_id: int, building_id: int, block_id: int
) -> HttpResponse:
    """The panel for a building pressed on the map: what to move, and where to. `block_id` 0: in no block."""
    precinct = _precinct_to_edit(request, precinct_id)
    return _render_choice(request, precinct, building_id, block_id or None)


def _render_choice(
    request: ChapterRequest, precinct: Precinct, building_id: int, block_id: int | None, **more: Any
) -> HttpResponse:
    buildings = list_buildings(precinct.pk)
    choices = list_choices(buildings, building_id, block_id)
    if not choices:
        raise Http404
    blocks = list(list_open_blocks(precinct.pk))
    context = {
        "precinct": precinct,
        "building": next(b for b in buildings if b.building_id == building_id),
        "block_row": next((b for b in blocks if b.pk == block_id), None),
        "choices": choices,
        "targets": list_targets(buildings, blocks, building_id, block_id),
        "version": get_version(precinct.pk),
        **more,
    }
    template = "precincts/blocks/choice.html" if request.htmx else "precincts/blocks/choose.html"
    return render(request, template, context, status=422 if more else 200)


@require_POST
def move(request: ChapterRequest, precinct_id: int) -> HttpResponse:
    """Move what was chosen; on the map's page answers with a fragment, else goes back to the list."""
    precinct = _precinct_to_edit(request, precinct_id)
    form = MoveForm(request.POST, precinct=precinct)
    if not form.is_valid():
        return _refuse_form(request, precinct, form)
    wish = form.cleaned_data
    from_block = wish["from_block"]
    doors = expand(
        wish["what"], precinct_id=precinct.pk, block_id=from_block.pk if from_block is not None else None
    )
    try:
        edit = services.move_households(
            precinct=precinct, household_ids=doors, to_block=wish["to_block"], by=request.actor,
            on=today_in(request.chapter), version=wish["version"],
        )  # fmt: skip
    except DomainError as error:
        return _say_refusal(request, precinct, error)
    undo_url = chapter_url("precincts:undo", precinct_id=precinct.pk, version=edit.pk)
    if request.htmx:
        return _changed(request, precinct, said=edit.summary, undo_url=undo_url)
    offer_undo(request, edit.summary, undo_url)
    if from_block is None:
        return redirect(chapter_url("precincts:list_only", precinct_id=precinct.pk))
    return redirect(chapter_url("precincts:block_doors", block_id=from_block.pk))


def _refuse_form(request: ChapterRequest, precinct: Precinct, form: MoveForm) -> HttpResponse:
    """The same form again with what is missing."""
    block = form.cleaned_data.get("from_block")
    tokens = [str(token) for token in form.cleaned_data.get("what", [])]
    if request.htmx:
        building_id = read_id(request.POST.get("building", ""))
        if building_id is None:
            raise Http404
        block_id = block.pk if block is not None else None
        return _render_choice(request, precinct, building_id, block_id, form=form, chosen=tokens)
    return _render_doors(request, precinct, block, form)


def _say_refusal(request: ChapterRequest, precinct: Precinct, error: DomainError) -> HttpResponse:
    """Why nothing was moved, as a fragment that also brings the map up to date; elsewhere the usual 409 page."""
    if not request.htmx:
        raise error
    context = {"error": error, **list_parts(request, precinct)}
    response = render(request, "precincts/blocks/refused.html", context, status=409)
    return trigger_client_event(response, "blocks-changed")


def _changed(request: ChapterRequest, precinct: Precinct, **said: str) -> HttpResponse:
    """The fragment that says what was done, with the page's figures as they are now; the map draws itself anew."""
    response = render(request, "precincts/blocks/changed.html", {**said, **list_parts(request, precinct)})
    return trigger_client_event(response, "blocks-changed")


@require_POST
def undo(request: ChapterRequest, precinct_id: int, version: int) -> HttpResponse:
    """Take the last edit back, unless somebody has edited after `version`."""
    precinct = _precinct_to_edit(request, precinct_id)
    try:
        edit = services.undo_last_edit(
            precinct=precinct, by=request.actor, on=today_in(request.chapter), version=version
        )
    except DomainError as error:
        return _say_refusal(request, precinct, error)
    if request.htmx:
        return _changed(request, precinct, said=edit.summary)
    messages.success(request, edit.summary)
    return redirect(chapter_url("precincts:precinct", precinct_id=precinct.pk))


@require_http_methods(["GET", "HEAD", "POST"])
def rename(request: ChapterRequest, block_id: int) -> HttpResponse:
    """Give a block a name."""
    block = get_object_or_404(
        Block.objects.visible_to(request.actor).open().select_related("precinct"), pk=block_id
    )
    require_perm(request, "precincts.edit_blocks", block.precinct)
    form = RenameForm(request.POST or None, initial={"name": block.name})
    if request.method == "POST" and form.is_valid():
        services.rename_block(block=block, name=form.cleaned_data["name"], by=request.actor)
        messages.success(request, _("Block %(number)d is now called %(name)s.") % {
            "number": block.number, "name": block.name or block.number,
        })  # fmt: skip
        return redirect(chapter_url("precincts:edit_blocks", precinct_id=block.precinct_id))
    status = 422 if request.method == "POST" else 200
    return render(
        request,
        "precincts/blocks/rename.html",
        {"form": form, "block_row": block},
        status=status,
    )
