from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chapters.models import ChapterOwned
from precincts.enums import ElectionKind
from precincts.querysets import OfPrecinctQuerySet


class PrecinctPlan(ChapterOwned):
    """What a precinct has set out to do, and since when its work is counted."""

    precinct = models.OneToOneField("precincts.Precinct", on_delete=models.PROTECT, related_name="plan")
    began_on = models.DateField(_("begun on"))
    registration_goal = models.PositiveIntegerField(_("neighbours to register"), null=True, blank=True)
    saved_by = models.ForeignKey("chapters.User", on_delete=models.SET_NULL, null=True, related_name="+")
    saved_at = models.DateTimeField(auto_now=True)

    objects = OfPrecinctQuerySet.as_manager()


class TurnoutGoal(ChapterOwned):
    """The turnout that a precinct wants in elections of a kind, from a day on; a later row replaces it.

    The goal of an election is the latest that began on or before its day, so that a goal set afterwards changes
    nothing of what was reached. Without a percentage there is no goal from that day on.
    """

    precinct = models.ForeignKey(
        "precincts.Precinct", on_delete=models.PROTECT, related_name="turnout_goals", db_index=False
    )
    kind = models.CharField(_("kind"), max_length=10, choices=ElectionKind)
    percent = models.DecimalField(
        _("percent of the registered neighbours"), max_digits=4, decimal_places=1, null=True, blank=True
    )
    starts_on = models.DateField(_("from"))
    saved_by = models.ForeignKey("chapters.User", on_delete=models.SET_NULL, null=True, related_name="+")
    saved_at = models.DateTimeField(auto_now=True)

    objects = OfPrecinctQuerySet.as_manager()

    class Meta:
        ordering = ["precinct", "kind", "-starts_on"]
        constraints = [
            models.UniqueConstraint(fields=["precinct", "kind", "starts_on"], name="turnout_goal_once_a_day"),
            models.CheckConstraint(
                condition=Q(percent__isnull=True) | Q(percent__range=(0, 100)),
                name="turnout_goal_is_a_percentage",
                violation_error_message=_("A goal lies between 0 and 100 percent."),
            ),
        ]
