"""Committee seats from a CSV file: choose it, see what it would do, then do it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.http import ChapterRequest, chapter_url, require_perm
from core.waiting_files import WaitingFile
from precincts.forms.seats import SeatFileForm
from precincts.services.seat_imports import (
    SeatPlan,
    WrongSeatFile,
    import_seats,
    plan_seats,
    read_seat_file,
)

CHOSEN = WaitingFile("seats")
_SHOWN_REFUSALS = 200


@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: ChapterRequest) -> HttpResponse:
    """The form for the file."""
    require_perm(request, "precincts.edit_seats")
    form = SeatFileForm(request.POST if request.method == "POST" else None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        content = file.read()
        try:
            read_seat_file(content)
        except WrongSeatFile as error:
            form.add_error("file", error.message)
        else:
            CHOSEN.keep(request, name=file.name, content=content)
            return redirect(chapter_url("precincts:check_seats"))
    return render(
        request, "precincts/seats/import.html", {"form": form}, status=422 if form.is_bound else 200
    )


@require_safe
def check(request: ChapterRequest) -> HttpResponse:
    """What the chosen file would do."""
    require_perm(request, "precincts.edit_seats")
    file = CHOSEN.read(request)
    if file is None:
        return redirect(chapter_url("precincts:import_seats"))
    table = read_seat_file(file.content)
    plan = plan_seats(chapter=request.chapter, table=table)
    context = {
        "filename": file.name,
        "table": table,
        "plan": plan,
        "total": len(table.rows) + len(table.refused),
        "useful": _count(plan),
        "refused": plan.refused[:_SHOWN_REFUSALS],
    }
    return render(request, "precincts/seats/check.html", context)


@require_POST
def start(request: ChapterRequest) -> HttpResponse:
    """Take the chosen file in."""
    require_perm(request, "precincts.edit_seats")
    file = CHOSEN.read(request)
    if file is None:
        return redirect(chapter_url("precincts:import_seats"))
    plan = import_seats(chapter=request.chapter, content=file.content, filename=file.name, by=request.actor)
    CHOSEN.forget(request)
    messages.success(
        request,
        _("%(added)d seats added, %(changed)d changed, %(refused)d rows refused.")
        % {"added": len(plan.added), "changed": len(plan.changed), "refused": len(plan.refused)},
    )
    return redirect(chapter_url("precincts:seats"))


def _count(plan: SeatPlan) -> int:
    return len(plan.added) + len(plan.changed)
