"""What the sweeper brings back, gives up, and leaves alone."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from chapters.enums import JobState
from chapters.models import Job
from chapters.services import job_runs, job_sweeps, jobs
from chapters.services.job_locks import is_job_locked, try_lock_job
from tests.factories import actor_of, make_job

pytestmark = pytest.mark.django_db

NOW = timezone.now()
SILENT = timedelta(seconds=settings.JOB_SILENT_AFTER_SECONDS + 1)
DEAD = timedelta(seconds=settings.JOB_DEAD_AFTER_SECONDS + 1)


def running(chapter, since: timedelta, **fields) -> Job:
    beat = NOW - since
    return make_job(
        chapter, state=JobState.RUNNING, started_at=beat, heartbeat_at=beat, **({"attempts": 1} | fields)
    )


def test_the_sweeper_takes_back_what_is_silent_and_leaves_what_speaks(
    chapter, sent, django_capture_on_commit_callbacks
):
    silent, speaking = running(chapter, SILENT), running(chapter, timedelta(seconds=2))
    with django_capture_on_commit_callbacks(execute=True):
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


def test_a_job_that_is_cancelled_while_the_sweeper_looks_at_it_is_cancelled(
    chapter, olive, sent, monkeypatch
):
    """Put back into the queue it would wait for ever: no worker takes up what is to be stopped."""
    job = running(chapter, SILENT)

    def look(job_id) -> bool:
        jobs.cancel_job(job=job, by=actor_of(olive))
        return False

    monkeypatch.setattr(job_sweeps, "is_job_locked", look)
    assert job_sweeps.sweep_jobs(at=NOW) == job_sweeps.Sweep(queued_again=0, taken_back=0, given_up=1)
    job.refresh_from_db()
    assert (job.state, sent) == ("cancelled", [])


def test_a_job_whose_worker_speaks_while_the_sweeper_looks_at_it_is_left_alone(chapter, sent, monkeypatch):
    job = running(chapter, SILENT)

    def look(job_id) -> bool:
        Job.objects.update(heartbeat_at=NOW)
        return False

    monkeypatch.setattr(job_sweeps, "is_job_locked", look)
    assert job_sweeps.sweep_jobs(at=NOW) == job_sweeps.Sweep(queued_again=0, taken_back=0, given_up=0)
    job.refresh_from_db()
    assert (job.state, sent) == ("running", [])


def test_two_sweepers_at_once_send_a_job_once(chapter, sent, monkeypatch, django_capture_on_commit_callbacks):
    job = running(chapter, SILENT)
    others = []

    def look(job_id) -> bool:
        if not others:
            others.append(None)
            others[0] = job_sweeps.sweep_jobs(at=NOW)
        return False

    monkeypatch.setattr(job_sweeps, "is_job_locked", look)
    with django_capture_on_commit_callbacks(execute=True):
        assert job_sweeps.sweep_jobs(at=NOW).taken_back == 0
    assert (others[0].taken_back, sent) == (1, [job.pk])


def test_a_waiting_job_that_a_worker_takes_up_meanwhile_is_not_queued_again(chapter, monkeypatch):
    ago = NOW - timedelta(seconds=settings.JOB_LOST_AFTER_SECONDS + 1)
    for _ in range(2):
        make_job(chapter, enqueued_at=ago)
    handed = []

    def send(job_id) -> None:
        handed.append(job_id)
        [other] = Job.objects.exclude(pk=job_id)
        job_runs._claim(other.pk)

    monkeypatch.setattr(jobs, "send_to_queue", send)
    assert job_sweeps.sweep_jobs(at=NOW).queued_again == 1
    assert len(handed) == 1


@pytest.mark.django_db(transaction=True)
def test_looking_whether_a_job_is_worked_on_keeps_no_worker_from_it(chapter):
    """Nor from taking its lock again after its connection was lost, which would cost it the job."""
    job, taken, over = make_job(chapter), threading.Event(), threading.Event()
    locked = []

    def work() -> None:
        try:
            locked.append(try_lock_job(job.pk))
            taken.set()
            over.wait(10)
        finally:
            connection.close()

    worker = threading.Thread(target=work)
    with transaction.atomic():
        assert not is_job_locked(job.pk)
        worker.start()
        assert taken.wait(10)
        assert locked == [True]
        assert is_job_locked(job.pk)
        over.set()
        worker.join()
