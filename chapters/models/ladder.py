from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from chapters.enums import StepSize
from chapters.first_ladder import BY_YES
from chapters.models.base import ChapterOwned
from core.words import in_readers_language


class LadderStep(ChapterOwned):
    """One thing a chapter asks of people, small to big, and what it leads to; retired, it stays where it was asked."""

    size = models.CharField(_("size"), max_length=6, choices=StepSize, default=StepSize.SMALL)
    position = models.PositiveSmallIntegerField(_("place in the order"), default=10)
    titles = models.JSONField(_("what is asked, by language"), default=dict)
    texts = models.JSONField(_("how to ask, by language"), default=dict, blank=True)
    follows = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="next_steps",
        verbose_name=_("comes after"),
    )
    done_rule = models.CharField(_("done when"), max_length=60, default=BY_YES)
    done_value = models.CharField(_("of which kind"), max_length=60, blank=True)
    needs = ArrayField(models.CharField(max_length=160), verbose_name=_("needs"), default=list, blank=True)
    retired_on = models.DateField(_("no longer asked since"), null=True, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(follows=F("id")), name="ladder_step_not_after_itself"),
            models.CheckConstraint(condition=~Q(titles={}), name="ladder_step_has_a_title"),
        ]
        indexes = [models.Index(fields=["chapter", "position"], name="ladder_in_order")]

    def __str__(self) -> str:
        return in_readers_language(self.titles) or next(
            (words for words in self.titles.values() if words), ""
        )

    @property
    def text(self) -> str:
        """How to ask, in the reader's language, or in the one it was written in."""
        return in_readers_language(self.texts) or next((words for words in self.texts.values() if words), "")
