from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from chapters.models import ChapterOwned
from precincts.enums import IssueState
from precincts.querysets import OfPrecinctQuerySet

OPEN_STATES = (IssueState.OPEN, IssueState.WORKING)


class LocalIssue(ChapterOwned):
    """Something a precinct's neighbours work on: the bus stop, the rent, the crossing."""

    precinct = models.ForeignKey("precincts.Precinct", on_delete=models.PROTECT, related_name="issues")
    title = models.CharField(_("issue"), max_length=120)
    state = models.CharField(_("state"), max_length=8, choices=IssueState, default=IssueState.OPEN)
    leader = models.ForeignKey(
        "chapters.Member",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who leads"),
    )
    note = models.TextField(_("note"), blank=True, max_length=4000)
    opened_on = models.DateField(_("opened on"))
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    objects = OfPrecinctQuerySet.as_manager()

    class Meta:
        ordering = ["precinct", "-opened_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                F("precinct"), Upper("title"), condition=Q(closed_on__isnull=True), name="issue_open_once",
                violation_error_message=_("The precinct works on an issue of this name already."),
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True, state__in=OPEN_STATES)
                | (Q(closed_on__isnull=False) & ~Q(state__in=OPEN_STATES)),
                name="issue_closed_has_a_day",
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")),
                name="issue_closes_after_opening",
                violation_error_message=_("The issue closes before it was opened."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.closed_on is None
