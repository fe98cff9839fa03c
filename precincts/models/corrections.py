from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chapters.models import ChapterOwned
from precincts.enums import VALUED_CORRECTIONS, CorrectionKind, CorrectionState
from precincts.querysets import CorrectionQuerySet


class Correction(ChapterOwned):
    """Something the file says wrongly of a neighbour, as a captain reports it; the file's own columns stay."""

    voter = models.ForeignKey("precincts.Voter", on_delete=models.PROTECT, related_name="corrections")
    what = models.CharField(_("what is wrong"), max_length=12, choices=CorrectionKind)
    says = models.CharField(_("what is right"), max_length=120, blank=True)
    note = models.CharField(_("how it is known"), max_length=500, blank=True)
    asked_by = models.ForeignKey(
        "chapters.User", on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked"))
    state = models.CharField(_("state"), max_length=8, choices=CorrectionState, default=CorrectionState.OPEN)
    decided_by = models.ForeignKey(
        "chapters.User", on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=500, blank=True)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["voter", "what"], condition=Q(state=CorrectionState.OPEN), name="correction_once_open"
            ),
            models.CheckConstraint(
                condition=Q(state=CorrectionState.OPEN, decided_at__isnull=True)
                | (~Q(state=CorrectionState.OPEN) & Q(decided_at__isnull=False)),
                name="correction_decided_with_its_day",
            ),
            models.CheckConstraint(
                condition=~Q(what__in=VALUED_CORRECTIONS) | ~Q(says=""),
                name="correction_says_what_is_right",
            ),
        ]
        indexes = [models.Index(fields=["chapter", "state", "-asked_at"], name="correction_queue")]

    def __str__(self) -> str:
        return self.says or str(self.get_what_display())

    @property
    def is_open(self) -> bool:
        return self.state == CorrectionState.OPEN

    @property
    def household(self) -> object:
        """The neighbour's door: the rules ask every row for the place it belongs to."""
        return self.voter.household

    @property
    def precinct_id(self) -> int | None:
        """The precinct of a neighbour without a door."""
        return self.voter.precinct_id
