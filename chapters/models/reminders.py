from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chapters.models.base import ChapterOwned


class Reminder(ChapterOwned):
    """One line of the schedule: what is to be done at a time. Beat only looks whether something is due."""

    kind = models.CharField(max_length=60)
    key = models.CharField(_("what makes it the same reminder"), max_length=200)
    params = models.JSONField(_("ids and words"), default=dict)
    due_at = models.DateTimeField(_("due"))
    try_after = models.DateTimeField(_("after a failed try, the next"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("failed tries"), default=0)
    error = models.CharField(_("what went wrong"), max_length=300, blank=True)
    planned_by = models.ForeignKey(
        "chapters.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    planned_count = models.PositiveIntegerField(_("messages it planned"), default=0)
    cancelled_at = models.DateTimeField(_("taken out"), null=True, blank=True)

    class Meta:
        ordering = ["due_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["chapter", "kind", "key"],
                condition=Q(done_at__isnull=True, cancelled_at__isnull=True),
                name="reminder_open_once",
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(cancelled_at__isnull=True),
                name="reminder_not_done_and_cancelled",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="reminder_due",
                condition=Q(done_at__isnull=True, cancelled_at__isnull=True),
            ),
            models.Index(fields=["chapter", "kind", "-due_at"], name="reminder_latest_first"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def is_open(self) -> bool:
        return self.done_at is None and self.cancelled_at is None
