"""Committee seats from a CSV file: choose it, see what it would do, then do it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.http import ChapterRequest, chapter_url
from core.table_imports import TableImport
from core.templatetags.formats import number
from core.waiting_files import Waiting
from precincts.forms.seats import SeatFileForm
from precincts.seat_csv import read_seats
from precincts.services.seat_imports import import_seats, plan_seats


def _run(request: ChapterRequest, file: Waiting) -> HttpResponse:
    plan = import_seats(chapter=request.chapter, content=file.content, filename=file.name, by=request.actor)
    SEATS.chosen.forget(request)
    messages.success(
        request,
        gettext("%(added)d seats added, %(changed)d changed, %(refused)d rows refused.")
        % {"added": len(plan.added), "changed": len(plan.changed), "refused": len(plan.refused)},
    )
    return redirect(chapter_url("precincts:seats"))


SEATS = TableImport(
    key="seats",
    right="precincts.edit_seats",
    form=SeatFileForm,
    read=read_seats,
    plan=plan_seats,
    run=_run,
    title=_("Import seats from CSV"),
    line=_("Known seats are updated in place by precinct, title and number; none is doubled or removed."),
    columns=_(
        "Precinct, county, seat, seat number, filled by (election or appointment), holder, since, term begins, "
        "term ends, filing opens, filing closes, signatures needed, signatures collected. Other columns are left "
        "out, and an empty cell changes nothing: write “vacant” where nobody holds the seat."
    ),
    template_hint=_("The quickest template is our own export: Committee seats, then CSV."),
    new=_("New seats"),
    label=lambda count: (
        ngettext("Import %(count)s seat", "Import %(count)s seats", count) % {"count": number(count)}
    ),
    list_name=_("Committee seats"),
    list_url="precincts:seats",
    choose_url="precincts:import_seats",
    check_url="precincts:check_seats",
    start_url="precincts:start_seats",
)


@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: ChapterRequest) -> HttpResponse:
    """The form for the file."""
    return SEATS.choose(request)


@require_safe
def check(request: ChapterRequest) -> HttpResponse:
    """What the chosen file would do."""
    return SEATS.check(request)


@require_POST
def start(request: ChapterRequest) -> HttpResponse:
    """Take the chosen file in."""
    return SEATS.start(request)
