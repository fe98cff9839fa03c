from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from chapters.enums import Weekday
from chapters.models.base import ChapterOwned


class Availability(ChapterOwned):
    """One stretch of the week in which a person usually has time, on their own clock."""

    member = models.ForeignKey("chapters.Member", on_delete=models.CASCADE, related_name="availability")
    weekday = models.PositiveSmallIntegerField(_("day of the week"), choices=Weekday)
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("until"))
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("time of the week")
        ordering = ["weekday", "starts"]
        constraints = [
            models.UniqueConstraint(fields=["member", "weekday", "starts"], name="availability_once"),
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts")),
                name="availability_ends_after_start",
                violation_error_message=_("The time ends before it begins."),
            ),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="availability_on_a_weekday"),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.starts:%H:%M}–{self.ends:%H:%M}"
