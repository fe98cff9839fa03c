"""From an account to the actor it is in one chapter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Q
from django.http import Http404
from django.utils import timezone

from chapters.enums import MemberKind, RoleName
from chapters.models import Chapter, Role, User
from core.actors import Actor, standing_of


def today_in(chapter: Chapter, at: datetime | None = None) -> date:
    """The day it is in the chapter's time zone."""
    return (at or timezone.now()).astimezone(ZoneInfo(chapter.time_zone)).date()


def get_actor(*, user: User, chapter: Chapter, on: date) -> Actor:
    """The actor a user is in a chapter on a day: roles in force there, reader roles of the regions above,
    blocks and precincts kept, teams led.

    Raises:
        Http404: the user has no standing in the chapter; to outsiders it does not exist.
    """
    member = _find_member(user, chapter, on)
    roles = _list_roles(user, chapter, on)
    if member is None and not roles:
        raise Http404
    held = standing_of(member.member_id, on) if member is not None else {}
    return Actor(
        kind="user",
        label=str(user),
        chapter_id=chapter.pk,
        user_id=user.pk,
        member_id=member.member_id if member is not None else None,
        roles=frozenset(roles),
        block_ids=held.get("block_ids", frozenset()),
        precinct_ids=held.get("precinct_ids", frozenset()),
        team_ids=member.team_ids if member is not None else frozenset(),
        people_ids=member.people_ids if member is not None else frozenset(),
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """Who a user is in a chapter, the teams they lead and these teams' people, by id."""

    member_id: int
    team_ids: frozenset[int]
    people_ids: frozenset[int]


_FIND = """
    SELECT member.id, led.team_ids, led.people_ids
    FROM chapters_member AS member
    CROSS JOIN LATERAL (
        SELECT array_agg(DISTINCT leader.team_id) AS team_ids,
               array_agg(DISTINCT other.member_id) FILTER (WHERE person.kind <> %(former)s) AS people_ids
        FROM chapters_teammembership AS leader
        JOIN chapters_team AS team ON team.id = leader.team_id
             AND team.formed_on <= %(on)s AND (team.ended_on IS NULL OR team.ended_on >= %(on)s)
        JOIN chapters_teammembership AS other ON other.team_id = team.id
             AND other.starts_on <= %(on)s AND (other.ends_on IS NULL OR other.ends_on >= %(on)s)
        JOIN chapters_member AS person ON person.id = other.member_id
        WHERE leader.member_id = member.id AND leader.is_leader
              AND leader.starts_on <= %(on)s AND (leader.ends_on IS NULL OR leader.ends_on >= %(on)s)
    ) AS led
    WHERE member.chapter_id = %(chapter)s AND member.user_id = %(user)s AND member.kind <> %(former)s
"""
"""Asked at every request: put together by the ORM it takes as long as the rest of a small page."""


def _find_member(user: User, chapter: Chapter, on: date) -> _Found | None:
    """Who the user is in the chapter. One query."""
    asked: dict[str, Any] = {
        "on": on,
        "chapter": chapter.pk,
        "user": user.pk,
        "former": MemberKind.FORMER.value,
    }
    with connection.cursor() as cursor:
        cursor.execute(_FIND, asked)
        row = cursor.fetchone()
    if row is None:
        return None
    member_id, team_ids, people_ids = row
    return _Found(member_id, frozenset(team_ids or ()), frozenset(people_ids or ()))


def _list_roles(user: User, chapter: Chapter, on: date) -> set[str]:
    """The roles held in the chapter itself, and reader when that is held in one above. One query, and one
    for each level above for whoever reads somewhere."""
    held = (
        Role.objects.in_force(on)
        .filter(Q(chapter=chapter) | Q(name=RoleName.READER), member__user=user)
        .exclude(member__kind=MemberKind.FORMER)
        .values_list("name", "chapter_id")
    )
    own = {name for name, chapter_id in held if chapter_id == chapter.pk}
    reads_from = {chapter_id for name, chapter_id in held if name == RoleName.READER}
    if reads_from - {chapter.pk} and not reads_from.isdisjoint(list_ancestor_ids(chapter)):
        own.add(RoleName.READER.value)
    return own


def list_ancestor_ids(chapter: Chapter) -> list[int]:
    """The chapters above, nearest first; the tree is at most some levels deep, one query each."""
    above: list[int] = []
    parent_id = chapter.parent_id
    while parent_id is not None and parent_id not in above:
        above.append(parent_id)
        parent_id = Chapter.objects.filter(pk=parent_id).values_list("parent_id", flat=True).first()
    return above
