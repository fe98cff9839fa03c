"""What workers and beat run for the chapters app."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from chapters.services import job_runs, jobs


@shared_task(name=jobs.TASK)
def run_job(job_id: str) -> None:
    """Do one job; nothing happens when it is done already or another worker has it."""
    job_runs.run_queued_job(UUID(job_id))


@shared_task(name="chapters.sweep_jobs")
def sweep_jobs() -> None:
    """Each minute: bring back the jobs that the queue or a worker has lost."""
    jobs.sweep_jobs(at=timezone.now())
