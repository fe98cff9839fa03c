"""Bringing people in from a CSV file: choose it, see what it would do, then do it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chapters.forms.members import PeopleFileForm
from chapters.member_csv import read_people
from chapters.services.member_imports import begin_import, plan_import
from core.http import ChapterRequest, chapter_url
from core.table_imports import TableImport
from core.templatetags.formats import number
from core.waiting_files import Waiting


def _run(request: ChapterRequest, file: Waiting) -> HttpResponse:
    # The file stays, so that a second click finds the same job; the clean-up deletes it.
    job = begin_import(chapter=request.chapter, content=file.content, filename=file.name, by=request.actor)
    return redirect(chapter_url("chapters:job", job_id=job.pk))


PEOPLE = TableImport(
    key="people",
    right="chapters.edit_members",
    form=PeopleFileForm,
    read=read_people,
    plan=plan_import,
    run=_run,
    title=_("Import people from CSV"),
    line=_("Known people are updated in place by their e-mail; nobody is doubled or removed."),
    columns=_(
        "First name, last name, e-mail, phone, address, language, kind, standing, since, note. "
        "Other columns are left out, and an empty cell changes nothing."
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
)


@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: ChapterRequest) -> HttpResponse:
    """The form for the file."""
    return PEOPLE.choose(request)


@require_safe
def check(request: ChapterRequest) -> HttpResponse:
    """What the chosen file would do."""
    return PEOPLE.check(request)


@require_POST
def start(request: ChapterRequest) -> HttpResponse:
    """Take the chosen file in, in the background."""
    return PEOPLE.start(request)
