"""Files on their way in: choose, check, say the columns, start; and what came of each."""

from __future__ import annotations

from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chapters.enums import JobState
from chapters.selectors.actors import today_in
from chapters.services import audit
from core.components import Badge, Detail, Stat
from core.http import ChapterRequest, chapter_url, require_perm
from core.lists import Column, Filter, ListSpec
from core.templatetags.formats import number
from precincts.enums import ChangeKind, ImportKind
from precincts.forms.imports import (
    FIELD_WORDS,
    StartForm,
    UploadForm,
)
from precincts.models import ImportReject, VoterImport
from precincts.selectors.imports import get_page_of, list_imports
from precincts.selectors.returned import get_likely_election
from precincts.services.imports import checks, incoming

MAPPED = frozenset({ImportKind.VOTERS, ImportKind.HISTORY, ImportKind.RETURNED})
"""Kinds of files whose columns a person can say."""


def _state(record: VoterImport) -> Badge:
    if record.finished_at is not None:
        return Badge(word=_("imported"), icon="check-circle", tone="good")
    if record.job is None:
        return Badge(word=_("waiting for you"), icon="hand-index", tone="mark")
    if record.job.is_open:
        return Badge(word=_("being imported"), icon="arrow-repeat")
    if record.job.state == JobState.CANCELLED:
        return Badge(word=_("stopped"), icon="x-circle")
    return Badge(word=_("refused"), icon="exclamation-octagon", tone="danger")


IMPORTS = ListSpec(
    key="imports",
    columns=(
        Column("file", _("File"), lambda r: r.filename, sort=("filename",), title=True, url=get_page_of),
        Column("kind", _("What"), lambda r: r.get_kind_display()),
        Column("state", _("State"), lambda r: _state(r).word, badge=_state),
        Column("source", _("Source"), lambda r: r.source),
        Column("obtained", _("Obtained on"), lambda r: r.obtained_on, sort=("obtained_on",)),
        Column("use", _("May be used for"), lambda r: r.permitted_use),
        Column("by", _("By"), lambda r: r.imported_by or _("the system")),
        Column("at", _("When"), lambda r: r.started_at, sort=("started_at",)),
    ),
    filters=(Filter("kind", _("What"), ImportKind.choices, lambda rows, value: rows.filter(kind=value)),),
    search=lambda rows, words: rows.filter(filename__icontains=words),
    order=("-started_at", "pk"),
)

LEFT_OUT = ListSpec(
    key="left_out",
    columns=(
        Column("line", _("Line"), lambda r: r.line, sort=("line",), title=True, numeric=True),
        Column("reason", _("Why"), lambda r: r.reason, sort=("part", "code", "said", "detail")),
        Column("taken", _("Taken in"), lambda r: _("yes, with a doubt") if r.is_warning else _("no")),
        Column("text", _("Beginning of the row"), lambda r: r.text),
    ),
    filters=(
        Filter(
            "taken",
            _("Taken in"),
            [("no", _("left out")), ("yes", _("taken in with a doubt"))],
            lambda rows, value: rows.filter(is_warning=value == "yes"),
        ),
    ),
    order=("line", "pk"),
    csv_right="precincts.export_rejects",
)


def posted(request: ChapterRequest) -> QueryDict | None:
    """The form's fields; an empty form that was posted is not one that was only shown."""
    return request.POST if request.method == "POST" else None


@require_GET
def index(request: ChapterRequest) -> HttpResponse:
    require_perm(request, "precincts.see_imports")
    page = IMPORTS.read(request, list_imports(request.actor))
    return render(request, "precincts/imports/index.html", {"page": page})


