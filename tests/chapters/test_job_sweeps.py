"""What the sweeper brings back, gives up, and leaves alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from chapters.enums import JobState
from chapters.models import Job
from chapters.services import job_sweeps
from tests.factories import make_job

pytestmark = pytest.mark.django_db

NOW = timezone.now()
SILENT = timedelta(seconds=settings.JOB_SILENT_AFTER_SECONDS + 1)
DEAD = timedelta(seconds=settings.JOB_DEAD_AFTER_SECONDS + 1)


def running(chapter, since: timedelta, **fields) -> Job:
    beat = NOW - since
    return make_job(
        chapter, state=JobState.RUNNING, started_at=beat, heartbeat_at=beat, **({"attempts": 1} | fields)
    )


def test_the_sweeper_takes_back_what_is_silent_and_leaves_what_speaks(chapter, sent):
    silent, speaking = running(chapter, SILENT), running(chapter, timedelta(seconds=2))
    assert job_sweeps.sweep_jobs(at=NOW) == job_sweeps.Sweep(queued_again=0, taken_back=1, given_up=0)
    silent.refresh_from_db()
    speaking.refresh_from_db()
    assert (silent.state, speaking.state) == ("queued", "running")
    assert sent == [silent.pk]


def test_the_sweeper_leaves_a_silent_job_whose_worker_holds_its_lock(chapter, sent, monkeypatch):
    broken = []
    monkeypatch.setattr(job_sweeps, "is_job_locked", lambda job_id: True)
    monkeypatch.setattr(job_sweeps, "break_job_lock", broken.append)
    job = running(chapter, SILENT)
    assert job_sweeps.sweep_jobs(at=NOW).taken_back == 0
    Job.objects.filter(pk=job.pk).update(heartbeat_at=NOW - DEAD)
    assert job_sweeps.sweep_jobs(at=NOW).taken_back == 1
    assert broken == [job.pk]


def test_a_job_that_kills_its_workers_is_given_up(chapter, sent):
    job = running(chapter, SILENT, attempts=settings.JOB_ATTEMPTS)
    assert job_sweeps.sweep_jobs(at=NOW) == job_sweeps.Sweep(queued_again=0, taken_back=0, given_up=1)
    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", "The work was interrupted before it was finished.")
    assert sent == []


def test_a_commands_job_is_not_taken_up_by_a_worker_when_the_command_dies(chapter, sent):
    job = running(chapter, SILENT, enqueued_at=None)
    job_sweeps.sweep_jobs(at=NOW)
    job.refresh_from_db()
    assert job.state == "failed"


def test_a_silent_job_that_was_to_be_cancelled_is_cancelled(chapter, sent):
    job = running(chapter, SILENT, cancel_asked=True)
    job_sweeps.sweep_jobs(at=NOW)
    job.refresh_from_db()
    assert job.state == "cancelled"


def test_a_job_lost_by_the_queue_is_queued_again_and_a_fresh_one_is_not(chapter, sent):
    lost = make_job(chapter, enqueued_at=NOW - timedelta(seconds=settings.JOB_LOST_AFTER_SECONDS + 1))
    make_job(chapter, enqueued_at=NOW)
    assert job_sweeps.sweep_jobs(at=NOW).queued_again == 1
    assert sent == [lost.pk]
    assert job_sweeps.sweep_jobs(at=NOW).queued_again == 0
