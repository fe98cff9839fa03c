"""Precincts' plans: the chapter's list, one precinct's goals with what is reached, and setting them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from chapters.selectors.actors import today_in
from chapters.services import audit
from core.components import Badge, Card, Stat
from core.http import ChapterRequest, chapter_url, require_perm
from core.lists import Column, Filter, ListSpec, Rows
from core.permissions import has_right
from core.templatetags.formats import NO_BREAK, dated, day, number, percent
from precincts.enums import ElectionKind
from precincts.forms.plans import PlanForm, say_suggestion
from precincts.goals import measure_against
from precincts.models import LocalIssue, Precinct
from precincts.selectors.issues import list_open_issues
from precincts.selectors.plans import KindFigures, PlanFigures, get_plan_figures, list_plans
from precincts.services import plans as services
from precincts.views.issues import issue_badge
from precincts.words import say_elections

LISTED_KINDS = (ElectionKind.GENERAL, ElectionKind.PRIMARY, ElectionKind.MUNICIPAL)
"""The kinds of elections that have a column in the chapter's list."""

LISTED_ELECTIONS = 2
"""How many elections of each kind the chapter's list looks through for the newest one held in a precinct."""

Plans = Mapping[int, PlanFigures]


def _by_state(rows: Rows, value: str) -> Rows:
    return rows.filter(plan__isnull=value == "none")


def _make_list(plans: Plans) -> ListSpec:
    """The list over figures that are read for the shown rows alone, after the rows are known."""
    columns = [
        Column(
            "precinct", _("Precinct"), lambda p: p.code, sort=("county", "code_order"), title=True,
            url=lambda p: chapter_url("precincts:plan", precinct_id=p.pk), line=lambda p: p.name or p.county,
        ),
        Column("began", _("Plan since"), lambda p: p.began_on, sort=("began_on",)),
    ]  # fmt: skip
    for kind in LISTED_KINDS:
        columns += _kind_columns(kind, plans)
    columns += [
        Column(
            "registered", _("Newly registered"), lambda p: _say_registered(plans[p.pk]), numeric=True,
            line=lambda p: _say_reached(plans[p.pk].newly_registered, plans[p.pk].registration_goal),
            csv=lambda p: plans[p.pk].newly_registered,
        ),
        Column("goal", _("Registration goal"), lambda p: plans[p.pk].registration_goal, only_csv=True),
        Column(
            "unregistered", _("Not registered"), lambda p: plans[p.pk].drive.unregistered, numeric=True,
            url=lambda p: chapter_url("precincts:drive", precinct_id=p.pk), hint=_("added by hand"),
        ),
        Column("given", _("Forms given"), lambda p: plans[p.pk].drive.given, only_csv=True),
        Column("sent", _("Forms sent"), lambda p: plans[p.pk].drive.sent, only_csv=True),
        Column("found", _("Found in the file"), lambda p: plans[p.pk].drive.found, only_csv=True),
        Column(
            "issues", _("Open issues"), lambda p: plans[p.pk].open_issues, numeric=True,
            url=lambda p: chapter_url("precincts:issues", precinct_id=p.pk),
        ),
    ]  # fmt: skip
    return ListSpec(
        key="plans",
        columns=tuple(columns),
        filters=(Filter("plan", _("Plan"), [("made", _("With a plan")), ("none", _("Without"))], _by_state),),
        search=lambda rows, words: rows.filter(code__istartswith=words) | rows.filter(name__icontains=words),
        search_label=_("Precinct"),
        order=("county", "code_order", "pk"),
        csv_right="precincts.export_plans",
    )


def _kind_columns(kind: str, plans: Plans) -> list[Column]:
    def of(row: Any) -> KindFigures | None:
        return plans[row.pk].get_kind(kind)

    def turnout(row: Any) -> Any:
        one = of(row)
        return one.newest.percent if one and one.newest else None

    def goal(row: Any) -> Any:
        one = of(row)
        return one.goal if one else None

    def say_goal(row: Any) -> str:
        if goal(row) is None:
            return ""
        words = gettext("goal %(goal)s") % {"goal": percent(float(goal(row)), 1)}
        return words.replace(" ", NO_BREAK)

    label = capfirst(ElectionKind(kind).label)
    return [
        Column(
            kind, label, lambda row: "" if turnout(row) is None else percent(float(turnout(row)), 1),
            line=say_goal, numeric=True, csv=turnout, hint=_("turnout"),
        ),
        Column(
            f"{kind}_goal", _("Goal; %(elections)s") % {"elections": label}, goal, only_csv=True
        ),
        Column(
            f"{kind}_day", _("Day; %(elections)s") % {"elections": label},
            lambda row: one.newest.held_on if (one := of(row)) and one.newest else None, only_csv=True,
        ),
    ]  # fmt: skip


def _say_registered(plan: PlanFigures) -> Any:
    return plan.newly_registered if plan.began_on else ""


def _say_reached(have: int, goal: int | None) -> str:
    return "" if goal is None else gettext("of %(goal)s") % {"goal": number(goal)}


@require_safe
def plans(request: ChapterRequest) -> HttpResponseBase:
    """All precincts with their goals and what is reached, as a list that can be narrowed and taken out."""
    require_perm(request, "precincts.see_plan")
    on = today_in(request.chapter)
    figures: dict[int, PlanFigures] = {}
    page = _make_list(figures).read(request, list_plans(request.actor, on))
    shown = page.rows if page.wants_csv else page.page.object_list
    figures |= get_plan_figures([row.pk for row in shown], request.chapter, on, looked_at=LISTED_ELECTIONS)
    if page.wants_csv:
        audit.log_export(by=request.actor, what="plans", says=_("plans of precincts"), count=page.total)
        return page.csv("plans.csv")
    context = {"page": page, "may_match": has_right(request.actor, "precincts.match_people")}
    return render(request, "precincts/plans/index.html", context)