@require_http_methods(["GET", "POST"])
def upload(request: ChapterRequest) -> HttpResponse:
    require_perm(request, "precincts.import_files")
    asked = request.GET.get("kind", "")
    kind = asked if asked in ImportKind.values else ImportKind.VOTERS
    start = {"kind": kind, "obtained_on": today_in(request.chapter)}
    form = UploadForm(posted(request), request.FILES or None, initial=start)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        record = incoming.keep_upload(
            chapter=request.chapter, kind=ImportKind(said.pop("kind")), by=request.actor, **said
        )
        return redirect(chapter_url("precincts:check_import", import_id=record.pk))
    status = 422 if request.method == "POST" else 200
    return render(request, "precincts/imports/upload.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
def check(request: ChapterRequest, import_id: int) -> HttpResponse:
    record = get_object_or_404(VoterImport.objects.visible_to(request.actor), pk=import_id)
    require_perm(request, "precincts.import_files", record)
    if record.finished_at is not None:
        return redirect(chapter_url("precincts:import_report", import_id=record.pk))
    checked = checks.check_upload(record)
    form = StartForm(
        posted(request),
        keys=checked.keys,
        doubts=checked.doubts,
        asks_election=record.kind == ImportKind.RETURNED,
        initial=get_likely_election(request.chapter, today_in(request.chapter)),
    )
    if request.method == "POST" and form.is_valid():
        job = incoming.begin_import(record=record, by=request.actor, **form.said)
        return redirect(chapter_url("chapters:job", job_id=job.pk))
    failed = record.job if record.job is not None and record.job.state == JobState.FAILED else None
    context = {
        "record": record,
        "checked": checked,
        "form": form,
        "failed": failed,
        "has_statuses": record.mapping is not None and "status" in record.mapping.mapping.get("columns", {}),
        "may_map": record.kind in MAPPED,
    }
    return render(
        request, "precincts/imports/check.html", context, status=422 if request.method == "POST" else 200
    )


@require_POST
def discard(request: ChapterRequest, import_id: int) -> HttpResponse:
    record = get_object_or_404(VoterImport.objects.visible_to(request.actor), pk=import_id)
    require_perm(request, "precincts.import_files", record)
    incoming.discard_upload(record=record, by=request.actor)
    return redirect(chapter_url("precincts:imports"))


@require_GET
def report(request: ChapterRequest, import_id: int) -> HttpResponseBase:
    record = get_object_or_404(list_imports(request.actor), pk=import_id)
    require_perm(request, "precincts.see_imports", record)
    if record.finished_at is None:
        return redirect(get_page_of(record))
    page = LEFT_OUT.read(request, ImportReject.objects.visible_to(request.actor).filter(voter_import=record))
    if page.wants_csv:
        audit.log_export(by=request.actor, what="import_rejects", says=_("rows left out"), count=page.total)
        return page.csv("left-out.csv")
    context = {
        "record": record,
        "page": page,
        "stats": _stats(record),
        "details": _details(record),
        "columns": [(FIELD_WORDS.get(n, n), c) for n, c in record.counts.get("changed_columns", {}).items()],
    }
    return render(request, "precincts/imports/report.html", context)


_STATS = {
    ImportKind.VOTERS: (
        ("voters", _("voters in the file")),
        (ChangeKind.NEW, _("new")),
        (ChangeKind.MOVED, _("moved")),
        (ChangeKind.CHANGED, _("changed")),
        (ChangeKind.GONE, _("gone")),
        (ChangeKind.RETURNED, _("returned")),
        ("unchanged", _("unchanged")),
        ("turned_18", _("turned 18")),
    ),
    ImportKind.HISTORY: (
        ("rows", _("votes in the file")),
        ("matched", _("matched to a person and an election")),
        ("unmatched", _("not matched")),
        ("voters_changed", _("people whose history changed")),
    ),
    ImportKind.ADDRESSES: (
        ("points", _("address points")),
        ("buildings", _("buildings")),
        ("households_placed", _("households on the map")),
        ("households_unplaced", _("households without a place, kept as list-only")),
    ),
    ImportKind.RETURNED: (
        ("rows", _("rows in the list")),
        ("newly_struck", _("newly struck off")),
        ("new", _("people named for the first time")),
        ("changed", _("changed")),
        ("unchanged", _("known from an earlier list")),
        ("not_accepted", _("came back and are not accepted")),
        ("waiting", _("not back yet")),
        ("unknown", _("numbers of nobody here")),
        ("struck", _("have voted, by all lists")),
    ),
    ImportKind.BOUNDARIES: (
        ("features", _("polygons in the file")),
        ("matched", _("precincts drawn")),
    ),
}


def _stats(record: VoterImport) -> list[Stat]:
    return [
        Stat(number=number(record.counts.get(str(name), 0)), words=words)
        for name, words in _STATS[ImportKind(record.kind)]
    ]


def _details(record: VoterImport) -> list[Detail]:
    rows = [
        Detail(label=_("Election"), value=str(record.election or "")),
        Detail(label=_("Source"), value=record.source),
        Detail(label=_("Obtained on"), value=record.obtained_on),
        Detail(label=_("May be used for"), value=record.permitted_use),
        Detail(label=_("Layout"), value=record.layout),
        Detail(label=_("Imported by"), value=str(record.imported_by or gettext("the system"))),
        Detail(label=_("Imported"), value=record.finished_at),
        Detail(label=_("SHA-256 of the file"), value=record.sha256),
    ]
    return [row for row in rows if row.value]
