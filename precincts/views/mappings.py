"""How files are read: which column is which, what the statuses mean, which elections the labels are."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.http import ChapterRequest, chapter_url, require_perm
from core.lists import Column, ListSpec
from precincts.enums import ImportKind
from precincts.forms.imports import (
    FIELD_WORDS,
    ChooseMappingForm,
    ElectionsForm,
    MappingForm,
    StatusForm,
    start_values,
)
from precincts.models import SavedMapping, VoterImport
from precincts.selectors.imports import get_page_of, list_mappings
from precincts.services.imports import checks, incoming
from precincts.views.imports import posted
from precincts.voterfile.mapping import propose_columns

_SAID_ELSEWHERE = ("statuses", "not_voted", "elections")
"""Parts of a mapping that the page of the columns leaves as they are."""

_MOST_STATUSES = 40


MAPPINGS = ListSpec(
    key="mappings",
    columns=(
        Column("name", _("Source"), lambda m: m.name, sort=("name",), title=True),
        Column("kind", _("What"), lambda m: m.get_kind_display()),
        Column("columns", _("Columns"), lambda m: ", ".join(_column_words(m.mapping))),
        Column("saved", _("Saved"), lambda m: m.saved_at, sort=("saved_at",)),
        Column("by", _("By"), lambda m: m.saved_by or _("the system")),
    ),
    order=("name", "pk"),
)


def _column_words(mapping: dict[str, Any]) -> list[str]:
    pairs = mapping.get("columns", {}).items()
    return [
        f"{FIELD_WORDS.get(name, name)}: {' + '.join(map(str, value)) if isinstance(value, list) else value}"
        for name, value in pairs
    ]


@require_GET
def mappings(request: ChapterRequest) -> HttpResponse:
    require_perm(request, "precincts.see_imports")
    page = MAPPINGS.read(request, SavedMapping.objects.visible_to(request.actor).select_related("saved_by"))
    return render(request, "precincts/imports/mappings.html", {"page": page})


@require_http_methods(["GET", "POST"])
def map_columns(request: ChapterRequest, import_id: int) -> HttpResponse:
    record = get_object_or_404(VoterImport.objects.visible_to(request.actor), pk=import_id)
    require_perm(request, "precincts.import_files", record)
    has_header = request.GET.get("header") != "no"
    columns = checks.list_columns(record, has_header=has_header)
    kind = record.kind
    start = (
        start_values(record.mapping.mapping, columns.header)
        if record.mapping is not None
        else start_values(
            {"columns": propose_columns(columns.header, kind=kind)} if has_header else {}, columns.header
        )
    )
    form = MappingForm(
        posted(request), kind=kind, columns=columns.choices, has_header=has_header, initial=start
    )
    if request.method == "POST" and form.is_valid():
        kept = record.mapping.mapping if record.mapping is not None else {}
        mapping = {**{name: kept[name] for name in _SAID_ELSEWHERE if name in kept}, **form.mapping()}
        incoming.save_mapping(
            record=record, name=form.cleaned_data["name"], mapping=mapping, by=request.actor
        )
        page = "map_statuses" if "status" in mapping["columns"] else "check_import"
        return redirect(chapter_url(f"precincts:{page}", import_id=record.pk))
    saved = list_mappings(request.actor, kind)
    context = {
        "record": record,
        "form": form,
        "columns": columns,
        "has_header": has_header,
        "choose": ChooseMappingForm(mappings=saved) if saved.exists() else None,
    }
    return render(
        request, "precincts/imports/map.html", context, status=422 if request.method == "POST" else 200
    )


@require_http_methods(["GET", "POST"])
def map_statuses(request: ChapterRequest, import_id: int) -> HttpResponse:
    """What each value of a mapped status column means."""
    record = get_object_or_404(VoterImport.objects.visible_to(request.actor), pk=import_id)
    require_perm(request, "precincts.import_files", record)
    mapping = record.mapping
    if record.finished_at is not None or mapping is None or record.kind != ImportKind.VOTERS:
        return redirect(get_page_of(record))
    counts = checks.count_statuses(record)
    if not counts:
        return redirect(get_page_of(record))
    form = StatusForm(posted(request), counts=counts, known=mapping.mapping.get("statuses", {}))
    if request.method == "POST" and form.is_valid():
        said = {**mapping.mapping, "statuses": {**mapping.mapping.get("statuses", {}), **form.statuses()}}
        incoming.save_mapping(record=record, name=mapping.name, mapping=said, by=request.actor)
        return redirect(chapter_url("precincts:check_import", import_id=record.pk))
    context = {
        "record": record,
        "form": form,
        "rows": counts.total(),
        "too_many": len(counts) > _MOST_STATUSES,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "precincts/imports/statuses.html", context, status=status)


@require_http_methods(["GET", "POST"])
def name_elections(request: ChapterRequest, import_id: int) -> HttpResponse:
    """Which elections the labels of a vote history stand for that nobody knew."""
    record = get_object_or_404(VoterImport.objects.visible_to(request.actor), pk=import_id)
    require_perm(request, "precincts.import_files", record)
    if record.finished_at is not None or not record.unknown_labels:
        return redirect(get_page_of(record))
    form = ElectionsForm(posted(request), labels=record.unknown_labels, known=record.elections)
    if request.method == "POST" and form.is_valid():
        incoming.name_elections(record=record, elections=form.elections(), by=request.actor)
        return redirect(chapter_url("precincts:check_import", import_id=record.pk))
    status = 422 if request.method == "POST" else 200
    return render(
        request, "precincts/imports/elections.html", {"record": record, "form": form}, status=status
    )


@require_POST
def choose_mapping(request: ChapterRequest, import_id: int) -> HttpResponse:
    record = get_object_or_404(VoterImport.objects.visible_to(request.actor), pk=import_id)
    require_perm(request, "precincts.import_files", record)
    form = ChooseMappingForm(request.POST, mappings=list_mappings(request.actor, record.kind))
    if form.is_valid():
        incoming.use_mapping(record=record, mapping=form.cleaned_data["mapping"], by=request.actor)
        return redirect(chapter_url("precincts:check_import", import_id=record.pk))
    return redirect(chapter_url("precincts:map_columns", import_id=record.pk))
