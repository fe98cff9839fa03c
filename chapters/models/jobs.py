from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chapters.enums import OPEN_JOB_STATES, JobState
from chapters.querysets import JobQuerySet
from core.words import in_readers_language


class Job(models.Model):
    """One piece of slow work. This row is the truth about it; the queue is only a hint."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    chapter = models.ForeignKey(
        "chapters.Chapter", on_delete=models.PROTECT, null=True, blank=True, related_name="jobs"
    )
    kind = models.CharField(max_length=60)
    titles = models.JSONField(_("title, by language"), default=dict)
    params = models.JSONField(default=dict)
    once = models.CharField(_("what is the same work while it is open"), max_length=64, blank=True)
    asked_by = models.ForeignKey("chapters.User", on_delete=models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=JobState, default=JobState.QUEUED)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(null=True, blank=True)
    messages = models.JSONField(_("what it is doing, by language"), default=dict)
    result = models.JSONField(default=dict)
    errors = models.JSONField(_("why it failed, by language"), default=dict)
    hints = models.JSONField(_("what to do, by language"), default=dict)
    cancel_asked = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    enqueued_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["chapter", "-created_at"], name="job_latest_first"),
            models.Index(fields=["state"], name="job_open", condition=Q(state__in=OPEN_JOB_STATES)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True, state__in=OPEN_JOB_STATES)
                | Q(finished_at__isnull=False) & ~Q(state__in=OPEN_JOB_STATES),
                name="job_finished_when_closed",
            ),
            models.UniqueConstraint(
                fields=["once"],
                condition=Q(state__in=OPEN_JOB_STATES, cancel_asked=False) & ~Q(once=""),
                name="job_open_once",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return in_readers_language(self.titles)

    @property
    def message(self) -> str:
        """What it is doing, in the reader's language."""
        return in_readers_language(self.messages)

    @property
    def error(self) -> str:
        """Why it failed, in the reader's language."""
        return in_readers_language(self.errors)

    @property
    def hint(self) -> str:
        """What to do, in the reader's language."""
        return in_readers_language(self.hints)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_JOB_STATES


class JobFile(models.Model):
    """A file that a job was given or made, in private storage."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="files")
    labels = models.JSONField(_("label, by language"), default=dict)
    filename = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    path = models.CharField(_("key in private storage"), max_length=300)
    size = models.PositiveBigIntegerField(_("bytes"))
    is_main = models.BooleanField(default=False)
    is_given = models.BooleanField(_("given to the job, not made by it"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(_("when its bytes were deleted"), null=True, blank=True)

    class Meta:
        ordering = ["-is_main", "filename"]
        constraints = [models.UniqueConstraint(fields=["job", "path"], name="job_file_once")]

    def __str__(self) -> str:
        return self.filename

    @property
    def label(self) -> str:
        """What it is, in the reader's language."""
        return in_readers_language(self.labels)
