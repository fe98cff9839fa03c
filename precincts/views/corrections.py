"""What captains say the file has wrong: asked at the door, answered from the organizer's queue."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chapters.services import audit
from core.components import Detail
from core.http import ChapterRequest, chapter_url, require_perm
from core.lists import Column, Filter, ListSpec
from core.permissions import has_right
from core.templatetags.formats import day, when
from precincts.casing import in_plain_case
from precincts.enums import VALUED_CORRECTIONS, CorrectionKind, CorrectionState
from precincts.forms.corrections import CorrectionForm, DecisionForm
from precincts.models import Correction, Voter
from precincts.selectors.corrections import get_file_value, list_corrections
from precincts.services import corrections as services
from precincts.views.correction_words import say_what, state_badge
from precincts.views.links import area_of, neighbour_url


def _say_door(row: Correction) -> str:
    return in_plain_case(str(row.household)) if row.household is not None else ""


def _say_asked(row: Correction) -> str:
    return f"{row.asked_by or ''}, {day(row.asked_at)}".strip(", ")


CORRECTIONS = ListSpec(
    key="corrections",
    columns=(
        Column(
            "name", _("Neighbour"), lambda c: in_plain_case(str(c.voter)), title=True,
            sort=("voter__last_name", "voter__first_name"), line=_say_door,
            url=lambda c: chapter_url("precincts:correction", correction_id=c.pk), csv=lambda c: str(c.voter),
        ),
        Column("voter_id", _("State voter id"), lambda c: c.voter.state_voter_id or "", only_csv=True),
        Column("door", _("Door"), _say_door, only_csv=True),
        Column("what", _("What is wrong"), lambda c: c.get_what_display(), sort=("what",), only_csv=True),
        Column("says", _("Said to be right"), say_what, csv=lambda c: c.says),
        Column("file", _("The file says"), lambda c: get_file_value(c.voter, c.what) or "–"),
        Column("note", _("How it is known"), lambda c: c.note, only_csv=True),
        Column("asked", _("Asked"), _say_asked, sort=("asked_at",), csv=lambda c: c.asked_at),
        Column("state", _("State"), lambda c: c.get_state_display(), badge=state_badge, sort=("state",)),
        Column("answer", _("Answer"), lambda c: c.answer, only_csv=True),
    ),
    filters=(
        Filter("state", _("State"), CorrectionState.choices, lambda rows, value: rows.filter(state=value)),
        Filter("what", _("What is wrong"), CorrectionKind.choices, lambda rows, value: rows.filter(what=value)),
    ),
    search=lambda rows, words: (
        rows.filter(voter__last_name__istartswith=words)
        | rows.filter(voter__first_name__istartswith=words)
        | rows.filter(says__icontains=words)
    ),
    search_label=_("Name, or what is right"),
    order=("-decided_at", "-asked_at", "-pk"),  # what waits has no such day and comes first
    csv_right="precincts.export_corrections",
)  # fmt: skip


@require_safe
def corrections(request: ChapterRequest) -> HttpResponseBase:
    """All that captains say the file has wrong, with the answers; captains see their own neighbours'."""
    require_perm(request, "precincts.ask_correction")
    rows = list_corrections(request.actor)
    page = CORRECTIONS.read(request, rows)
    if page.wants_csv:
        audit.log_export(by=request.actor, what="corrections", says=_("corrections"), count=page.total)
        return page.csv("corrections.csv")
    may_decide = has_right(request.actor, "precincts.decide_corrections")
    context = {"page": page, "is_empty": not page.total and not page.is_narrowed, "may_decide": may_decide}
    return render(request, "precincts/corrections/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def correct_neighbour(request: ChapterRequest, voter_id: int) -> HttpResponse:
    """A form for what the file has wrong of a neighbour."""
    rows = Voter.objects.visible_to(request.actor).select_related("household__building", "household__block")
    voter: Voter = get_object_or_404(rows, pk=voter_id)
    require_perm(request, "precincts.ask_correction", voter)
    back = neighbour_url(voter)
    form = CorrectionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        services.ask_correction(voter=voter, by=request.actor, at=timezone.now(), **form.cleaned_data)
        messages.success(request, gettext("Sent: an organizer will look at it."))
        return redirect(back)
    facts = [(CorrectionKind(kind).label, get_file_value(voter, kind)) for kind in VALUED_CORRECTIONS]
    context = {
        "form": form,
        "name": in_plain_case(str(voter)),
        "address": in_plain_case(str(voter.household)) if voter.household is not None else "",
        "facts": [Detail(label=_capital(label), value=value) for label, value in facts if value],
        "back": back,
        "area": area_of(request, voter),
    }
    return render(request, "precincts/corrections/ask.html", context, status=422 if form.is_bound else 200)


@require_safe
def correction(request: ChapterRequest, correction_id: int) -> HttpResponse:
    """One correction beside what the file says, with the answer or the form for it."""
    return _draw(request, _get(request, correction_id), DecisionForm())


@require_POST
def decide_correction(request: ChapterRequest, correction_id: int) -> HttpResponse:
    """Approve or reject a correction."""
    row = _get(request, correction_id)
    require_perm(request, "precincts.decide_corrections", row)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _draw(request, row, form)
    words = {"name": in_plain_case(str(row.voter))}
    known: dict[str, Any] = {
        "correction": row, "by": request.actor, "at": timezone.now(), "answer": form.cleaned_data["answer"],
    }  # fmt: skip
    if form.cleaned_data["decision"] == "approve":
        services.approve_correction(**known)
        messages.success(
            request, gettext("Approved: it stands beside what the file says of %(name)s.") % words
        )
    elif form.cleaned_data["decision"] == "revoke":
        services.revoke_correction(**known)
        messages.success(request, gettext("Taken back: the file's word stands again for %(name)s.") % words)
    else:
        services.reject_correction(**known)
        messages.success(request, gettext("Rejected: the file's word stands for %(name)s.") % words)
    return redirect(chapter_url("precincts:corrections") + f"?state={CorrectionState.OPEN}")


def _get(request: ChapterRequest, correction_id: int) -> Correction:
    row: Correction = get_object_or_404(list_corrections(request.actor), pk=correction_id)
    require_perm(request, "precincts.ask_correction", row)
    return row


def _draw(request: ChapterRequest, row: Correction, form: DecisionForm) -> HttpResponse:
    file_value = get_file_value(row.voter, row.what)
    details = [
        Detail(label=_("Said to be right"), value=say_what(row)),
        Detail(label=_("The file says"), value=file_value) if file_value else None,
        Detail(label=_("How it is known"), value=row.note) if row.note else None,
        _say_place(row),
        Detail(label=_("Asked"), value=f"{row.asked_by or ''}, {when(row.asked_at)}".strip(", ")),
        Detail(label=_("Decided"), value=f"{row.decided_by or ''}, {when(row.decided_at)}".strip(", "))
        if row.decided_at
        else None,
        Detail(label=_("Answer"), value=row.answer) if row.answer else None,
    ]
    context = {
        "row": row,
        "name": in_plain_case(str(row.voter)),
        "badge": state_badge(row),
        "details": [one for one in details if one is not None],
        "form": form,
        "may_decide": row.state != CorrectionState.REJECTED
        and has_right(request.actor, "precincts.decide_corrections", row),
        "stops_reach": row.what not in VALUED_CORRECTIONS,
    }
    return render(
        request, "precincts/corrections/correction.html", context, status=422 if form.is_bound else 200
    )


def _say_place(row: Correction) -> Detail | None:
    """The door, with the way to the neighbour in the book while they stand there."""
    if row.household is None:
        return None
    return Detail(
        label=_("Door"), value=_say_door(row), url=neighbour_url(row.voter) if row.voter.is_listed else ""
    )


def _capital(words: Any) -> str:
    return str(words)[:1].upper() + str(words)[1:]
