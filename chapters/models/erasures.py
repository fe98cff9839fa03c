from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from chapters.models.base import ChapterOwned


class Erasure(ChapterOwned):
    """A person's data are to be expunged, or have been: when it was asked for, when it is done, how much it was.

    The member's row stays under a pseudonym; this row holds no word of what was erased.
    """

    member = models.ForeignKey("chapters.Member", on_delete=models.CASCADE, related_name="erasures")
    asked_by = models.ForeignKey("chapters.User", on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(_("asked for"))
    due_at = models.DateTimeField(_("carried out at the latest"))
    withdrawn_by = models.ForeignKey(
        "chapters.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    done_by = models.ForeignKey(
        "chapters.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    done_at = models.DateTimeField(_("carried out"), null=True, blank=True)
    counts = models.JSONField(_("how many rows of what"), default=dict)

    class Meta:
        verbose_name = _("erasure")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["member"], condition=Q(withdrawn_at__isnull=True), name="erasure_asked_once"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(done_at__isnull=True),
                name="erasure_not_done_and_withdrawn",
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(done_at__gte=F("asked_at")),
                name="erasure_done_after_asking",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="erasure_due",
                condition=Q(withdrawn_at__isnull=True, done_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"#{self.member_id}"

    @property
    def is_open(self) -> bool:
        return self.done_at is None and self.withdrawn_at is None
