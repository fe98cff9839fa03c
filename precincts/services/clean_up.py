"""Deleting uploaded files that were never imported. What was imported is deleted at once, by the import itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from chapters.models import Job
from core.actors import Actor
from precincts.models import VoterImport
from precincts.services.imports.incoming import discard_upload
from precincts.services.imports.jobs import forget_upload


def forget_old_uploads(at: datetime) -> int:
    """Delete what waits to be imported for too long, and what an import refused long ago; returns how many.

    A refused file stays on record without its bytes; one that nobody ever started, or has not touched since its
    columns were said anew, is discarded whole.
    """
    waiting = VoterImport.objects.filter(finished_at__isnull=True).exclude(path="")
    before = at - timedelta(days=settings.UPLOADS_KEPT_DAYS)
    unused = waiting.filter(job=None, started_at__lt=before).exclude(mapping__saved_at__gte=before)
    refused = waiting.filter(job__finished_at__lt=at - timedelta(days=settings.JOB_FILES_KEPT_DAYS))
    left = [record for record in unused if not _is_tried(record, before)]
    for record in left:
        discard_upload(record=record, by=Actor.system(record.chapter_id, label="clean-up"))
    gone = list(refused)
    for record in gone:
        forget_upload(record)
    return len(left) + len(gone)


def _is_tried(record: VoterImport, since: datetime) -> bool:
    """Whether a try to import the file runs, or ended lately: saying its columns anew forgets the try, not the file."""
    tries = Job.objects.filter(chapter_id=record.chapter_id, params__import_id=record.pk)
    return tries.exclude(finished_at__lt=since).exists()
