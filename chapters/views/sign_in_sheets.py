"""Signing people in at the door: a sheet for the phone, one on paper, and a form for who walks in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from chapters.forms.meetings import WalkInForm
from chapters.models import Meeting, Member
from chapters.selectors.meetings import SheetLine, get_sheet_line, list_people, list_sheet
from chapters.services.attendance import DOORS_OPEN, sign_in, sign_out
from chapters.services.attendance import walk_in as add_walk_in
from chapters.services.sign_in_sheets import order_sheet
from chapters.views.meetings import get_own_meeting
from core.http import ChapterRequest, chapter_url

MOST_OTHERS = 8


def _sheet_url(meeting: Meeting) -> str:
    return chapter_url("chapters:sign_in_sheet", meeting_id=meeting.pk)


@require_safe
def sheet(request: ChapterRequest, meeting_id: int) -> HttpResponse:
    """Everybody invited, a tap to sign each in; typed letters narrow it, and find people who were not invited."""
    meeting = get_own_meeting(request, meeting_id)
    context = _get_context(request, meeting)
    template = "chapters/meetings/sheet_lines.html" if request.htmx else "chapters/meetings/sheet.html"
    return render(request, template, context)


def _get_context(request: ChapterRequest, meeting: Meeting, form: WalkInForm | None = None) -> dict[str, Any]:
    words = request.GET.get("q", "").replace("\x00", "").strip()[:80]
    lines = list_sheet(meeting)
    there = sum(line.is_there for line in lines)
    shown = [line for line in lines if _matches(line.name, words)]
    known = {line.member_id for line in lines}
    others = _find_others(meeting, words, known) if len(words) > 1 else []
    return {
        "meeting": meeting,
        "words": words,
        "lines": shown,
        "others": others,
        "there": there,
        "invited": len(lines),
        "form": form or WalkInForm(meeting=meeting),
        "is_open": meeting.is_planned and meeting.starts_at - timezone.now() <= DOORS_OPEN,
    }


def _matches(name: str, words: str) -> bool:
    folded = name.casefold()
    return all(word in folded for word in words.casefold().split())


def _find_others(meeting: Meeting, words: str, known: set[int]) -> list[SheetLine]:
    """People of the chapter who are not on the sheet; at most a handful."""
    rows = list_people(meeting).search_names(words).exclude(pk__in=known)  # type: ignore[attr-defined]
    return [SheetLine(row.pk, str(row), "", 0, None, "") for row in rows[:MOST_OTHERS]]


@require_POST
def sign(request: ChapterRequest, meeting_id: int, member_id: int) -> HttpResponse:
    """Sign somebody in, or take it back; a second tap on a slow line says the same again and changes nothing."""
    meeting = get_own_meeting(request, meeting_id)
    member: Member = get_object_or_404(Member.objects.filter(chapter_id=meeting.chapter_id), pk=member_id)
    if request.POST.get("there") == "no":
        sign_out(meeting=meeting, member=member, by=request.actor)
    else:
        sign_in(meeting=meeting, member=member, by=request.actor, at=timezone.now())
    if not request.htmx:
        return redirect(f"{_sheet_url(meeting)}#person-{member.pk}")
    context = {"meeting": meeting, "line": get_sheet_line(meeting, member), "is_open": True, "counts": True}
    lines = list_sheet(meeting)
    context |= {"there": sum(line.is_there for line in lines), "invited": len(lines)}
    return render(request, "chapters/meetings/sheet_line.html", context)


@require_POST
def walk_in(request: ChapterRequest, meeting_id: int) -> HttpResponse:
    """Sign in somebody who was not expected; a first name is enough."""
    meeting = get_own_meeting(request, meeting_id)
    form = WalkInForm(request.POST, meeting=meeting)
    if not form.is_valid():
        context = _get_context(request, meeting, form)
        return render(request, "chapters/meetings/sheet.html", context, status=422)
    row = add_walk_in(meeting=meeting, by=request.actor, at=timezone.now(), **form.cleaned_data)
    messages.success(request, gettext("%(person)s is signed in.") % {"person": row.member})
    return redirect(_sheet_url(meeting))


@require_POST
def paper(request: ChapterRequest, meeting_id: int) -> HttpResponse:
    """Have the sheet printed; the page of the work has the file."""
    meeting = get_own_meeting(request, meeting_id)
    job = order_sheet(meeting=meeting, by=request.actor)
    return redirect(chapter_url("chapters:job", job_id=job.pk))
