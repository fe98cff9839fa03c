from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chapters.models import ChapterOwned
from precincts.enums import ElectionKind


class Election(ChapterOwned):
    """One election the chapter's vote history knows; `bit` is its place in the voters' bitmask.

    The latest 63 elections by date have a bit; older ones stay in the voters' detail text. An election without
    labels is one whose history is still awaited: so far, lists of returned ballots have come.
    """

    held_on = models.DateField(_("date"))
    kind = models.CharField(_("kind"), max_length=10, choices=ElectionKind)
    name = models.CharField(_("name"), max_length=120)
    labels = ArrayField(models.CharField(max_length=120), verbose_name=_("names in files"), default=list)
    bit = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["-held_on", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["chapter", "held_on", "kind", "name"], name="election_once"),
            models.UniqueConstraint(
                fields=["chapter", "bit"], condition=Q(bit__isnull=False), name="election_bit_once"
            ),
            models.CheckConstraint(
                condition=Q(bit__isnull=True) | Q(bit__lte=62), name="election_bit_below_63"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_awaited(self) -> bool:
        """Whether no history has named it yet."""
        return not self.labels
