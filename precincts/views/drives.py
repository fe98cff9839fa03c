"""The drive for registrations: the neighbours known who are not registered, and what became of their forms."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chapters.selectors.actors import today_in
from chapters.services import audit
from core.components import Action, Badge, Step
from core.http import ChapterRequest, chapter_url, require_perm
from core.lists import Column, Filter, ListSpec, Rows
from core.permissions import has_right
from core.templatetags.formats import day
from core.undo import offer_undo
from precincts.casing import in_plain_case
from precincts.forms.drives import FormDayForm
from precincts.models import Precinct, RegistrationEffort, Voter
from precincts.selectors.plans import get_effort, list_unregistered
from precincts.services import drives as services
from precincts.views.links import area_of, neighbour_url


def _badge(voter: Any) -> Badge:
    if voter.sent_on:
        return Badge(word=_("form sent"), icon="send-check", tone="good")
    if voter.given_on:
        return Badge(word=_("form given"), icon="file-earmark-check", tone="mark")
    return Badge(word=_("no form yet"), icon="file-earmark", tone="neutral")


def _say_days(voter: Any) -> str:
    if voter.sent_on:
        return gettext("given %(given)s, sent %(sent)s") % {
            "given": day(voter.given_on), "sent": day(voter.sent_on),
        }  # fmt: skip
    return gettext("given %(given)s") % {"given": day(voter.given_on)} if voter.given_on else ""


def _list_actions(voter: Any) -> list[Action]:
    if voter.sent_on:
        return [
            Action(
                label=_("Not sent after all"), icon="arrow-counterclockwise", post=True,
                url=chapter_url("precincts:take_form_back", voter_id=voter.pk),
            )
        ]  # fmt: skip
    if voter.given_on:
        url = chapter_url("precincts:send_form", voter_id=voter.pk)
        return [Action(label=_("Form sent"), url=url, icon="send", post=True)]
    url = chapter_url("precincts:give_form", voter_id=voter.pk)
    return [Action(label=_("Form given"), url=url, icon="file-earmark-plus", post=True)]


def _by_state(rows: Rows, value: str) -> Rows:
    if value == "none":
        return rows.filter(given_on__isnull=True)
    if value == "given":
        return rows.filter(given_on__isnull=False, sent_on__isnull=True)
    return rows.filter(sent_on__isnull=False)


UNREGISTERED = ListSpec(
    key="drive",
    columns=(
        Column(
            "name", _("Neighbour"), lambda v: in_plain_case(str(v)), sort=("last_name", "first_name"), title=True,
            line=lambda v: in_plain_case(str(v.household or "")),
            url=lambda v: chapter_url("precincts:registration", voter_id=v.pk),
        ),
        Column("block", _("Block"), lambda v: str(v.household.block or "") if v.household else ""),
        Column("added", _("Added"), lambda v: timezone.localdate(v.added_at), sort=("added_at",), line=lambda v: v.added_by or ""),
        Column("state", _("State"), lambda v: str(_badge(v).word), badge=_badge, line=_say_days),
        Column("given", _("Form given"), lambda v: v.given_on, only_csv=True),
        Column("sent", _("Form sent"), lambda v: v.sent_on, only_csv=True),
        Column("address", _("Address"), lambda v: in_plain_case(str(v.household or "")), only_csv=True),
    ),
    filters=(
        Filter(
            "state", _("State"),
            [("none", _("No form yet")), ("given", _("Form given")), ("sent", _("Form sent"))], _by_state,
        ),
    ),
    search=lambda rows, words: (
        rows.filter(last_name__istartswith=words)
        | rows.filter(first_name__istartswith=words)
        | rows.filter(household__building__street__icontains=words)
    ),
    search_label=_("Name or street"),
    order=("last_name", "first_name", "pk"),
    csv_right="precincts.export_plans",
    actions=_list_actions,
)  # fmt: skip


@require_safe
def drive(request: ChapterRequest, precinct_id: int) -> HttpResponseBase:
    """The neighbours of a precinct whom captains know and no file names yet, each with their form."""
    row: Precinct = get_object_or_404(Precinct.objects.visible_to(request.actor), pk=precinct_id)
    require_perm(request, "precincts.see_plan", row)
    page = UNREGISTERED.read(request, list_unregistered(request.actor, row))
    if page.wants_csv:
        audit.log_export(by=request.actor, what="drive", says=_("unregistered neighbours"), count=page.total)
        return page.csv("unregistered.csv")
    context = {
        "page": page,
        "precinct": row,
        "may_match": has_right(request.actor, "precincts.match_people", row),
    }
    return render(request, "precincts/drives/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def registration(request: ChapterRequest, voter_id: int) -> HttpResponse:
    """How far one neighbour's registration has come, and the next step with its day."""
    voter, on = _get_voter(request, voter_id), today_in(request.chapter)
    effort = get_effort(voter)
    form = FormDayForm(request.POST if request.method == "POST" else None, initial={"on": on})
    if request.method == "POST" and form.is_valid():
        step = services.give_form if effort is None else services.send_form
        step(voter=voter, by=request.actor, on=form.cleaned_data["on"], today=on)
        messages.success(request, gettext("Noted."))
        return _go_back(request, voter)
    context = {
        "area": area_of(request, voter),
        "voter": voter,
        "name": in_plain_case(str(voter)),
        "back": neighbour_url(voter),
        "form": form,
        "effort": effort,
        "steps": _list_steps(voter, effort),
        "in_file": voter.state_voter_id is not None,
    }
    return render(
        request, "precincts/drives/registration.html", context, status=422 if form.is_bound else 200
    )


