from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext_lazy as _

from chapters.models import ChapterOwned


class Training(ChapterOwned):
    """One of the chapter's people trained another: a dated record, once for each who was trained.

    A trigger keeps the lineage free of circles, however long.
    """

    trainer = models.ForeignKey(
        "chapters.Member", on_delete=models.PROTECT, related_name="+", verbose_name=_("who trained")
    )
    trained = models.ForeignKey(
        "chapters.Member", on_delete=models.PROTECT, related_name="+", verbose_name=_("who was trained")
    )
    precinct = models.ForeignKey(
        "precincts.Precinct", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    on = models.DateField(_("on"))
    given_by = models.ForeignKey("chapters.User", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["trained"], name="training_by_one"),
            models.CheckConstraint(condition=~Q(trainer=F("trained")), name="training_of_somebody_else"),
            models.UniqueConstraint(
                Least("trainer", "trained"), Greatest("trainer", "trained"), name="training_not_both_ways"
            ),
        ]
        indexes = [models.Index(fields=["trainer"], name="training_by_trainer")]
