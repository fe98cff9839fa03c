"""Slow work: asked for, queued, cancelled, started again.

The row is the truth and the queue a hint. A job may be delivered to workers twice or never: only the one
that turns the row from queued to running works on it (`chapters.services.job_runs`); what gets lost on the way
is brought back by the sweeper (`chapters.services.job_sweeps`).
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from celery import current_app
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chapters.enums import OPEN_JOB_STATES, JobState
from chapters.models import Chapter, Job
from chapters.querysets import JobQuerySet
from chapters.services import audit
from chapters.services.job_files import JobFileGone, JobKindGone, forget_made_files, save_job_file
from core.actors import Actor
from core.errors import DomainError
from core.jobs import get_job_kind
from core.words import Saying, in_all_languages

TASK = "chapters.run_job"
logger = logging.getLogger(__name__)


class JobIsOver(DomainError):
    """The job has already ended."""


class JobIsNotOver(DomainError):
    """The job still waits or runs, or it has done its work."""


class JobIsOpen(DomainError):
    """The same work waits or runs already."""


class JobOfCommand(DomainError):
    """A command asked for the job, with files of the server's own."""


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file handed to a job; its bytes are copied when the job is made."""

    content: bytes
    filename: str
    label: Saying = ""
    content_type: str = "application/octet-stream"


@transaction.atomic
def start_job(
    *,
    kind: str,
    chapter: Chapter | None,
    params: dict[str, Any],
    by: Actor,
    title: Saying = "",
    files: Iterable[GivenFile] = (),
) -> Job:
    """Ask for a piece of slow work; a worker takes it up once the caller's transaction is committed.

    Whoever asks twice (a double click) gets the job of the first time back while it waits or runs: the same
    kind, chapter, params and bytes, asked for by the same person. Once it has ended, asking starts a new one.
    Work that may stand twice in the queue says so by params that differ.

    Args:
        kind: a name registered by `core.jobs.job_kind`.
        params: plain JSON.
        title: in words, for lists (see `core.words`); else the kind's own words.

    Raises:
        KeyError: no app registers that kind.
    """
    given = list(files)
    once = _mark(kind, chapter, params, by, given)
    _lock_mark(once)
    job = _list_same(once).first()
    if job is not None:
        return job
    job = make_job(
        kind=kind, chapter=chapter, params=params, by=by, title=title, files=given, once=once,
        enqueued_at=timezone.now(),
    )  # fmt: skip
    transaction.on_commit(partial(send_to_queue, job.pk))
    return job


def make_job(
    *,
    kind: str,
    chapter: Chapter | None,
    params: dict[str, Any],
    by: Actor,
    title: Saying = "",
    files: Iterable[GivenFile] = (),
    once: str = "",
    enqueued_at: datetime | None = None,
) -> Job:
    """The row alone. Without `enqueued_at` it is work that the asking process does itself."""
    job = Job.objects.create(
        kind=kind,
        chapter=chapter,
        params=params,
        asked_by_id=by.user_id,
        titles=in_all_languages(title or get_job_kind(kind).says, longest=200),
        once=once,
        enqueued_at=enqueued_at,
    )
    for file in files:
        save_job_file(
            job=job,
            filename=file.filename,
            content=file.content,
            content_type=file.content_type,
            label=file.label,
            is_given=True,
        )
    return job


def _mark(
    kind: str, chapter: Chapter | None, params: dict[str, Any], by: Actor, files: Iterable[GivenFile]
) -> str:
    """What makes two jobs the same work."""
    marks = [hashlib.sha256(file.content).hexdigest() for file in files]
    said = [kind, chapter.pk if chapter else None, params, by.user_id, marks]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _lock_mark(once: str) -> None:
    """Let the same work be asked for one after another; until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [once])


@transaction.atomic
def cancel_job(*, job: Job, by: Actor) -> Job:
    """Stop a job: a waiting one at once, a running one at its next step.

    Raises:
        JobIsOver: it has already ended.
    """
    job = Job.objects.select_for_update().get(pk=job.pk)
    if not job.is_open:
        raise JobIsOver(_("This work has already ended."))
    job.cancel_asked = True
    if job.state == JobState.QUEUED:
        job.state = JobState.CANCELLED
        job.finished_at = timezone.now()
    job.save(update_fields=["cancel_asked", "state", "finished_at"])
    audit.record(
        by=by, verb="chapters.job_cancelled", row=job,
        summary=lambda: _("Cancelled: %(work)s") % {"work": job.title},
    )  # fmt: skip
    return job


@transaction.atomic
def retry_job(*, job: Job, by: Actor) -> Job:
    """Do a failed or cancelled job again from its beginning, with what it was given.

    Raises:
        JobIsNotOver: it waits, runs or is done.
        JobIsOpen: the same work was asked for again since, and waits or runs.
        JobFileGone: what it was given was kept long enough and is deleted.
        JobOfCommand: nobody asked for it in the browser.
        JobKindGone: this version no longer knows such work.
        DomainError: its kind refuses, for what was asked for then is no longer wanted.
    """
    job = Job.objects.select_for_update().get(pk=job.pk)
    if job.asked_by_id is None:
        raise JobOfCommand(
            _("A command on the server asked for this work."),
            hint=_("Give the command again there."),
        )
    if job.state not in (JobState.FAILED, JobState.CANCELLED):
        raise JobIsNotOver(_("Only work that failed or was cancelled can be started again."))
    if job.files.filter(is_given=True, removed_at__isnull=False).exists():
        raise JobFileGone(
            _("The file that was given to this work is no longer kept."),
            hint=_("Upload it again."),
        )
    _require_wanted(job)
    _require_no_twin(job)
    forget_made_files(job)
    Job.objects.filter(pk=job.pk).update(
        state=JobState.QUEUED, cancel_asked=False, attempts=0, done=0, total=None, messages={}, errors={},
        hints={}, result={}, started_at=None, heartbeat_at=None, finished_at=None, enqueued_at=timezone.now(),
    )  # fmt: skip
    transaction.on_commit(partial(send_to_queue, job.pk))
    audit.record(
        by=by, verb="chapters.job_retried", row=job,
        summary=lambda: _("Started again: %(work)s") % {"work": job.title},
    )  # fmt: skip
    job.refresh_from_db()
    return job


def _require_wanted(job: Job) -> None:
    try:
        kind = get_job_kind(job.kind)
    except KeyError:
        raise JobKindGone(
            _("This version no longer does such work, so it cannot be started again.")
        ) from None
    if kind.before_retry is not None:
        kind.before_retry(job)


def _require_no_twin(job: Job) -> None:
    if not job.once:
        return
    _lock_mark(job.once)
    if _list_same(job.once).exists():
        raise JobIsOpen(
            _("The same work was asked for again and is not done yet."),
            hint=_("Look for it under Slow work."),
        )


def _list_same(once: str) -> JobQuerySet:
    """Open jobs of the same work; one that is being stopped will not do it, and makes way for what is asked for now."""
    return Job.objects.filter(once=once, state__in=OPEN_JOB_STATES, cancel_asked=False)


def send_to_queue(job_id: UUID) -> None:
    """Hand the job's id to the workers."""
    try:
        current_app.send_task(TASK, args=[str(job_id)])
    except Exception:  # whatever the broker says: the row waits, and the sweeper queues it again
        logger.exception("Job %s could not be queued; the sweeper will.", job_id)
