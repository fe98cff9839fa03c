"""Bringing people in from a CSV file: choose it, see what it would do, then do it."""

from __future__ import annotations

from uuid import uuid4

from django.core.files.base import ContentFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from chapters.forms.members import PeopleFileForm
from chapters.services.jobs import GivenFile, start_job
from chapters.services.member_imports import WrongPeopleFile, plan_import, read_people_file
from core.files import private_storage, storage_key
from core.http import ChapterRequest, chapter_url, require_perm

_KEY = "people_file"
_SHOWN = 10


@require_http_methods(["GET", "POST"])
def choose(request: ChapterRequest) -> HttpResponse:
    require_perm(request, "chapters.edit_members")
    form = PeopleFileForm(request.POST if request.method == "POST" else None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        content = file.read()
        try:
            read_people_file(content)
        except WrongPeopleFile as error:
            form.add_error("file", error.message)
        else:
            _forget(request)
            path = private_storage().save(
                storage_key("people", request.chapter.pk, f"{uuid4()}.csv"), ContentFile(content)
            )
            request.session[_KEY] = {"path": path, "name": file.name[:200], "chapter": request.chapter.pk}
            return redirect(chapter_url("chapters:check_import"))
    return render(request, "chapters/members/import.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET"])
def check(request: ChapterRequest) -> HttpResponse:
    require_perm(request, "chapters.edit_members")
    content = _read_waiting(request)
    if content is None:
        return redirect(chapter_url("chapters:import_members"))
    people = read_people_file(content)
    plan = plan_import(chapter=request.chapter, people=people)
    context = {
        "filename": request.session[_KEY]["name"],
        "people": people,
        "plan": plan,
        "total": len(people.rows) + len(people.refused),
        "useful": len(plan.added) + len(plan.changed),
        "sample": [[row.values.get(name, "") for name in people.columns] for row in people.rows[:_SHOWN]],
        "refused": plan.refused[:200],
    }
    return render(request, "chapters/members/check.html", context)


@require_POST
def start(request: ChapterRequest) -> HttpResponse:
    require_perm(request, "chapters.edit_members")
    content = _read_waiting(request)
    if content is None:
        return redirect(chapter_url("chapters:import_members"))
    name = request.session[_KEY]["name"]
    job = start_job(
        kind="chapters.import_members",
        chapter=request.chapter,
        params={"filename": name},
        by=request.actor,
        files=[GivenFile(content=content, filename=name, content_type="text/csv")],
    )
    _forget(request)
    return redirect(chapter_url("chapters:job", job_id=job.pk))


def _read_waiting(request: ChapterRequest) -> bytes | None:
    """The file chosen a moment ago for this chapter, None when there is none."""
    waiting = request.session.get(_KEY)
    if waiting is None or waiting["chapter"] != request.chapter.pk:
        return None
    try:
        with private_storage().open(waiting["path"]) as stream:
            return bytes(stream.read())
    except FileNotFoundError:
        return None


def _forget(request: ChapterRequest) -> None:
    waiting = request.session.pop(_KEY, None)
    if waiting is not None:
        private_storage().delete(waiting["path"])
