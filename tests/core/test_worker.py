from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from celery import Celery

from core import queue
from tests.brokers import broker_settings
from tests.workers import kill

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
SECONDS = 180


@pytest.fixture(params=["files", pytest.param("redis", marks=pytest.mark.redis)])
def worker(request: pytest.FixtureRequest, tmp_path: Path):
    """A real worker process on each broker, and an application of ours that sends to it."""
    redis_url = request.getfixturevalue("redis_url") if request.param == "redis" else ""
    queue.Transport.global_state.clear()  # kombu remembers what it has declared, in whatever folder
    sender = Celery("sender", set_as_current=False)
    sender.conf.update(broker_settings(redis_url or str(tmp_path / "var" / "queue")))
    environment = {
        **os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.local", "VAR_DIR": str(tmp_path / "var"),
        "REDIS_URL": redis_url, "WORKERS": "1",
    }  # fmt: skip
    log = (tmp_path / "worker.log").open("w+")
    process = subprocess.Popen(
        [sys.executable, "-m", "celery", "--app=config", "worker", "--include=tests.core.worker_tasks"],
        cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    try:
        yield sender
    finally:
        kill(process)
        log.close()
        sender.close()


def wait_for(file: Path) -> str:
    until = time.monotonic() + SECONDS
    while not (file.exists() and file.read_text()):
        assert time.monotonic() < until, (file.parent / "worker.log").read_text()
        time.sleep(0.1)
    return file.read_text()


def test_a_task_sent_from_another_process_runs_in_a_scope(worker: Celery, tmp_path: Path):
    worker.send_task("tests.write_scope", args=[str(tmp_path / "scope")])
    assert wait_for(tmp_path / "scope") == "system"


def test_a_task_whose_process_is_killed_runs_again(worker: Celery, tmp_path: Path):
    worker.send_task("tests.die_once", args=[str(tmp_path / "done")])
    assert wait_for(tmp_path / "done") == "second run"
