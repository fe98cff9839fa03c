from __future__ import annotations

from django.db import models

from core.tenancy import ChapterQuerySet


class ChapterOwned(models.Model):
    """A row that belongs to exactly one chapter and is never read from another."""

    chapter = models.ForeignKey("chapters.Chapter", on_delete=models.PROTECT, related_name="+")

    objects = ChapterQuerySet.as_manager()

    class Meta:
        abstract = True
