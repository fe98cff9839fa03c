from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chapters.enums import MailingState
from chapters.models.base import ChapterOwned
from core.words import in_readers_language


class Mailing(ChapterOwned):
    """A mail that a person writes to many; each of them gets a `Message`.

    What was looked at and tried is kept as a mark of the words, so that changed words must be looked at again.
    """

    subjects = models.JSONField(_("subject, by language"), default=dict)
    texts = models.JSONField(_("text, by language"), default=dict)
    group = models.CharField(_("who gets it"), max_length=60)
    group_value = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=8, choices=MailingState, default=MailingState.DRAFT)
    written_by = models.ForeignKey("chapters.User", on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    previewed_mark = models.CharField(_("the words as looked at"), max_length=64, blank=True)
    tried_mark = models.CharField(_("the words as sent on trial"), max_length=64, blank=True)
    planned_count = models.PositiveIntegerField(_("planned"), default=0)
    without_address = models.PositiveIntegerField(_("people without an address"), default=0)
    sent_off_at = models.DateTimeField(null=True, blank=True)
    sent_off_by = models.ForeignKey(
        "chapters.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    stopped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=MailingState.DRAFT, sent_off_at__isnull=True)
                | (~Q(state=MailingState.DRAFT) & Q(sent_off_at__isnull=False)),
                name="mailing_sent_off_once_no_draft",
            ),
            models.CheckConstraint(
                condition=Q(state=MailingState.STOPPED, stopped_at__isnull=False)
                | (~Q(state=MailingState.STOPPED) & Q(stopped_at__isnull=True)),
                name="mailing_stopped_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def subject(self) -> str:
        """The subject in the reader's language, or in the one there is."""
        return in_readers_language(self.subjects) or next(filter(None, self.subjects.values()), "")
