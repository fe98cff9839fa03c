from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from chapters.models import ChapterOwned


class BookLook(ChapterOwned):
    """How far somebody has seen the news of one block book: what changed later stands at its head."""

    block = models.ForeignKey("precincts.Block", on_delete=models.CASCADE, related_name="looks")
    user = models.ForeignKey("chapters.User", on_delete=models.CASCADE, related_name="+")
    through = models.PositiveBigIntegerField(_("the newest change seen"), default=0)
    looked_at = models.DateTimeField(_("when"))

    class Meta:
        ordering = ["-looked_at"]
        constraints = [models.UniqueConstraint(fields=["block", "user"], name="book_look_once")]
