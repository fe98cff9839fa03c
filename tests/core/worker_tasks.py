"""Tasks for a real worker process: `celery --app=config worker --include=tests.core.worker_tasks`."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from celery import shared_task

from core import tenancy


@shared_task(name="tests.write_scope")
def write_scope(path: str) -> None:
    Path(path).write_text(tenancy.current().actor.kind)


@shared_task(name="tests.die_once")
def die_once(path: str) -> None:
    """The first run is killed without a word; the second says that it ran."""
    begun = Path(path + ".begun")
    if not begun.exists():
        begun.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    Path(path).write_text("second run")
