"""Bringing people in from a CSV file: choose it, see what it would do, then do it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chapters.forms.members import PeopleFileForm
from chapters.forms.people_columns import ColumnsForm
from chapters.member_csv import COLUMNS, FULL_NAME, read_people
from chapters.services.member_imports import begin_import, plan_import
from chapters.services.people_columns import find_fields, save_fields
from chapters.views.members import MEMBERS
from core.http import ChapterRequest, chapter_url, require_perm
from core.table_files import UnreadableFile, name_fields, read_head
from core.table_imports import TableImport
from core.templatetags.formats import number
from core.waiting_files import Waiting


def _run(request: ChapterRequest, file: Waiting) -> HttpResponse:
    # The file stays, so that a second click finds the same job; the clean-up deletes it.
    fields = _fields_of(request, file)
    job = begin_import(
        chapter=request.chapter, content=file.content, filename=file.name, by=request.actor, fields=fields
    )
    return redirect(chapter_url("chapters:job", job_id=job.pk))


PEOPLE = TableImport(
    key="people",
    right="chapters.edit_members",
    form=PeopleFileForm,
    read=read_people,
    plan=plan_import,
    run=_run,
    title=_("Import people from CSV"),
    line=_("Known people are updated in place: by e-mail, phone, or name and address. Nobody is removed."),
    columns=_(
        "First name, last name, e-mail, phone, address, language, kind, standing, since, note. "
        "What other columns mean is asked once. An empty cell changes nothing."
    ),
    template_hint=_("The quickest template is our own export: People, then CSV."),
    new=_("New people"),
    label=lambda count: (
        ngettext("Import %(count)s person", "Import %(count)s people", count) % {"count": number(count)}
    ),
    list_name=_("People"),
    list_url="chapters:members",
    choose_url="chapters:import_members",
    check_url="chapters:check_import",
    start_url="chapters:start_import",
    map_url="chapters:map_import",
)


def _fields_of(request: ChapterRequest, file: Waiting) -> list[str] | None:
    """What somebody has said of the file's columns; None where their names say it."""
    header, _rows = read_head(file.content)
    return find_fields(request.chapter, header)


def _flow(request: ChapterRequest, file: Waiting) -> TableImport:
    """The import as it reads this file."""
    return replace(PEOPLE, read=partial(read_people, fields=_fields_of(request, file)))


def _needs_asking(header: list[str]) -> bool:
    """Whether a column's name says nothing, and is none of those that our own export adds."""
    meant = name_fields(header, COLUMNS)
    own = {str(column.label).lower() for column in MEMBERS.columns}
    unknown = [
        title for title, name in zip(header, meant, strict=True) if not name and title.lower() not in own
    ]
    return bool(unknown) or not {"first_name", FULL_NAME} & set(meant)


@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: ChapterRequest) -> HttpResponse:
    """The form for the file; where its columns have names nobody knows yet, what they mean is asked next."""
    require_perm(request, PEOPLE.right)
    form = PEOPLE.form(request.POST if request.method == "POST" else None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        waiting = Waiting(file.name, file.read())
        try:
            header, _rows = read_head(waiting.content)
            asks = find_fields(request.chapter, header) is None and _needs_asking(header)
            if not asks:
                _flow(request, waiting).read(waiting.content)
        except UnreadableFile as error:
            form.add_error("file", str(error))
        else:
            PEOPLE.chosen.keep(request, name=file.name, content=waiting.content)
            return redirect(chapter_url(PEOPLE.map_url if asks else PEOPLE.check_url))
    status = 422 if form.is_bound else 200
    return render(request, "components/table_import.html", {"form": form, "flow": PEOPLE}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def map_columns(request: ChapterRequest) -> HttpResponse:
    """What each column of the chosen file means; kept for the next file with the same header."""
    require_perm(request, PEOPLE.right)
    file = PEOPLE.chosen.read(request)
    if file is None:
        return redirect(chapter_url(PEOPLE.choose_url))
    header, rows = read_head(file.content)
    meant = find_fields(request.chapter, header) or name_fields(header, COLUMNS)
    form = ColumnsForm(
        request.POST if request.method == "POST" else None, header=header, rows=rows, meant=meant
    )
    if request.method == "POST" and form.is_valid():
        try:
            read_people(file.content, fields=form.said)
        except UnreadableFile as error:
            form.add_error(None, str(error))
        else:
            save_fields(
                chapter=request.chapter, header=header, fields=form.said, by=request.actor, at=timezone.now()
            )
            return redirect(chapter_url(PEOPLE.check_url))
    context = {"form": form, "flow": PEOPLE, "filename": file.name}
    return render(request, "chapters/members/columns.html", context, status=422 if form.is_bound else 200)


@require_safe
def check(request: ChapterRequest) -> HttpResponse:
    """What the chosen file would do."""
    require_perm(request, PEOPLE.right)
    file = PEOPLE.chosen.read(request)
    return PEOPLE.check(request) if file is None else _flow(request, file).check(request)


@require_POST
def start(request: ChapterRequest) -> HttpResponse:
    """Take the chosen file in, in the background."""
    return PEOPLE.start(request)
