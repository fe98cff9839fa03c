"""A precinct's group: its captains, backups, and the members who live there."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q, QuerySet

from chapters.enums import MemberKind
from chapters.models import Member
from precincts.enums import CaptaincyKind
from precincts.models import Block, BlockAssignment, Precinct, PrecinctAssignment, Residence


@dataclass(slots=True)
class GroupMember:
    """One of the precinct's people.

    Attributes:
        leads: "captain" or "backup" of the precinct, "" for neither.
        blocks: the precinct's blocks they keep; backed_up: those they are backup of; in the order of their numbers.
        lives_here: whether their door is known to be in the precinct.
    """

    member: Member
    leads: str = ""
    blocks: list[Block] = field(default_factory=list)
    backed_up: list[Block] = field(default_factory=list)
    lives_here: bool = False

    @property
    def rank(self) -> tuple[int, str, str, int]:
        """Precinct captains first, then block captains, backups, everybody else; each by name."""
        place = (
            0 if self.leads == CaptaincyKind.CAPTAIN
            else 1 if self.leads
            else 2 if self.blocks
            else 3 if self.backed_up
            else 4
        )  # fmt: skip
        return (place, self.member.last_name.casefold(), self.member.first_name.casefold(), self.member.pk)


def list_group(precinct: Precinct, on: date) -> list[GroupMember]:
    """The members who lead, keep blocks of or live in a precinct on a day. Three queries."""
    found: dict[int, GroupMember] = {}

    def entry(member: Member) -> GroupMember:
        return found.setdefault(member.pk, GroupMember(member))

    for charge in PrecinctAssignment.objects.in_force(on).filter(precinct=precinct).select_related("member"):
        entry(charge.member).leads = charge.kind
    blocks = BlockAssignment.objects.in_force(on).filter(block__precinct=precinct, block__closed_on=None)
    for kept in blocks.select_related("member", "block").order_by("block__number", "pk"):
        one = entry(kept.member)
        (one.blocks if kept.kind == CaptaincyKind.CAPTAIN else one.backed_up).append(kept.block)
    homes = Residence.objects.in_force(on).filter(household__precinct=precinct).select_related("member")
    for home in homes.exclude(member__kind=MemberKind.FORMER):
        entry(home.member).lives_here = True
    return sorted(found.values(), key=lambda one: one.rank)


def in_group_of(precinct_ids: Collection[int], on: date) -> QuerySet[Member]:
    """The members who lead, keep blocks of or live in some precincts on a day."""
    leads = PrecinctAssignment.objects.in_force(on).filter(precinct__in=precinct_ids)
    keeps = BlockAssignment.objects.in_force(on).filter(block__precinct__in=precinct_ids)
    lives = Residence.objects.in_force(on).filter(household__precinct__in=precinct_ids)
    of_them = Q()
    for rows in (leads, keeps.filter(block__closed_on=None), lives):
        of_them |= Q(pk__in=rows.order_by().values("member"))
    return Member.objects.filter(of_them).exclude(kind=MemberKind.FORMER)
