from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.tenancy import ChapterQuerySet
from core.words import in_readers_language


class AuditEvent(models.Model):
    """Who did what, when, to which row; exports and bulk reads too. Rows are added, never changed."""

    chapter = models.ForeignKey(
        "chapters.Chapter", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(_("when"), auto_now_add=True)
    actor_kind = models.CharField(max_length=10)
    actor_user = models.ForeignKey(
        "chapters.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    actor_label = models.CharField(_("who"), max_length=200)
    verb = models.CharField(_("what"), max_length=60)
    row_kind = models.CharField(_("kind of row"), max_length=60, blank=True)
    row_id = models.CharField(max_length=40, blank=True)
    summaries = models.JSONField(_("in words, by language"), default=dict)
    detail = models.JSONField(default=dict)
    rows = models.PositiveBigIntegerField(_("how many rows"), null=True, blank=True)

    objects = ChapterQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["chapter", "-at"], name="audit_latest_first"),
            models.Index(fields=["chapter", "row_kind", "row_id"], name="audit_by_row"),
        ]

    def __str__(self) -> str:
        return self.summary

    @property
    def summary(self) -> str:
        """What was done, in the reader's language."""
        return in_readers_language(self.summaries)
