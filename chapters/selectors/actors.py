"""From an account to the actor it is in one chapter."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q
from django.http import Http404
from django.utils import timezone

from chapters.enums import MemberKind, RoleName
from chapters.models import Chapter, Member, Role, Team, TeamMembership, User
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
    held = standing_of(member.pk, on) if member is not None else {}
    return Actor(
        kind="user",
        label=str(user),
        chapter_id=chapter.pk,
        user_id=user.pk,
        member_id=member.pk if member is not None else None,
        roles=frozenset(roles),
        block_ids=held.get("block_ids", frozenset()),
        precinct_ids=held.get("precinct_ids", frozenset()),
        team_ids=frozenset(getattr(member, "led_team_ids", ())),
        people_ids=frozenset(getattr(member, "led_people_ids", ())),
    )


def _find_member(user: User, chapter: Chapter, on: date) -> Member | None:
    """Who the user is in the chapter, with the teams they lead and these teams' people. One query."""
    leading = TeamMembership.objects.in_force(on).leaders().filter(team__in=Team.objects.in_force(on))
    led = leading.filter(member=OuterRef("pk")).values("team_id")
    people = TeamMembership.objects.in_force(on).filter(
        team__in=leading.filter(member=OuterRef(OuterRef("pk"))).values("team_id")
    )
    rows = Member.objects.filter(chapter=chapter, user=user).exclude(kind=MemberKind.FORMER)
    led_people = people.exclude(member__kind=MemberKind.FORMER).values("member_id")
    return rows.annotate(led_team_ids=ArraySubquery(led), led_people_ids=ArraySubquery(led_people)).first()


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
