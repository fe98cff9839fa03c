"""The sweeper: what the queue or a worker has lost is brought back, or given up when it was lost too often."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from chapters.enums import JobState
from chapters.models import Job
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
    outcomes = [_take_back(job, at) for job in _list_silent(at) if not _is_alive(job, at)]
    lost_since = at - timedelta(seconds=settings.JOB_LOST_AFTER_SECONDS)
    again = list(
        Job.objects.filter(state=JobState.QUEUED, enqueued_at__lt=lost_since).values_list("pk", flat=True)
    )
    for job_id in again:
        Job.objects.filter(pk=job_id).update(enqueued_at=at)
        jobs.send_to_queue(job_id)
    return Sweep(queued_again=len(again), taken_back=outcomes.count(True), given_up=outcomes.count(False))


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


def _take_back(job: Job, at: datetime) -> bool:
    """Put a dead worker's job back into the queue; False when it is closed instead."""
    same = Job.objects.filter(
        pk=job.pk, state=JobState.RUNNING, attempts=job.attempts, heartbeat_at=job.heartbeat_at
    )
    if job.cancel_asked:
        same.update(state=JobState.CANCELLED, finished_at=at)
        return False
    was_foreground = job.enqueued_at is None
    if was_foreground or job.attempts >= settings.JOB_ATTEMPTS:
        same.update(
            state=JobState.FAILED,
            finished_at=at,
            errors=in_all_languages(_("The work was interrupted before it was finished.")),
            hints=in_all_languages(
                _("Start it again. If it stops once more, tell the person who runs the server.")
            ),
        )
        return False
    same.update(state=JobState.QUEUED, enqueued_at=at, heartbeat_at=None, messages={})
    jobs.send_to_queue(job.pk)
    return True