def _list_steps(voter: Voter, effort: RegistrationEffort | None) -> list[Step]:
    """Known, form given, form sent, found in the file: each with its day."""
    given, sent = (effort.given_on, effort.sent_on) if effort else (None, None)
    found = voter.state_voter_id is not None
    days = [timezone.localdate(voter.added_at), given, sent, None]
    labels = [
        gettext("Known to us"),
        gettext("Form given"),
        gettext("Form sent"),
        gettext("Found in the file"),
    ]
    done = [True, found or given is not None, found or sent is not None, found]
    current = done.index(False) if False in done else len(done)
    return [
        Step(
            label=label, line=day(on) if on else "",
            state="done" if is_done else "current" if place == current else "todo",
        )
        for place, (label, on, is_done) in enumerate(zip(labels, days, done, strict=True))
    ]  # fmt: skip


@require_POST
def give_form(request: ChapterRequest, voter_id: int) -> HttpResponse:
    """Note that a neighbour was given the form today."""
    says = gettext("Noted: %(name)s was given a form.")
    return _take_step(request, voter_id, services.give_form, says)


@require_POST
def send_form(request: ChapterRequest, voter_id: int) -> HttpResponse:
    """Note that a neighbour's form was sent today."""
    return _take_step(request, voter_id, services.send_form, gettext("Noted: the form of %(name)s was sent."))


@require_POST
def take_form_back(request: ChapterRequest, voter_id: int) -> HttpResponse:
    """Take the last step of a neighbour's form back."""
    voter = _get_voter(request, voter_id)
    services.take_form_back(voter=voter, by=request.actor)
    messages.success(request, gettext("Taken back."))
    return _go_back(request, voter)


def _take_step(request: ChapterRequest, voter_id: int, step: Callable[..., Any], says: str) -> HttpResponse:
    voter, on = _get_voter(request, voter_id), _today(request)
    step(voter=voter, by=request.actor, on=on, today=on)
    words = says % {"name": in_plain_case(str(voter))}
    offer_undo(request, words, chapter_url("precincts:take_form_back", voter_id=voter.pk))
    return _go_back(request, voter)


def _today(request: ChapterRequest) -> date:
    return today_in(request.chapter)


def _get_voter(request: ChapterRequest, voter_id: int) -> Voter:
    rows = Voter.objects.visible_to(request.actor).select_related("household__precinct", "household__block")
    voter: Voter = get_object_or_404(rows.select_related("household__block", "precinct"), pk=voter_id)
    require_perm(request, "precincts.note_form", voter)
    return voter


def _go_back(request: ChapterRequest, voter: Voter) -> HttpResponse:
    """To the drive of the precinct for whoever sees it, else to the block book."""
    door = voter.household
    precinct = door.precinct if door is not None else voter.precinct
    if precinct is not None and has_right(request.actor, "precincts.see_plan", precinct):
        return redirect(chapter_url("precincts:drive", precinct_id=precinct.pk))
    return redirect(neighbour_url(voter))
