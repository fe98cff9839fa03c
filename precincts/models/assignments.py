from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from chapters.enums import MemberKind
from chapters.models import ChapterOwned
from core.ranges import date_range, id_range
from precincts.enums import CaptaincyKind
from precincts.querysets import CaptaincyQuerySet, ResidenceQuerySet


class Captaincy(ChapterOwned):
    """A member's charge from one day to another (both days count)."""

    member = models.ForeignKey("chapters.Member", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("as"), max_length=8, choices=CaptaincyKind, default=CaptaincyKind.CAPTAIN)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    given_by = models.ForeignKey("chapters.User", on_delete=models.SET_NULL, null=True, related_name="+")
    handover_note = models.TextField(_("what the next captain should know"), blank=True)

    objects = CaptaincyQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["-starts_on", "-pk"]

    def serves(self, on: date) -> bool:
        """Whether the charge is the member's on a day, as `CaptaincyQuerySet.in_force` reads it."""
        is_begun = self.starts_on <= on and (self.ends_on is None or self.ends_on >= on)
        return is_begun and self.member.kind != MemberKind.FORMER


def _one_captaincy(charge: str, *, two_captains: Any, member_twice: Any) -> list[models.BaseConstraint]:
    """What the database holds of a captaincy: one captain a day for each charge, and each member once a day.

    Args:
        charge: "block" or "precinct", the name of the foreign key to it.
        two_captains, member_twice: what a form says to somebody who asks for more.
    """
    charges = (id_range(f"{charge}_id"), RangeOperators.OVERLAPS)
    members = (id_range("member_id"), RangeOperators.OVERLAPS)
    days = (date_range("starts_on", "ends_on"), RangeOperators.OVERLAPS)
    return [
        models.CheckConstraint(
            condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
            name=f"{charge}_assignment_ends_after_start",
        ),
        ExclusionConstraint(
            name=f"{charge}_one_captain_a_day",
            expressions=[charges, days],
            condition=Q(kind=CaptaincyKind.CAPTAIN),
            violation_error_message=two_captains,
        ),
        ExclusionConstraint(
            name=f"{charge}_member_once_a_day",
            expressions=[charges, members, days],
            violation_error_message=member_twice,
        ),
    ]


class BlockAssignment(Captaincy):
    """A captain's or backup's years with one block."""

    block = models.ForeignKey("precincts.Block", on_delete=models.PROTECT, related_name="assignments")

    class Meta(Captaincy.Meta):
        constraints = _one_captaincy(
            "block",
            two_captains=_("The block has another captain on some of these days."),
            member_twice=_("The member already stands with this block on some of these days."),
        )
        indexes = [
            models.Index(fields=["block", "-starts_on"], name="block_assignment_latest"),
            models.Index(fields=["member"], name="block_assignment_of_member"),
        ]


class PrecinctAssignment(Captaincy):
    """A precinct captain's or backup's years with one precinct."""

    precinct = models.ForeignKey("precincts.Precinct", on_delete=models.PROTECT, related_name="assignments")

    class Meta(Captaincy.Meta):
        constraints = _one_captaincy(
            "precinct",
            two_captains=_("The precinct has another captain on some of these days."),
            member_twice=_("The member already stands with this precinct on some of these days."),
        )


class Residence(ChapterOwned):
    """Where a member lives: a door, and the voter they are there when the file knows them."""

    member = models.ForeignKey("chapters.Member", on_delete=models.CASCADE, related_name="+")
    household = models.ForeignKey("precincts.Household", on_delete=models.PROTECT, related_name="residents")
    voter = models.ForeignKey(
        "precincts.Voter", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)

    objects = ResidenceQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="residence_ends_after_start",
            ),
            ExclusionConstraint(
                name="residence_one_a_day",
                expressions=[
                    (id_range("member_id"), RangeOperators.OVERLAPS),
                    (date_range("starts_on", "ends_on"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("The member already lives elsewhere on some of these days."),
            ),
        ]
