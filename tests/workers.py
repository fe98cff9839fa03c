"""Real worker processes for tests, on a queue and a database of the test's own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from celery import Celery
from django.conf import settings
from django.db import connection

from chapters.models import Job
from chapters.services import jobs
from tests.brokers import broker_settings

StartWorker = Callable[[], subprocess.Popen]

# After this long the sweeper looks at a running job that says nothing.
SILENCE = timedelta(seconds=settings.JOB_SILENT_AFTER_SECONDS + 5)

_COMMAND = [sys.executable, "-m", "celery", "-A", "config.celery", "worker", "-c", "2", "--without-mingle"]


def send_jobs_to(address: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Let this process hand its jobs to that queue: a folder's path, or the address of a Redis server."""
    app = Celery("sender", set_as_current=False)
    app.conf.update(broker_settings(address))
    monkeypatch.setattr(jobs, "current_app", app)
    return address


@contextmanager
def worker_processes(address: str, log_folder: Path) -> Iterator[StartWorker]:
    """Gives a function that starts a worker on the queue and the test's database; all are killed at the end."""
    started: list[subprocess.Popen] = []
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.worker_settings",
        "WORKER_TEST_DATABASE": str(connection.settings_dict["NAME"]),
        "WORKER_TEST_BROKER": address,
    }

    def start() -> subprocess.Popen:
        with (log_folder / f"worker{len(started)}.log").open("w") as log:
            worker = subprocess.Popen(
                _COMMAND,
                cwd=settings.BASE_DIR,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        started.append(worker)
        return worker

    try:
        yield start
    finally:
        for worker in started:
            kill(worker)


def kill(worker: subprocess.Popen) -> None:
    """SIGKILL for the worker and its children, as when the machine takes the memory back."""
    if worker.poll() is None:
        os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()


def wait_until(holds: Callable[[], bool], job: Job, seconds: float = 60) -> None:
    """Wait for a condition; a job that gets stuck says how it stands."""
    until = time.monotonic() + seconds
    while not holds():
        job.refresh_from_db()
        assert time.monotonic() < until, f"{job.state} {job.done} {job.attempts} {job.error}"
        time.sleep(0.1)


def is_in(job: Job, *states: str) -> bool:
    """Whether the job has one of these states by now."""
    job.refresh_from_db()
    return job.state in states
