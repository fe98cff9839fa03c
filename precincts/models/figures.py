from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chapters.models import ChapterOwned


class AreaFigures(ChapterOwned):
    """How many listed neighbours and doors a block has, or what of a precinct is in no block, counted once.

    Counted anew by `services.figures` whenever people, doors or blocks change: lists of precincts and blocks would
    otherwise read every voter.
    """

    precinct = models.ForeignKey("precincts.Precinct", on_delete=models.CASCADE, related_name="figures")
    block = models.OneToOneField(
        "precincts.Block", on_delete=models.CASCADE, null=True, blank=True, related_name="figures"
    )
    voters = models.PositiveIntegerField(_("listed voters"), default=0)
    doors = models.PositiveIntegerField(_("doors with one"), default=0)
    unplaced = models.PositiveIntegerField(_("of them without coordinates"), default=0)
    last_news = models.DateTimeField(_("when something was last learned"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["precinct"], condition=Q(block__isnull=True), name="figures_without_block_once"
            )
        ]
