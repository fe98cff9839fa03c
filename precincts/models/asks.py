from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from chapters.models import ChapterOwned
from precincts.enums import CaptaincyKind
from precincts.querysets import BlockAskQuerySet


class BlockAsk(ChapterOwned):
    """What an ask is for: to keep one block as captain or backup; and the neighbour asked, when the file knows them."""

    ask = models.OneToOneField("chapters.Ask", on_delete=models.PROTECT, related_name="block_ask")
    block = models.ForeignKey("precincts.Block", on_delete=models.PROTECT, related_name="asks")
    voter = models.ForeignKey(
        "precincts.Voter", on_delete=models.PROTECT, null=True, blank=True, related_name="asks"
    )
    kind = models.CharField(_("as"), max_length=8, choices=CaptaincyKind, default=CaptaincyKind.CAPTAIN)
    assignment = models.ForeignKey(
        "precincts.BlockAssignment",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("what came of it"),
    )

    objects = BlockAskQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return str(self.ask)

    @property
    def precinct_id(self) -> int:
        """The block's: the rules ask every row for the precinct it belongs to."""
        return self.block.precinct_id
