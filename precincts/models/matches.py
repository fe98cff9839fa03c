from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from chapters.models import ChapterOwned
from precincts.querysets import MatchDecisionQuerySet


class MatchDecision(ChapterOwned):
    """Somebody's word on whether a neighbour added by hand is one of the file; it can be taken back.

    While a decision for "the same person" stands, `Voter.merged_into` says so too; one service writes both.
    """

    added = models.ForeignKey("precincts.Voter", on_delete=models.PROTECT, related_name="match_decisions")
    registered = models.ForeignKey("precincts.Voter", on_delete=models.PROTECT, related_name="+")
    is_same = models.BooleanField(_("the same person"))
    decided_at = models.DateTimeField(_("decided"))
    decided_by = models.ForeignKey("chapters.User", on_delete=models.SET_NULL, null=True, related_name="+")
    undone_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    undone_by = models.ForeignKey("chapters.User", on_delete=models.SET_NULL, null=True, related_name="+")

    objects = MatchDecisionQuerySet.as_manager()

    class Meta:
        ordering = ["-decided_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["added", "registered"], condition=Q(undone_at__isnull=True), name="match_decided_once"
            ),
            models.UniqueConstraint(
                fields=["added"],
                condition=Q(undone_at__isnull=True, is_same=True),
                name="match_is_one_person",
            ),
            models.CheckConstraint(condition=~Q(added=F("registered")), name="match_of_two_rows"),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True) | Q(undone_at__gte=F("decided_at")),
                name="match_undone_after_decided",
            ),
        ]

    @property
    def household(self) -> models.Model | None:
        """The door of the one added by hand: the rules ask every row where it belongs."""
        return self.added.household

    @property
    def precinct_id(self) -> int | None:
        """The precinct of the one added by hand, where no door is known."""
        return self.added.precinct_id
