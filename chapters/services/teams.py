"""Teams: formed and ended, people taken in and let go, leaders chosen; every change is dated."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from chapters.enums import MemberKind
from chapters.models import Chapter, Member, Team, TeamMembership
from chapters.services import audit
from core.actors import Actor
from core.errors import DomainError

_DAY = timedelta(days=1)


class TeamNameTaken(DomainError):
    """Another team of the chapter has that name."""


class TeamHasEnded(DomainError):
    """The team is no more."""


class AlreadyInTeam(DomainError):
    """The person is in the team already."""


class NotInTeam(DomainError):
    """The person is not in the team, or has left it."""


class NotOfChapter(DomainError):
    """The person has left the chapter, or belongs to another."""


@transaction.atomic
def form_team(
    *, chapter: Chapter, name: str, by: Actor, on: date, purpose: str = "", members: Iterable[Member] = ()
) -> Team:
    """Form a team of these people; its leaders are chosen after.

    Raises:
        TeamNameTaken: another team has that name.
        NotOfChapter: one of the people has left.
    """
    Chapter.objects.select_for_update().get(pk=chapter.pk)
    name = " ".join(name.split())[:80]
    _require_free_name(chapter.pk, name)
    team = Team.objects.create(chapter=chapter, name=name, purpose=purpose.strip()[:300], formed_on=on)
    audit.record(
        by=by, verb="chapters.team_formed", row=team,
        summary=lambda: _("Formed the team %(team)s") % {"team": team},
    )  # fmt: skip
    for member in members:
        join_team(team=team, member=member, by=by, on=on)
    return team


@transaction.atomic
def change_team(*, team: Team, by: Actor, name: str, purpose: str) -> Team:
    """Give a team another name or purpose.

    Raises:
        TeamNameTaken, TeamHasEnded.
    """
    Chapter.objects.select_for_update().get(pk=team.chapter_id)
    team = _lock(team)
    name = " ".join(name.split())[:80]
    _require_free_name(team.chapter_id, name, team)
    changed = [
        field for field, value in (("name", name), ("purpose", purpose)) if getattr(team, field) != value
    ]
    if changed:
        team.name, team.purpose = name, purpose
        team.save(update_fields=changed)
        audit.record(
            by=by, verb="chapters.team_changed", row=team, detail={"fields": changed},
            summary=lambda: _("Changed the team %(team)s: %(what)s")
            % {"team": team, "what": audit.name_fields(team, changed)},
        )  # fmt: skip
    return team


@transaction.atomic
def end_team(*, team: Team, by: Actor, on: date) -> Team:
    """End a team; `on` is its last day and the last day of everybody in it.

    Raises:
        TeamHasEnded: it ended before.
    """
    team = _lock(team)
    team.ended_on = max(on, team.formed_on)
    for row in team.memberships.exclude(ends_on__lt=on).select_for_update(of=("self",)):
        _end(row, team.ended_on)
    team.save(update_fields=["ended_on"])
    audit.record(
        by=by, verb="chapters.team_ended", row=team,
        summary=lambda: _("Ended the team %(team)s") % {"team": team},
    )  # fmt: skip
    return team


@transaction.atomic
def join_team(*, team: Team, member: Member, by: Actor, on: date, is_leader: bool = False) -> TeamMembership:
    """Take somebody into a team from a day on.

    Raises:
        AlreadyInTeam, TeamHasEnded, NotOfChapter.
    """
    team = _lock(team)
    if member.chapter_id != team.chapter_id or member.kind == MemberKind.FORMER:
        raise NotOfChapter(_("%(name)s is none of the chapter's people today.") % {"name": member})
    standing = TeamMembership.objects.filter(team=team, member=member).exclude(ends_on__lt=on)
    if standing.exists():
        raise AlreadyInTeam(_("%(name)s is in the team %(team)s already.") % {"name": member, "team": team})
    row = TeamMembership.objects.create(
        chapter_id=team.chapter_id, team=team, member=member, is_leader=is_leader, starts_on=on
    )
    says = _says_leader if is_leader else _says_member
    audit.record(
        by=by, verb="chapters.team_joined", row=team, detail={"member": member.pk, "leader": is_leader},
        summary=lambda: says() % {"name": member, "team": team},
    )  # fmt: skip
    return row


def _says_leader() -> str:
    return _("%(name)s leads the team %(team)s")


def _says_member() -> str:
    return _("%(name)s is in the team %(team)s")


@transaction.atomic
def change_part(*, membership: TeamMembership, is_leader: bool, by: Actor, on: date) -> TeamMembership:
    """Let somebody lead the team from a day on, or lead it no more and stay in it.

    Raises:
        NotInTeam: they have left it.
        TeamHasEnded.
    """
    _lock(membership.team)
    row = _lock_membership(membership, on)
    if row.is_leader == is_leader:
        return row
    if row.starts_on >= on:
        row.is_leader = is_leader
        row.save(update_fields=["is_leader"])
    else:
        last = row.ends_on
        _end(row, on - _DAY)
        row = TeamMembership.objects.create(
            chapter_id=row.chapter_id, team=row.team, member=row.member, is_leader=is_leader, starts_on=on,
            ends_on=last,
        )  # fmt: skip
    says = _says_leader if is_leader else _says_leads_no_more
    audit.record(
        by=by, verb="chapters.team_led", row=row.team, detail={"member": row.member_id, "leader": is_leader},
        summary=lambda: says() % {"name": row.member, "team": row.team},
    )  # fmt: skip
    return row


def _says_leads_no_more() -> str:
    return _("%(name)s no longer leads the team %(team)s and stays in it")


@transaction.atomic
def leave_team(*, membership: TeamMembership, by: Actor, on: date) -> None:
    """Let somebody out of a team; `on` is their last day there.

    Raises:
        NotInTeam: they have left it before.
    """
    row = _lock_membership(membership, on)
    team, member = row.team, row.member
    _end(row, on)
    audit.record(
        by=by, verb="chapters.team_left", row=team, detail={"member": member.pk},
        summary=lambda: _("%(name)s left the team %(team)s") % {"name": member, "team": team},
    )  # fmt: skip


@transaction.atomic
def leave_all_teams(member_id: int, by: Actor, on: date) -> None:
    """End the memberships of somebody who leaves the chapter; `on` is the last day."""
    rows = TeamMembership.objects.filter(member_id=member_id).exclude(ends_on__lte=on).select_related("team")
    for row in rows.select_for_update(of=("self",)):
        _end(row, on)
        audit.record(
            by=by, verb="chapters.team_left", row=row.team, detail={"member": member_id},
            summary=lambda row=row: _("%(name)s left the team %(team)s")
            % {"name": row.member, "team": row.team},
        )  # fmt: skip


def _end(row: TeamMembership, last: date) -> None:
    """A time in a team that would end before it began has not been."""
    if row.starts_on > last:
        row.delete()
    else:
        row.ends_on = last
        row.save(update_fields=["ends_on"])


def _lock(team: Team) -> Team:
    row = Team.objects.select_for_update(of=("self",)).get(pk=team.pk)
    if row.ended_on is not None:
        raise TeamHasEnded(_("The team %(team)s has ended; nothing was changed.") % {"team": row})
    return row


def _lock_membership(membership: TeamMembership, on: date) -> TeamMembership:
    rows = TeamMembership.objects.select_for_update(of=("self",)).select_related("team", "member")
    row = rows.filter(pk=membership.pk).exclude(ends_on__lt=on).first()
    if row is None:
        raise NotInTeam(
            _("They have left the team; nothing was changed."),
            hint=_("Load the page again to see who is in it."),
        )
    return row


def _require_free_name(chapter_id: int, name: str, team: Team | None = None) -> None:
    others = Team.objects.filter(chapter_id=chapter_id, name=name, ended_on__isnull=True)
    if others.exclude(pk=team.pk if team else None).exists():
        raise TeamNameTaken(
            _("Another team is called “%(name)s”; nothing was saved.") % {"name": name},
            hint=_("Give this one another name."),
        )
