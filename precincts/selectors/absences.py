"""Captains who are away for a time, and who stands in."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.functions import Greatest, Least

from chapters.models import Member
from precincts.models import Absence, Block, BlockAssignment


@dataclass(frozen=True, slots=True)
class StandIn:
    """Who answers for a block today instead of its captain, and until when."""

    absence: Absence
    captain: Member
    member: Member
    until: date


def list_absences(block: Block, on: date) -> QuerySet[Absence]:
    """The absences of a block's captains that are not over on a day, with the people. One query.

    Each with `has_stand_in`: whether who was to stand in is a backup of the block on some day that is left of it.
    """
    rows = Absence.objects.filter(assignment__block=block, ends_on__gte=on)
    rows = rows.exclude(assignment__ends_on__lt=on).select_related("assignment__member", "stand_in")
    left = _backups_between(Greatest(OuterRef("starts_on"), on), OuterRef("ends_on"))
    return rows.annotate(has_stand_in=Exists(left)).order_by("starts_on")


def list_without_stand_in(assignment: BlockAssignment, starts_on: date, ends_on: date) -> QuerySet[Absence]:
    """The captain's absences on some of these days whose stand-in is no backup of the block on any of them."""
    rows = Absence.objects.filter(assignment=assignment, starts_on__lte=ends_on, ends_on__gte=starts_on)
    return rows.exclude(
        Exists(
            _backups_between(Greatest(OuterRef("starts_on"), starts_on), Least(OuterRef("ends_on"), ends_on))
        )
    )


def _backups_between(first: Combinable, last: Combinable) -> QuerySet[BlockAssignment]:
    """The times as backup, on some of these days, of who is to stand in; for the absence of an outer query."""
    rows = BlockAssignment.objects.backups().filter(
        block=OuterRef("assignment__block"), member=OuterRef("stand_in"), starts_on__lte=last
    )
    return rows.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=first))


def get_stand_ins(block_ids: Collection[int], on: date) -> dict[int, StandIn]:
    """Who stands in on a day, by block; as `precincts.keeping.keeper_on` says it. One query.

    A stand-in who is no backup of the block any more stands in for nobody.
    """
    captains = BlockAssignment.objects.in_force(on).captains().filter(block_id__in=block_ids)
    still = (
        BlockAssignment.objects.in_force(on)
        .backups()
        .filter(block=OuterRef("assignment__block"), member=OuterRef("stand_in"))
    )
    rows = Absence.objects.in_force(on).filter(Exists(still), assignment__in=captains)
    return {
        row.assignment.block_id: StandIn(row, row.assignment.member, row.stand_in, row.ends_on)
        for row in rows.select_related("assignment__member", "stand_in")
    }


def list_possible_stand_ins(
    assignment: BlockAssignment, starts_on: date, ends_on: date
) -> QuerySet[BlockAssignment]:
    """The backups of the captain's block on all of these days. One query."""
    rows = BlockAssignment.objects.in_force(starts_on).backups().filter(block=assignment.block_id)
    lasting = Q(ends_on__isnull=True) | Q(ends_on__gte=ends_on)
    return rows.filter(lasting).exclude(member=assignment.member_id).select_related("member")
