"""A walking party: who signed up and where they live, and the groups as they stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery

from canvassing.models import Walker, WalkingGroup, WalkList
from chapters.enums import MemberKind
from chapters.models import Attendance, Meeting, MeetingInvitation, Member
from precincts.addresses import parse_line
from precincts.models import Block, Household, Precinct, Residence


@dataclass(frozen=True, slots=True)
class SignUp:
    """Somebody who signed up, and the precinct they live in; None where no address leads to one."""

    member: Member
    precinct_id: int | None
    order: tuple[int, int, int]


def list_sign_ups(meeting: Meeting, on: date) -> list[SignUp]:
    """Who said yes, or is there already, in the order of their doors. Four queries at most.

    Where nobody has noted at which door somebody lives, the address on their own page is looked up among the
    chapter's buildings.
    """
    coming = MeetingInvitation.objects.filter(meeting=meeting, answer="yes", is_waiting=False)
    there = Attendance.objects.filter(meeting=meeting)
    people = list(
        Member.objects.filter(Q(pk__in=coming.values("member_id")) | Q(pk__in=there.values("member_id")))
        .exclude(kind=MemberKind.FORMER)
        .order_by("last_name", "first_name", "pk")
    )
    homes: dict[int, Household] = {
        row.member_id: row.household
        for row in Residence.objects.in_force(on).filter(member__in=people).select_related("household__block")
    }
    homes |= _find_doors(meeting.chapter_id, [member for member in people if member.pk not in homes])
    in_force = set(
        Precinct.objects.filter(chapter_id=meeting.chapter_id).in_force(on).values_list("pk", flat=True)
    )
    found = [_sign_up(member, homes.get(member.pk), in_force) for member in people]
    return sorted(found, key=lambda one: one.order)


def _find_doors(chapter_id: int, people: list[Member]) -> dict[int, Household]:
    """A door at each person's own address, where there is exactly one building of that number and street."""
    keys: dict[int, str] = {}
    for member in people:
        key = parse_line(member.address.partition(",")[0]).building_key if member.address else ""
        if key:
            keys[member.pk] = key
    if not keys:
        return {}
    by_key: dict[str, dict[int, Household]] = {}
    rows = Household.objects.filter(chapter_id=chapter_id, building__address_key__in=set(keys.values()))
    for door in rows.select_related("building", "block").order_by("pk"):
        by_key.setdefault(door.building.address_key, {}).setdefault(door.building_id, door)
    return {pk: next(iter(by_key[key].values())) for pk, key in keys.items() if len(by_key.get(key, {})) == 1}


def _sign_up(member: Member, home: Household | None, in_force: set[int]) -> SignUp:
    if home is None or home.precinct_id not in in_force:
        return SignUp(member, None, (0, 0, member.pk))
    number = home.block.number if home.block else 10_000
    return SignUp(member, home.precinct_id, (number, home.walk_position or 0, home.building_id))


def list_blocks_by_precinct(precinct_ids: set[int]) -> dict[int, list[int]]:
    """The open blocks of some precincts, by number. One query."""
    found: dict[int, list[int]] = {}
    rows = Block.objects.open().filter(precinct__in=precinct_ids).order_by("number")
    for pk, precinct_id in rows.values_list("pk", "precinct_id"):
        found.setdefault(precinct_id, []).append(pk)
    return found


def list_groups(meeting: Meeting) -> QuerySet[WalkingGroup]:
    """The groups, each with its people and its blocks; each block has `latest_list`, its newest list's number.

    Three queries.
    """
    latest = WalkList.objects.filter(block=OuterRef("pk")).order_by("-list_number").values("list_number")[:1]
    blocks: Any = Block.objects.annotate(latest_list=Subquery(latest)).order_by("number")
    return (
        WalkingGroup.objects.filter(meeting=meeting)
        .select_related("leader", "precinct")
        .prefetch_related(
            Prefetch("walkers", Walker.objects.select_related("member").order_by("pk")),
            Prefetch("blocks", blocks),
        )
        .order_by("number")
    )
