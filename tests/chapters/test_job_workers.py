"""Jobs on real worker processes, over both queues, with workers that are killed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from chapters.models import Job, Member
from chapters.services import job_sweeps, jobs
from chapters.services.job_locks import is_job_locked
from core.actors import Actor
from core.files import private_storage
from tests.chapters.slow_work import KIND
from tests.factories import make_chapter
from tests.workers import SILENCE, StartWorker, is_in, kill, send_jobs_to, wait_until, worker_processes

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture(params=["files", pytest.param("redis", marks=pytest.mark.redis)])
def start_worker(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[StartWorker]:
    """Starts real workers, once on the queue of files and once on Redis."""
    address = str(tmp_path / "queue")
    if request.param == "redis":
        address = request.getfixturevalue("redis_url").replace("unix://", "redis+socket://")
    with worker_processes(send_jobs_to(address, monkeypatch), tmp_path) as start:
        yield start


def outcome_of(job: Job) -> tuple:
    """All that a job has left behind."""
    job.refresh_from_db()
    files = []
    for file in job.files.order_by("filename"):
        with private_storage().open(file.path) as stream:
            files.append((file.filename, stream.read()))
    people = list(
        Member.objects.filter(chapter=job.chapter).order_by("first_name").values_list("first_name", flat=True)
    )
    return job.state, job.done, job.total, job.result, files, people


def ask(slug: str, count: int = 30, pause: float = 0.1) -> Job:
    chapter = make_chapter(slug)
    by = Actor.system(chapter_id=chapter.pk)
    return jobs.start_job(kind=KIND, chapter=chapter, params={"count": count, "pause": pause}, by=by)


def test_a_job_whose_worker_is_killed_ends_like_one_that_was_left_alone(start_worker):
    worker = start_worker()
    undisturbed = ask("undisturbed", pause=0)
    wait_until(lambda: is_in(undisturbed, "done", "failed"), undisturbed)
    killed = ask("killed")

    wait_until(lambda: is_in(killed, "running") and killed.done >= 5, killed)
    kill(worker)
    wait_until(lambda: not is_job_locked(killed.pk), killed)
    killed.refresh_from_db()
    assert killed.state == "running"
    assert Member.objects.filter(chapter=killed.chapter).count() == 0

    start_worker()
    swept = job_sweeps.sweep_jobs(at=timezone.now() + SILENCE)
    assert swept == job_sweeps.Sweep(queued_again=0, taken_back=1, given_up=0)
    wait_until(lambda: is_in(killed, "done", "failed"), killed)

    assert killed.attempts == 2
    assert outcome_of(killed) == outcome_of(undisturbed)


def cut_connections(*, of_the_work_alone: bool) -> int:
    """End the backends of the workers, as a server that goes down does; returns how many there were."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"
            " AND (state = 'idle in transaction' OR NOT %s)",
            [of_the_work_alone],
        )
        return cursor.fetchone()[0]


@pytest.mark.parametrize("of_the_work_alone", [True, False])
def test_a_job_under_which_the_database_goes_away_is_brought_back_on_the_same_worker(
    start_worker, of_the_work_alone
):
    worker = start_worker()
    undisturbed = ask("undisturbed", pause=0)
    wait_until(lambda: is_in(undisturbed, "done", "failed"), undisturbed)
    cut_off = ask("cut-off")

    wait_until(lambda: is_in(cut_off, "running") and cut_off.done >= 5, cut_off)
    assert cut_connections(of_the_work_alone=of_the_work_alone) >= (1 if of_the_work_alone else 2)
    wait_until(lambda: not is_job_locked(cut_off.pk), cut_off)
    cut_off.refresh_from_db()
    assert (cut_off.state, cut_off.error) == ("running", "")

    swept = job_sweeps.sweep_jobs(at=timezone.now() + SILENCE)
    assert swept == job_sweeps.Sweep(queued_again=0, taken_back=1, given_up=0)
    wait_until(lambda: is_in(cut_off, "done", "failed"), cut_off)

    assert worker.poll() is None
    assert cut_off.attempts == 2
    assert outcome_of(cut_off) == outcome_of(undisturbed)


def test_a_job_that_is_delivered_three_times_is_done_once(start_worker):
    job = ask("delivered-thrice", count=10)
    jobs.send_to_queue(job.pk)
    jobs.send_to_queue(job.pk)
    start_worker()
    wait_until(lambda: is_in(job, "done", "failed"), job)
    second = ask("after-it", count=1, pause=0)  # behind the doubles in the queue
    wait_until(lambda: is_in(second, "done", "failed"), second)
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("done", 1)


def test_a_running_job_stops_when_it_is_cancelled(start_worker):
    job = ask("cancelled", count=300)
    start_worker()
    wait_until(lambda: is_in(job, "running") and job.done >= 1, job)
    jobs.cancel_job(job=job, by=Actor.system())
    wait_until(lambda: is_in(job, "cancelled", "done", "failed"), job, seconds=5)
    assert job.state == "cancelled"
    assert Member.objects.filter(chapter=job.chapter).count() == 0


def test_a_job_the_queue_has_lost_is_queued_again(start_worker, monkeypatch):
    with monkeypatch.context() as lost:
        lost.setattr(jobs, "send_to_queue", lambda job_id: None)
        job = ask("lost", count=1, pause=0)
    start_worker()
    swept = job_sweeps.sweep_jobs(at=timezone.now() + timedelta(seconds=settings.JOB_LOST_AFTER_SECONDS + 5))
    assert swept.queued_again == 1
    wait_until(lambda: is_in(job, "done", "failed"), job)
    assert job.state == "done"
