"""Teams, who is in them, and whom to call next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from chapters.call_order import Callee, group_of, put_in_order
from chapters.enums import CallResult, FormingAnswer, MemberKind
from chapters.models import Ask, Call, Chapter, FormingInvite, Member, Team, TeamForming, TeamMembership
from chapters.selectors.ladder import NextAsk, read_next_asks
from core.actors import Actor


def list_teams(actor: Actor, on: date) -> QuerySet[Team]:
    """The teams the actor may see; adds `people`, `leaders`, `due` (open asks due) and `last_call`."""
    standing = TeamMembership.objects.in_force(on).filter(team=OuterRef("pk"))
    rows: QuerySet[Team] = Team.objects.visible_to(actor)
    people = Q(memberships__starts_on__lte=on) & (
        Q(memberships__ends_on__isnull=True) | Q(memberships__ends_on__gte=on)
    )
    return rows.annotate(
        people=Count("memberships", filter=people, distinct=True),
        has_leader=Exists(standing.leaders()),
    )


def get_leaders(team_ids: list[int], on: date) -> dict[int, list[Member]]:
    """Who leads each team on a day. One query."""
    rows = TeamMembership.objects.in_force(on).leaders().filter(team__in=team_ids).select_related("member")
    found: dict[int, list[Member]] = {}
    for row in rows.order_by("member__last_name", "member__first_name", "pk"):
        found.setdefault(row.team_id, []).append(row.member)
    return found


def list_memberships(team: Team, on: date) -> QuerySet[TeamMembership]:
    """Who is in a team on a day, leaders first. One query."""
    rows: QuerySet[TeamMembership] = TeamMembership.objects.in_force(on).filter(team=team)
    rows = rows.exclude(member__kind=MemberKind.FORMER).select_related("member")
    return rows.order_by("-is_leader", "member__last_name", "member__first_name", "pk")


def list_former(team: Team, on: date) -> QuerySet[TeamMembership]:
    """Who was in a team before, the latest first. One query."""
    rows: QuerySet[TeamMembership] = team.memberships.filter(ends_on__lt=on).select_related("member")
    return rows.order_by("-ends_on", "pk")[:20]


def list_joinable(team: Team, on: date) -> QuerySet[Member]:
    """The chapter's people who are not in a team."""
    inside = TeamMembership.objects.filter(team=team).exclude(ends_on__lt=on).values("member_id")
    people: QuerySet[Member] = Member.objects.filter(chapter_id=team.chapter_id)
    return people.exclude(kind=MemberKind.FORMER).exclude(pk__in=inside)


@dataclass(frozen=True, slots=True)
class CallLine:
    """One person of a call list.

    Attributes:
        group: which part of the list, as `chapters.call_order` counts.
        last: the latest call, whatever came of it; `spoken_on` the last day somebody talked with them.
    """

    member: Member
    group: int
    last: Call | None
    spoken_on: date | None
    call_back_at: datetime | None
    ask: Ask | None
    next_ask: NextAsk | None


def list_calls_to_make(
    chapter: Chapter, team: Team, caller_id: int | None, now: datetime, on: date
) -> list[CallLine]:
    """A team's people in the order in which to call them, without the caller. A fixed number of queries."""
    people = [row.member for row in list_memberships(team, on) if row.member_id != caller_id]
    return _order(chapter, people, now, on)


def _order(chapter: Chapter, people: list[Member], now: datetime, on: date) -> list[CallLine]:
    ids = [member.pk for member in people]
    calls = _read_calls(ids)
    asks = _read_asks(chapter.pk, ids)
    suggestions = read_next_asks(chapter, on, ids)
    callees = {
        member.pk: _callee(member, calls.get(member.pk, []), asks.get(member.pk), on) for member in people
    }
    named = {member.pk: member for member in people}
    return [
        CallLine(
            member=named[one.id], group=group_of(one, now, on), last=next(iter(calls.get(one.id, [])), None),
            spoken_on=one.spoken_on, call_back_at=one.call_back_at, ask=asks.get(one.id),
            next_ask=suggestions.of(one.id),
        )
        for one in put_in_order(callees.values(), now, on)
    ]  # fmt: skip


def _callee(member: Member, calls: list[Call], ask: Ask | None, on: date) -> Callee:
    spoken = next((call for call in calls if call.result == CallResult.TALKED), None)
    latest = calls[0] if calls else None
    day_of_latest = timezone.localdate(latest.called_at) if latest else None
    return Callee(
        id=member.pk,
        spoken_on=timezone.localdate(spoken.called_at) if spoken else None,
        tried_today=latest is not None and day_of_latest == on,
        call_back_at=latest.call_back_at if latest else None,
        ask_due_on=ask.next_on if ask else None,
        reachable=bool(member.phone) and not (latest is not None and latest.result == CallResult.WRONG),
    )


def _read_calls(ids: list[int]) -> dict[int, list[Call]]:
    """For each person the latest call and the latest one in which somebody talked, latest first. Two queries."""
    rows = (
        Call.objects.filter(member__in=ids).order_by("member_id", "-called_at", "-pk").distinct("member_id")
    )
    found: dict[int, list[Call]] = {call.member_id: [call] for call in rows.select_related("called_by")}
    talked = Call.objects.filter(member__in=ids, result=CallResult.TALKED)
    for call in talked.order_by("member_id", "-called_at", "-pk").distinct("member_id"):
        if call not in found[call.member_id]:
            found[call.member_id].append(call)
    return found


def _read_asks(chapter_id: int, ids: list[int]) -> dict[int, Ask]:
    rows = Ask.objects.filter(chapter_id=chapter_id, asked__in=ids).open().with_next_day()
    found: dict[int, Ask] = {}
    for ask in rows.select_related("asked_by", "step").order_by("next_day", "pk"):
        found.setdefault(ask.asked_id or 0, ask)
    return found


def list_calls_of(member: Member) -> list[Call]:
    """The latest calls to one person. One query."""
    return list(Call.objects.filter(member=member).select_related("called_by", "ask")[:8])


def list_formings(actor: Actor) -> QuerySet[TeamForming]:
    """Invitations to form a team, the latest first; adds `invited` and `chose`."""
    rows: QuerySet[TeamForming] = TeamForming.objects.visible_to(actor)
    return rows.select_related("organizer", "team").annotate(
        invited=Count("invites"), chose=Count("invites", filter=Q(invites__answer=FormingAnswer.SLOT))
    )


def list_invites(forming: TeamForming) -> list[FormingInvite]:
    """Everybody invited, with their person and slot. One query."""
    return list(forming.invites.select_related("member", "slot").order_by("member__last_name", "pk"))


def count_due_calls(actor: Actor, now: datetime) -> int:
    """People of one's own teams who want to be called back by now. One query."""
    if not actor.people_ids:
        return 0
    newer: Any = Call.objects.filter(member=OuterRef("member_id"), called_at__gt=OuterRef("called_at"))
    rows = Call.objects.filter(member__in=actor.people_ids, call_back_at__lte=now)
    return int(rows.exclude(Exists(newer)).count())
