"""Teams: the list, one team with its people, forming, changing and ending one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chapters.forms.teams import JoinForm, TeamForm
from chapters.models import Team, TeamMembership
from chapters.selectors import teams as selectors
from chapters.selectors.actors import today_in
from chapters.services import audit
from chapters.services import teams as services
from core.components import Badge
from core.confirm import ask as confirm
from core.http import ChapterRequest, chapter_url, require_perm
from core.lists import Column, Filter, ListSpec, Load, Rows
from core.permissions import has_right


def _leaders_in_words(team: Any) -> str:
    return ", ".join(str(member) for member in team.leaders_now)


def _leader_badge(team: Any) -> Badge | None:
    if team.has_leader or team.ended_on is not None:
        return None
    return Badge(word=_("no leader"), icon="person-exclamation", tone="mark")


def _by_state(rows: Rows, value: str) -> Rows:
    today = timezone.localdate()
    running = rows.filter(pk__in=Team.objects.in_force(today).values("pk"))
    if value == "leaderless":
        return running.filter(has_leader=False)
    return running if value == "now" else rows.filter(ended_on__lt=today)


TEAMS = ListSpec(
    key="teams",
    columns=(
        Column(
            "name", _("Team"), str, sort=("name",), title=True, line=lambda t: t.purpose,
            url=lambda t: chapter_url("chapters:team", team_id=t.pk),
        ),
        Column("leaders", _("Led by"), _leaders_in_words, badge=_leader_badge),
        Column("people", _("People"), lambda t: t.people, sort=("people",), numeric=True),
        Column("formed_on", _("Since"), lambda t: t.formed_on, sort=("formed_on",)),
        Column("ended_on", _("Until"), lambda t: t.ended_on, only_csv=True),
        Column("purpose", _("What it is for"), lambda t: t.purpose, only_csv=True),
    ),
    filters=(
        Filter(
            "state", _("State"),
            [("now", _("Today")), ("leaderless", _("Without a leader")), ("ended", _("Ended"))], _by_state,
        ),
    ),
    search=lambda rows, words: rows.filter(name__icontains=words),
    search_label=_("Name"),
    order=("name", "pk"),
    csv_right="chapters.export_teams",
)  # fmt: skip


def _with_leaders(request: ChapterRequest) -> Load:
    def load(rows: Sequence[Any]) -> Sequence[Any]:
        leaders = selectors.get_leaders([team.pk for team in rows], today_in(request.chapter))
        for team in rows:
            team.leaders_now = leaders.get(team.pk, [])
        return rows

    return load


@require_safe
def index(request: ChapterRequest) -> HttpResponseBase:
    """The teams, who leads them, and invitations to form new ones."""
    require_perm(request, "chapters.see_teams")
    rows = selectors.list_teams(request.actor, today_in(request.chapter))
    page = TEAMS.read(request, rows, load=_with_leaders(request))
    if page.wants_csv:
        audit.log_export(
            by=request.actor, what="teams", says=_("teams"), count=page.total, detail=request.GET.dict()
        )
        return page.csv("teams.csv")
    may_edit = has_right(request.actor, "chapters.edit_teams")
    formings = list(selectors.list_formings(request.actor)[:10]) if may_edit else []
    return render(
        request, "chapters/teams/index.html", {"page": page, "may_edit": may_edit, "formings": formings}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def form(request: ChapterRequest) -> HttpResponse:
    """Form a team at once; its people are taken in on its own page."""
    require_perm(request, "chapters.edit_teams")
    team_form = TeamForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and team_form.is_valid():
        team = services.form_team(
            chapter=request.chapter, by=request.actor, on=today_in(request.chapter), **team_form.cleaned_data
        )
        messages.success(request, gettext("The team %(team)s is there; take people in.") % {"team": team})
        return redirect(chapter_url("chapters:team", team_id=team.pk))
    return render(
        request, "chapters/teams/form.html", {"form": team_form, "team": None},
        status=422 if team_form.is_bound else 200,
    )  # fmt: skip


def get_team(request: ChapterRequest, team_id: int, right: str) -> Team:
    """A team that the actor sees and holds the right for."""
    team: Team = get_object_or_404(
        Team.objects.visible_to(request.actor).select_related("chapter"), pk=team_id
    )
    require_perm(request, right, team)
    return team


@require_safe
def detail(request: ChapterRequest, team_id: int) -> HttpResponse:
    team = get_team(request, team_id, "chapters.see_teams")
    return _render(request, team, None)


def _render(request: ChapterRequest, team: Team, join_form: JoinForm | None) -> HttpResponse:
    on = today_in(request.chapter)
    memberships = list(selectors.list_memberships(team, on))
    may_edit = has_right(request.actor, "chapters.edit_teams", team) and team.ended_on is None
    context = {
        "team": team,
        "memberships": memberships,
        "has_leader": any(row.is_leader for row in memberships),
        "former": list(selectors.list_former(team, on)),
        "may_edit": may_edit,
        "may_call": has_right(request.actor, "chapters.call_people", team) and team.ended_on is None,
        "form": (join_form or JoinForm(team=team, on=on)) if may_edit else None,
    }
    wrong = join_form is not None
    return render(request, "chapters/teams/team.html", context, status=422 if wrong else 200)


@require_POST
def join(request: ChapterRequest, team_id: int) -> HttpResponse:
    team = get_team(request, team_id, "chapters.edit_teams")
    on = today_in(request.chapter)
    join_form = JoinForm(request.POST, team=team, on=on)
    if not join_form.is_valid():
        return _render(request, team, join_form)
    row = services.join_team(team=team, by=request.actor, on=on, **join_form.cleaned_data)
    messages.success(request, gettext("%(name)s is in the team.") % {"name": row.member})
    return redirect(chapter_url("chapters:team", team_id=team.pk))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: ChapterRequest, team_id: int) -> HttpResponse:
    team = get_team(request, team_id, "chapters.edit_teams")
    team_form = TeamForm(
        request.POST if request.method == "POST" else None,
        initial={"name": team.name, "purpose": team.purpose},
    )
    if request.method == "POST" and team_form.is_valid():
        services.change_team(team=team, by=request.actor, **team_form.cleaned_data)
        messages.success(request, gettext("Saved."))
        return redirect(chapter_url("chapters:team", team_id=team.pk))
    return render(
        request, "chapters/teams/form.html", {"form": team_form, "team": team},
        status=422 if team_form.is_bound else 200,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: ChapterRequest, team_id: int) -> HttpResponse:
    """Ask before a team is ended, and end it."""
    team = get_team(request, team_id, "chapters.edit_teams")
    if request.method == "POST":
        services.end_team(team=team, by=request.actor, on=today_in(request.chapter))
        messages.success(request, gettext("The team %(team)s has ended.") % {"team": team})
        return redirect(chapter_url("chapters:teams"))
    count = selectors.list_memberships(team, today_in(request.chapter)).count()
    return confirm(
        request,
        title=gettext("End the team %(team)s?") % {"team": team},
        says=[
            gettext("Today is its last day, and that of its %(count)d people in it.") % {"count": count},
            gettext("Who was in it, calls and asks stay on record. Nobody leaves the chapter."),
        ],
        action=gettext("End the team"),
        cancel_url=chapter_url("chapters:team", team_id=team.pk),
        crumbs=[(gettext("Teams"), chapter_url("chapters:teams"))],
    )


def _get_membership(request: ChapterRequest, membership_id: int) -> TeamMembership:
    rows = TeamMembership.objects.visible_to(request.actor).filter(
        team__in=Team.objects.visible_to(request.actor)
    )
    row: TeamMembership = get_object_or_404(rows.select_related("team", "member"), pk=membership_id)
    require_perm(request, "chapters.edit_teams", row)
    return row


@require_POST
def lead(request: ChapterRequest, membership_id: int) -> HttpResponse:
    """Let somebody lead their team, or lead it no more."""
    row = _get_membership(request, membership_id)
    is_leader = "lead" in request.POST
    services.change_part(membership=row, is_leader=is_leader, by=request.actor, on=today_in(request.chapter))
    says = gettext("%(name)s leads the team.") if is_leader else gettext("%(name)s no longer leads the team.")
    messages.success(request, says % {"name": row.member})
    return redirect(chapter_url("chapters:team", team_id=row.team_id))


@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: ChapterRequest, membership_id: int) -> HttpResponse:
    """Ask before somebody is let out of a team, and let them out."""
    row = _get_membership(request, membership_id)
    words = {"name": row.member, "team": row.team}
    if request.method == "POST":
        services.leave_team(membership=row, by=request.actor, on=today_in(request.chapter))
        messages.success(request, gettext("%(name)s has left the team %(team)s.") % words)
        return redirect(chapter_url("chapters:team", team_id=row.team_id))
    return confirm(
        request,
        title=gettext("Let %(name)s out of the team %(team)s?") % words,
        says=[gettext("Today is the last day; it stays on record that they were in it.")],
        action=gettext("Let them out"),
        cancel_url=chapter_url("chapters:team", team_id=row.team_id),
        crumbs=[(gettext("Teams"), chapter_url("chapters:teams"))],
    )
