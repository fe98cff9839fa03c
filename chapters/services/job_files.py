"""Files that a job was given or has made, in private storage."""

from __future__ import annotations

from pathlib import PurePath
from typing import IO

from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chapters.models import Job, JobFile
from core.actors import Actor
from core.errors import DomainError
from core.files import private_storage, storage_key
from core.jobs import get_job_kind
from core.words import Saying, in_all_languages


class JobFileGone(DomainError):
    """The file was kept long enough and is deleted."""


class JobKindGone(DomainError):
    """The job is of a kind that this version no longer knows."""


def save_job_file(
    *,
    job: Job,
    filename: str,
    content: IO[bytes] | bytes,
    content_type: str,
    label: Saying = "",
    is_main: bool = False,
    is_given: bool = False,
) -> JobFile:
    """Keep a file of a job; the same name again takes the former one's place."""
    name = PurePath(filename).name[:200] or "file"
    path = storage_key("jobs", job.pk, "given" if is_given else "made", name)
    storage = private_storage()
    storage.delete(path)
    kept = storage.save(path, ContentFile(content) if isinstance(content, bytes) else File(content))
    row, _is_new = JobFile.objects.update_or_create(
        job=job,
        path=kept,
        defaults={
            "labels": in_all_languages(label or name, longest=200),
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


def require_takeable(*, file: JobFile, by: Actor) -> None:
    """Ask the job's kind whether a file it made may still be handed to this actor.

    Raises:
        JobFileGone: it was kept long enough and is deleted.
        JobKindGone: nobody can tell any more.
        DomainError, PermissionDenied: the kind refuses.
    """
    if file.removed_at is not None or not private_storage().exists(file.path):
        raise JobFileGone(
            _("This file is no longer kept."),
            hint=_("Files of finished work are deleted after a while. Do the work again for a new one."),
        )
    if file.is_given:
        return
    try:
        kind = get_job_kind(file.job.kind)
    except KeyError:
        raise JobKindGone(_("This file was made by an earlier version; make it anew.")) from None
    if kind.before_taking is not None:
        kind.before_taking(by, file.job)
