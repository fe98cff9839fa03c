"""Bringing people in from a CSV file: choose it, see what it would do, then do it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from chapters.forms.members import PeopleFileForm
from chapters.services.member_imports import (
    WrongPeopleFile,
    begin_import,
    forget_people_file,
    get_people_file,
    keep_people_file,
    plan_import,
    read_people_file,
)
from core.http import ChapterRequest, chapter_url, require_perm

_KEY = "people_file"
_SHOWN = 10


@require_http_methods(["GET", "POST"])
def choose(request: ChapterRequest) -> HttpResponse:
    require_perm(request, "chapters.edit_members")
    form = PeopleFileForm(request.POST if request.method == "POST" else None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            path = keep_people_file(chapter=request.chapter, content=file.read())
        except WrongPeopleFile as error:
            form.add_error("file", error.message)
        else:
            _forget(request)
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
    # The file stays, so that a second click finds the same job; the clean-up deletes it.
    name = request.session[_KEY]["name"]
    job = begin_import(chapter=request.chapter, content=content, filename=name, by=request.actor)
    return redirect(chapter_url("chapters:job", job_id=job.pk))


def _read_waiting(request: ChapterRequest) -> bytes | None:
    """The file chosen a moment ago for this chapter, None when there is none."""
    waiting = request.session.get(_KEY)
    if waiting is None or waiting["chapter"] != request.chapter.pk:
        return None
    return get_people_file(waiting["path"])


def _forget(request: ChapterRequest) -> None:
    waiting = request.session.pop(_KEY, None)
    if waiting is not None:
        forget_people_file(waiting["path"])
