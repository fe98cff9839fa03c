"""Deleting what was kept long enough: files of finished work, and chosen files that nobody imported."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import ngettext

from chapters.models import Chapter, JobFile
from chapters.services import audit
from core.actors import Actor
from core.files import list_files_before, private_storage
from core.waiting_files import FOLDER


def forget_old_job_files(at: datetime) -> int:
    """Delete the bytes of the files of work that ended long ago; returns how many. Their rows stay and say so."""
    ended = at - timedelta(days=settings.JOB_FILES_KEPT_DAYS)
    old = JobFile.objects.filter(removed_at__isnull=True, job__finished_at__lt=ended)
    removed: Counter[int | None] = Counter()
    for file in old.select_related("job").iterator(chunk_size=500):
        private_storage().delete(file.path)
        JobFile.objects.filter(pk=file.pk).update(removed_at=at)
        removed[file.job.chapter_id] += 1
    for chapter in Chapter.objects.filter(pk__in=[pk for pk in removed if pk is not None]):
        _log(chapter, removed[chapter.pk])
    return removed.total()


def forget_waiting_files(at: datetime) -> int:
    """Delete the files that somebody chose to look at and left lying; returns how many."""
    before = at - timedelta(days=settings.UPLOADS_KEPT_DAYS)
    left = list(list_files_before(FOLDER, before))
    for path in left:
        private_storage().delete(path)
    return len(left)


def _log(chapter: Chapter, count: int) -> None:
    def words() -> str:
        said = ngettext(
            "Deleted %(count)d file of finished work after %(days)d days",
            "Deleted %(count)d files of finished work after %(days)d days",
            count,
        )
        return said % {"count": count, "days": settings.JOB_FILES_KEPT_DAYS}

    by = Actor.system(chapter.pk, label="clean-up")
    audit.record(by=by, verb="chapters.files_removed", chapter=chapter, rows=count, summary=words)
