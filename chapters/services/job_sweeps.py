"""The sweeper: what the queue or a worker has lost is brought back, or given up when it was lost too often."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chapters.enums import JobState
from chapters.models import Job
from chapters.querysets import JobQuerySet
from chapters.services import jobs
from chapters.services.job_locks import break_job_lock, is_job_locked
from core.words import in_all_languages


@dataclass(frozen=True, slots=True)
class Sweep:
    """What one round of the sweeper did."""

    queued_again: int
    taken_back: int
    given_up: int


def sweep_jobs(*, at: datetime) -> Sweep:
    """Bring back what the queue or a worker has lost; called every minute.

    Waiting jobs that nobody took up are queued again, which does no harm when it was needless. Running
    jobs whose worker has died go back to the queue, or are given up when that happened too often.
    """
    again = sum(_queue_again(job_id, at) for job_id in _list_lost(at).values_list("pk", flat=True))
    outcomes = [_take_back(job, at) for job in _list_silent(at) if not _is_alive(job, at)]
    return Sweep(queued_again=again, taken_back=outcomes.count(True), given_up=outcomes.count(False))


def _list_lost(at: datetime) -> JobQuerySet:
    lost_since = at - timedelta(seconds=settings.JOB_LOST_AFTER_SECONDS)
    return Job.objects.filter(state=JobState.QUEUED, enqueued_at__lt=lost_since)


def _queue_again(job_id: UUID, at: datetime) -> bool:
    """False when a worker took it up, or another sweeper queued it, since it was listed."""
    if not _list_lost(at).filter(pk=job_id).update(enqueued_at=at):
        return False
    jobs.send_to_queue(job_id)
    return True


def _list_silent(at: datetime) -> list[Job]:
    since = at - timedelta(seconds=settings.JOB_SILENT_AFTER_SECONDS)
    return list(Job.objects.filter(state=JobState.RUNNING, heartbeat_at__lt=since))


def _is_alive(job: Job, at: datetime) -> bool:
    """Whether a silent job's worker still lives: it holds the lock, and its machine has not vanished."""
    if not is_job_locked(job.pk):
        return False
    if job.heartbeat_at is None or at - job.heartbeat_at < timedelta(seconds=settings.JOB_DEAD_AFTER_SECONDS):
        return True
    break_job_lock(job.pk)
    return False


@transaction.atomic
def _take_back(seen: Job, at: datetime) -> bool | None:
    """Put a dead worker's job back into the queue; False when it is closed instead, None when it lives again.

    Decided on the locked row: since it was seen, its worker may have spoken, or somebody may have cancelled it.
    """
    rows = Job.objects.select_for_update().filter(state=JobState.RUNNING, heartbeat_at=seen.heartbeat_at)
    job = rows.filter(pk=seen.pk).first()
    if job is None:
        return None
    if job.cancel_asked:
        job.state, job.finished_at = JobState.CANCELLED, at
    elif job.enqueued_at is None or job.attempts >= settings.JOB_ATTEMPTS:
        job.state, job.finished_at = JobState.FAILED, at
        job.errors = in_all_languages(_("The work was interrupted before it was finished."))
        job.hints = in_all_languages(
            _("Start it again. If it stops once more, tell the person who runs the server.")
        )
    else:
        job.state, job.enqueued_at, job.heartbeat_at, job.messages = JobState.QUEUED, at, None, {}
        transaction.on_commit(partial(jobs.send_to_queue, job.pk))
    job.save(
        update_fields=["state", "finished_at", "errors", "hints", "enqueued_at", "heartbeat_at", "messages"]
    )
    return job.state == JobState.QUEUED
