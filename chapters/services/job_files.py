"""Files that a job was given or has made, in private storage."""

from __future__ import annotations

from pathlib import PurePath
from typing import IO

from django.core.files.base import ContentFile, File
from django.db import transaction

from chapters.models import Job, JobFile
from core.files import private_storage, storage_key


def save_job_file(
    *,
    job: Job,
    filename: str,
    content: IO[bytes] | bytes,
    content_type: str,
    label: str = "",
    is_main: bool = False,
    is_given: bool = False,
) -> JobFile:
    """Keep a file of a job; the same name again takes the former one's place."""
    name = PurePath(filename).name[:200] or "file"
    path = storage_key("jobs", job.pk, "given" if is_given else "made", name)
    storage = private_storage()
    storage.delete(path)
    kept = storage.save(path, ContentFile(content) if isinstance(content, bytes) else File(content))
    row, _made = JobFile.objects.update_or_create(
        job=job,
        path=kept,
        defaults={
            "label": (label or name)[:200],
            "filename": name,
            "content_type": content_type,
            "size": storage.size(kept),
            "is_main": is_main,
            "is_given": is_given,
        },
    )
    return row


def forget_made_files(job: Job) -> None:
    """Remove what an earlier try has made, so that the next one starts clean."""
    made = job.files.filter(is_given=False)
    paths = list(made.values_list("path", flat=True))
    made.delete()

    def forget() -> None:
        for path in paths:
            private_storage().delete(path)

    transaction.on_commit(forget)
