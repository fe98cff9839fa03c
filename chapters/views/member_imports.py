"""Bringing people in from a CSV file: choose it, see what it would do, then do it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from chapters.forms.members import PeopleFileForm
from chapters.services.member_imports import (
    WrongPeopleFile,
    begin_import,
    plan_import,
    read_people_file,
)
from core.http import ChapterRequest, chapter_url, require_perm
from core.waiting_files import WaitingFile

CHOSEN = WaitingFile("people")


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
            CHOSEN.keep(request, name=file.name, content=content)
            return redirect(chapter_url("chapters:check_import"))
    return render(request, "chapters/members/import.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET"])
def check(request: ChapterRequest) -> HttpResponse:
    require_perm(request, "chapters.edit_members")
    file = CHOSEN.read(request)
    if file is None:
        return redirect(chapter_url("chapters:import_members"))
    people = read_people_file(file.content)
    plan = plan_import(chapter=request.chapter, people=people)
    context = {
        "filename": file.name,
        "people": people,
        "plan": plan,
        "total": len(people.rows) + len(people.refused),
        "useful": len(plan.added) + len(plan.changed),
        "refused": plan.refused[:200],
    }
    return render(request, "chapters/members/check.html", context)


@require_POST
def start(request: ChapterRequest) -> HttpResponse:
    require_perm(request, "chapters.edit_members")
    file = CHOSEN.read(request)
    if file is None:
        return redirect(chapter_url("chapters:import_members"))
    # The file stays, so that a second click finds the same job; the clean-up deletes it.
    job = begin_import(chapter=request.chapter, content=file.content, filename=file.name, by=request.actor)
    return redirect(chapter_url("chapters:job", job_id=job.pk))