@require_safe
def plan(request: ChapterRequest, precinct_id: int) -> HttpResponse:
    """One precinct's goals with how far each is reached, its drive for registrations, its issues."""
    row = _get_precinct(request, precinct_id, "precincts.see_plan")
    figures = get_plan_figures([row.pk], request.chapter, today_in(request.chapter))[row.pk]
    issues = list(list_open_issues(row))
    context = {
        "precinct": row,
        "figures": figures,
        "turnout": [_say_kind(one) for one in figures.kinds],
        "suggestions": [
            Card(title=_kind_title(one), line=say_suggestion(one), icon="lightbulb")
            for one in figures.kinds
            if one.held
        ],
        "registration": _say_registration(row, figures),
        "issues": [_say_issue(one) for one in issues],
        "may_edit": has_right(request.actor, "precincts.edit_plan", row),
    }
    return render(request, "precincts/plans/plan.html", context)


def _kind_title(one: KindFigures) -> str:
    return capfirst(say_elections(one.kind))


def _say_kind(one: KindFigures) -> Stat:
    """The newest election of a kind against the goal."""
    words = _say_newest(one)
    if one.goal is None:
        change = gettext("no goal") if one.is_settled else gettext("no goal yet")
    elif one.newest is None:
        change = gettext("goal %(goal)s") % {"goal": percent(float(one.goal), 1)}
    else:
        change = _say_distance(one.newest.percent - one.goal, percent(float(one.goal), 1))
    return Stat(
        number=percent(float(one.newest.percent), 1) if one.newest else "–",
        words=words,
        change=change,
        percent=measure_against(one.newest.percent, one.goal) if one.newest else None,
    )


def _say_newest(one: KindFigures) -> str:
    label = ElectionKind(one.kind).label
    if one.newest is None:
        return gettext("%(election)s: none on record here") % {"election": label}
    return gettext("%(election)s of %(day)s: %(voted)s of %(registered)s voted") % {
        "election": label,
        "day": dated(one.newest.held_on),
        "voted": number(one.newest.voted),
        "registered": number(one.newest.registered),
    }


def _say_distance(points: Any, goal: str) -> str:
    if points >= 0:
        return gettext("goal %(goal)s reached") % {"goal": goal}
    return gettext("goal %(goal)s: %(points)s points to go") % {"goal": goal, "points": number(-points, 1)}


def _say_registration(row: Precinct, figures: PlanFigures) -> list[Stat]:
    """New on the rolls since the plan began, and what became of the forms."""
    drive, goal = figures.drive, figures.registration_goal
    drive_url = chapter_url("precincts:drive", precinct_id=row.pk)
    since = gettext("registered since %(day)s") % {"day": dated(figures.began_on)} if figures.began_on else ""
    have = number(figures.newly_registered)
    stats = [
        Stat(
            number=have if goal is None else gettext("%(have)s of %(goal)s") % {"have": have, "goal": number(goal)},
            words=since,
            percent=measure_against(figures.newly_registered, goal),
        )
    ] if figures.began_on else []  # fmt: skip
    return [
        *stats,
        Stat(
            number=number(drive.unregistered),
            words=ngettext(
                "neighbour known who is not registered", "neighbours known who are not registered",
                drive.unregistered,
            ),
            url=drive_url,
        ),
        Stat(
            number=number(drive.given),
            words=ngettext("form given", "forms given", drive.given),
            change=ngettext("%(count)s sent", "%(count)s sent", drive.sent) % {"count": number(drive.sent)},
            percent=measure_against(drive.sent, drive.given) if drive.given else None,
        ),
        Stat(
            number=number(drive.found),
            words=ngettext("found in a later file", "found in later files", drive.found),
            percent=measure_against(min(drive.found, drive.given), drive.given) if drive.given else None,
        ),
    ]  # fmt: skip


def _say_issue(issue: LocalIssue) -> Card:
    words = {"name": issue.leader, "day": day(issue.opened_on)}
    line = (
        gettext("led by %(name)s, open since %(day)s") % words
        if issue.leader
        else gettext("nobody leads it, open since %(day)s") % words
    )
    badge: Badge = issue_badge(issue)
    return Card(
        title=issue.title, line=line, icon="megaphone", badge=badge,
        url=chapter_url("precincts:issue", issue_id=issue.pk),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def edit_plan(request: ChapterRequest, precinct_id: int) -> HttpResponse:
    """Set the precinct's goals, with what the last like elections suggest."""
    row = _get_precinct(request, precinct_id, "precincts.edit_plan")
    on = today_in(request.chapter)
    figures = get_plan_figures([row.pk], request.chapter, on)[row.pk]
    form = PlanForm(
        request.POST if request.method == "POST" else None,
        figures=figures,
        initial={} if figures.began_on else {"began_on": on},
    )
    if request.method == "POST" and form.is_valid():
        services.save_plan(
            precinct=row,
            began_on=form.cleaned_data["began_on"],
            registration_goal=form.cleaned_data["registration_goal"],
            turnout=form.turnout,
            by=request.actor,
            on=on,
        )
        messages.success(request, gettext("The goals are saved."))
        return redirect(chapter_url("precincts:plan", precinct_id=row.pk))
    context = {"form": form, "precinct": row}
    return render(request, "precincts/plans/form.html", context, status=422 if form.is_bound else 200)


def _get_precinct(request: ChapterRequest, precinct_id: int, right: str) -> Precinct:
    row: Precinct = get_object_or_404(Precinct.objects.visible_to(request.actor), pk=precinct_id)
    require_perm(request, right, row)
    return row
