"""The groups of people that the chapters app can write to."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from chapters.enums import MemberKind, RoleName
from chapters.models import Chapter, Member, Role, Team, TeamMembership
from chapters.selectors.actors import today_in
from core.http import read_id


def list_everybody(chapter: Chapter, _value: str) -> QuerySet[Member]:
    """Everybody the chapter knows."""
    return Member.objects.filter(chapter=chapter)


def list_kinds(_chapter: Chapter) -> list[tuple[str, Any]]:
    """The kinds of people, but for those who left."""
    return [(value, words) for value, words in MemberKind.choices if value != MemberKind.FORMER]


def list_of_kind(chapter: Chapter, kind: str) -> QuerySet[Member]:
    """Members, volunteers or supporters."""
    return Member.objects.filter(chapter=chapter, kind=kind)


def list_roles(_chapter: Chapter) -> list[tuple[str, Any]]:
    """The dated roles."""
    return list(RoleName.choices)


def list_of_role(chapter: Chapter, role: str) -> QuerySet[Member]:
    """Who holds a role today."""
    held = Role.objects.in_force(today_in(chapter)).filter(chapter=chapter, name=role)
    return Member.objects.filter(chapter=chapter, pk__in=held.values("member_id"))


def list_teams(chapter: Chapter) -> list[tuple[str, Any]]:
    """The teams of today."""
    rows = Team.objects.in_force(today_in(chapter)).filter(chapter=chapter)
    return [(str(team.pk), team.name) for team in rows.order_by("name", "pk")]


def list_of_team(chapter: Chapter, team_id: str) -> QuerySet[Member]:
    """Who is in a team today."""
    rows = TeamMembership.objects.in_force(today_in(chapter)).filter(chapter=chapter, team=read_id(team_id))
    return Member.objects.filter(chapter=chapter, pk__in=rows.values("member_id"))
