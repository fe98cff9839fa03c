from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.workers import StartWorker, send_jobs_to, worker_processes


@pytest.fixture
def start_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StartWorker]:
    """Starts real workers on a queue of the test's own; what this process asks for goes there."""
    address = send_jobs_to(str(tmp_path / "queue"), monkeypatch)
    with worker_processes(address, tmp_path) as start:
        yield start
