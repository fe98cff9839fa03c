"""Walking groups of a rally: sorted by precinct, given a leader and a corner, mailed."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from canvassing.models import Walker, WalkingGroup
from canvassing.selectors.walking import list_blocks_by_precinct, list_sign_ups
from canvassing.walking_groups import make_groups
from chapters.meeting_words import say_time
from chapters.models import Meeting, Member, Message
from chapters.selectors.actors import today_in
from chapters.services import audit
from chapters.services.meeting_places import lock_meeting, require_ahead, require_planned
from chapters.services.messages import plan_messages
from core.actors import Actor
from core.errors import DomainError
from core.http import chapter_url
from core.one_line import one_line
from core.words import Saying
from precincts.models import BlockAssignment, Precinct

KIND = "canvassing.walking_group"
SMALLEST, LARGEST = 2, 12


class GroupsAreMailed(DomainError):
    """People know their groups; sorting anew would send them elsewhere."""


class NobodySignedUp(DomainError):
    """Nobody who signed up lives in a known precinct."""


class NotInGroup(DomainError):
    """The leader does not walk with the group."""


class GroupsNotReady(DomainError):
    """A group has no leader or no corner yet, or there are no groups."""


@transaction.atomic
def sort_into_groups(*, meeting: Meeting, size: int, by: Actor, at: datetime) -> list[WalkingGroup]:
    """Sort who signed up into groups of a wished size, anew each time. A captain who walks along leads the group;
    else its first.

    Raises:
        GroupsAreMailed: people know their groups.
        NobodySignedUp: nobody who signed up lives in a known precinct.
        MeetingIsCancelled, MeetingIsOver: it is too late.
    """
    meeting = lock_meeting(meeting)
    require_planned(meeting)
    require_ahead(meeting, at)
    if WalkingGroup.objects.filter(meeting=meeting, mailed_at__isnull=False).exists():
        raise GroupsAreMailed(
            _("The groups have been mailed; people know with whom they walk."), hint=_("Nothing was changed.")
        )
    on = today_in(meeting.chapter, at)
    people: dict[int, list[int]] = defaultdict(list)
    for one in list_sign_ups(meeting, on):
        if one.precinct_id is not None:
            people[one.precinct_id].append(one.member.pk)
    if not people:
        raise NobodySignedUp(
            _("Nobody who said yes lives in a precinct that is known."),
            hint=_("Note on their pages where people live, or invite more."),
        )
    codes = dict(Precinct.objects.filter(pk__in=people).values_list("pk", "code"))
    ordered = {pk: people[pk] for pk in sorted(people, key=lambda pk: codes[pk])}
    sorted_groups = make_groups(ordered, list_blocks_by_precinct(set(people)), size=size)
    captains = set(
        BlockAssignment.objects.in_force(on)
        .filter(member__in=[pk for group in sorted_groups for pk in group.people])
        .values_list("member_id", flat=True)
    )
    WalkingGroup.objects.filter(meeting=meeting).delete()
    groups = []
    for number, found in enumerate(sorted_groups, start=1):
        leader = next((pk for pk in found.people if pk in captains), found.people[0])
        group = WalkingGroup.objects.create(
            chapter_id=meeting.chapter_id, meeting=meeting, number=number, precinct_id=found.place,
            leader_id=leader,
        )  # fmt: skip
        group.blocks.set(found.blocks)
        Walker.objects.bulk_create(
            Walker(chapter_id=meeting.chapter_id, meeting=meeting, group=group, member_id=pk)
            for pk in found.people
        )
        groups.append(group)
    audit.record(
        by=by, verb="canvassing.walkers_sorted", row=meeting, rows=sum(len(g.people) for g in sorted_groups),
        summary=lambda: _("Sorted who walks at %(meeting)s into %(count)d groups")
        % {"meeting": meeting, "count": len(groups)},
    )  # fmt: skip
    return groups


@transaction.atomic
def change_group(*, group: WalkingGroup, leader: Member, corner: str, by: Actor) -> WalkingGroup:
    """Say who leads a group and where it meets.

    Raises:
        NotInGroup: the leader does not walk with it.
    """
    group = WalkingGroup.objects.select_for_update(of=("self",)).select_related("meeting").get(pk=group.pk)
    if not group.walkers.filter(member=leader).exists():
        raise NotInGroup(_("%(person)s does not walk with this group.") % {"person": leader})
    corner = corner.strip()
    if (group.leader_id, group.corner) == (leader.pk, corner):
        return group
    group.leader, group.corner = leader, corner
    group.save(update_fields=["leader", "corner"])
    audit.record(
        by=by, verb="canvassing.walking_group_changed", row=group,
        summary=lambda: _("%(person)s leads walking group %(number)d of %(meeting)s")
        % {"person": leader, "number": group.number, "meeting": group.meeting},
    )  # fmt: skip
    return group


@transaction.atomic
def mail_groups(*, meeting: Meeting, by: Actor, at: datetime) -> int:
    """Tell everybody their group, its leader, its corner and its blocks; returns how many. Nobody is told twice.

    Raises:
        GroupsNotReady: a group has no leader or no corner yet, or there are no groups.
        MeetingIsCancelled, MeetingIsOver: it is too late.
    """
    meeting = lock_meeting(meeting)
    require_planned(meeting)
    require_ahead(meeting, at)
    groups = list(WalkingGroup.objects.filter(meeting=meeting).order_by("number"))
    unready = [str(group.number) for group in groups if group.leader_id is None or not group.corner]
    if unready or not groups:
        raise GroupsNotReady(
            _("These groups have no leader or no corner yet: %(groups)s") % {"groups": ", ".join(unready)}
            if groups
            else _("There are no groups yet."),
            hint=_("Nothing was sent."),
        )
    walkers = Walker.objects.filter(meeting=meeting).select_related("member").order_by("pk")
    planned = plan_messages(
        kind=KIND, chapter=meeting.chapter, by=by, at=at,
        rows=[(row.member, {"walker_id": row.pk}, f"{KIND}:{meeting.pk}:{row.member_id}") for row in walkers],
    ).planned  # fmt: skip
    WalkingGroup.objects.filter(meeting=meeting, mailed_at__isnull=True).update(mailed_at=at)
    audit.record(
        by=by, verb="canvassing.walkers_mailed", row=meeting, rows=planned,
        summary=lambda: _("Mailed %(count)d walkers of %(meeting)s their groups")
        % {"count": planned, "meeting": meeting},
    )  # fmt: skip
    return planned


def leave_groups_of(member_id: int, by: Actor, on: Any) -> None:
    """Who leaves walks with nobody that lies ahead."""
    from django.utils import timezone

    Walker.objects.filter(member_id=member_id, meeting__ends_at__gt=timezone.now()).delete()
    WalkingGroup.objects.filter(leader_id=member_id, meeting__ends_at__gt=timezone.now()).update(leader=None)


def _of_message(message: Message) -> Walker | None:
    rows = Walker.objects.select_related("group__leader", "group__precinct", "meeting__chapter", "member")
    return rows.filter(pk=message.params["walker_id"], chapter_id=message.chapter_id).first()


def get_context(message: Message) -> dict[str, Any]:
    """What the mail to one walker says; only the leader's leads to the blocks' lists."""
    walker = _of_message(message)
    assert walker is not None  # `say_why_not` is asked first
    group, meeting = walker.group, walker.meeting
    leads = group.leader_id == walker.member_id
    return {
        "title": one_line(meeting.title, 120),
        "time": say_time(
            meeting.starts_at, meeting.ends_at, meeting.time_zone, reader_zone=message.time_zone
        ),
        "number": group.number,
        "leader": one_line(str(group.leader)),
        "leads": leads,
        "corner": one_line(group.corner, 200),
        "code": one_line(group.precinct.code),
        "people": [one_line(str(row.member)) for row in group.walkers.select_related("member")]
        if leads
        else [],
        "blocks": ", ".join(str(block) for block in group.blocks.order_by("number")),
        "url": settings.SITE_URL + chapter_url("chapters:meeting", meeting_id=meeting.pk),
    }


def say_why_not(message: Message, at: datetime) -> Saying:
    """Why a walker is not told after all."""
    walker = _of_message(message)
    if walker is None:
        return _("The person walks with no group any more.")
    if not walker.meeting.is_planned:
        return _("The meeting was cancelled.")
    return _("The meeting is over.") if walker.meeting.is_over(at) else ""
