"""A database of the benchmark's own, and the project's commands run against it in processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import psycopg2

from core.postgres.roles import DATABASE_NAME, OWNER_ROLE
from core.postgres.server import PORT, EmbeddedServer

ROOT = Path(__file__).resolve().parents[3]
_MEGABYTE = 2**20


@dataclass(frozen=True)
class Ran:
    """What a command printed as JSON, and the peak of its own memory (PSS, MB; the server's is not in it)."""

    result: dict[str, Any]
    memory: float


class Database:
    """An embedded server in a folder that goes away, with the project's tables."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._server = EmbeddedServer(folder / "var" / "postgres")
        self._server.ensure_running()
        named = ("DATABASE_URL", "OWNER_DATABASE_URL", "REDIS_URL")
        self.environment = {key: value for key, value in os.environ.items() if key not in named}
        self.environment |= {
            "VAR_DIR": str(folder / "var"),
            "DJANGO_SETTINGS_MODULE": "config.settings.local",
        }
        self._spawn("manage.py", "migrate", "--database", "owner", "--verbosity", "0")

    def connect(self) -> Any:
        """A connection of the owner's role, each statement a transaction."""
        host = str(self._server.socket_folder)
        connection = psycopg2.connect(host=host, port=PORT, user=OWNER_ROLE, dbname=DATABASE_NAME)
        connection.autocommit = True
        return connection

    def manage(self, *arguments: str) -> Ran:
        """Run one of the project's commands with `--json`."""
        return self._spawn("manage.py", *arguments, "--json")

    def run_module(self, module: str, *arguments: str) -> Ran:
        """Run a module that prints one line of JSON."""
        return self._spawn("-m", module, *arguments)

    def _spawn(self, *arguments: str) -> Ran:
        process = subprocess.Popen(
            [sys.executable, *arguments], cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, text=True
        )
        watch = _Watch(process.pid)
        printed, _ = process.communicate()
        watch.over.set()
        watch.join()
        if process.returncode:
            raise RuntimeError(f"{' '.join(arguments)} ended with {process.returncode}")
        lines = [line for line in printed.splitlines() if line.startswith("{")]
        return Ran(json.loads(lines[-1]) if lines else {}, watch.peak / _MEGABYTE)


class _Watch(threading.Thread):
    """Looks at a process and its children ten times a second."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self.peak = 0
        self.over = threading.Event()
        self.start()

    def run(self) -> None:
        while not self.over.wait(0.1):
            try:
                process = psutil.Process(self._pid)
                family = [process, *process.children(recursive=True)]
                self.peak = max(self.peak, sum(one.memory_full_info().pss for one in family))
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue


@contextmanager
def bench_database() -> Iterator[Database]:
    """A database that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as name:
        database = Database(Path(name))
        try:
            yield database
        finally:
            database._server.release()
