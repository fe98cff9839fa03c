from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from chapters.models import ChapterOwned
from core.ranges import date_range, id_range
from precincts.querysets import AbsenceQuerySet


class Absence(ChapterOwned):
    """A captain is away from one day to another (both days count); a backup of the block stands in."""

    assignment = models.ForeignKey(
        "precincts.BlockAssignment", on_delete=models.CASCADE, related_name="absences"
    )
    stand_in = models.ForeignKey("chapters.Member", on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField(_("first day away"))
    ends_on = models.DateField(_("last day away"))
    note = models.TextField(_("what the stand-in should know"), blank=True)
    given_by = models.ForeignKey("chapters.User", on_delete=models.SET_NULL, null=True, related_name="+")

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        ordering = ["starts_on"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="absence_ends_after_start"),
            ExclusionConstraint(
                name="absence_once_a_day",
                expressions=[
                    (id_range("assignment_id"), RangeOperators.OVERLAPS),
                    (date_range("starts_on", "ends_on"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("The captain is away on some of these days already."),
            ),
        ]

    @property
    def block_id(self) -> int:
        return self.assignment.block_id

    @property
    def precinct_id(self) -> int:
        return self.assignment.block.precinct_id
