from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psutil
import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Served:
    """`manage.py serve` on a free port, with its data in a folder of its own."""

    def __init__(self, var: Path, port: int | None = None) -> None:
        self.port = port or free_port()
        self.log = (var.parent / "serve.log").open("w+")
        environment = {
            **os.environ, "VAR_DIR": str(var), "DJANGO_SETTINGS_MODULE": "config.settings.local",
            "PORT": str(self.port), "DATABASE_URL": "", "REDIS_URL": "", "SITE_URL": "",
        }  # fmt: skip
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--no-demo"], cwd=ROOT, env=environment,
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def said(self) -> str:
        self.log.flush()
        return Path(self.log.name).read_text()

    def until_it_greets(self, seconds: float = 240) -> None:
        until = time.monotonic() + seconds
        while "Shoeleather is at" not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < until, self.said()
            time.sleep(0.2)

    def get(self, path: str) -> dict:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/{path}", timeout=10) as response:
            return json.load(response)

    def family(self) -> list[psutil.Process]:
        """The children and theirs; the database server is nobody's child and not among them."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def whole_family(self) -> list[psutil.Process]:
        """Web with two workers, the worker with two, and beat; waits until the last of them is there."""
        until = time.monotonic() + 120
        while len(self.family()) < 7:
            assert time.monotonic() < until, self.family()
            time.sleep(0.2)
        return self.family()

    def processor_seconds(self) -> float:
        """What it and its family have used so far, those that have ended included."""
        times = [member.cpu_times() for member in (psutil.Process(self.process.pid), *self.family())]
        return sum(t.user + t.system + t.children_user + t.children_system for t in times)

    def child(self, word: str) -> psutil.Process:
        children = psutil.Process(self.process.pid).children()
        return next(child for child in children if word in child.cmdline())


@pytest.fixture(scope="module")
def var(tmp_path_factory) -> Path:
    """One data folder for the tests of this file, so that the database is made once."""
    return tmp_path_factory.mktemp("served") / "var"


@pytest.fixture
def serve(var):
    started: list[Served] = []

    def start(**options) -> Served:
        started.append(Served(var, **options))
        return started[-1]

    yield start
    for served in started:
        family = served.family() if served.process.poll() is None else []
        if served.process.poll() is None:
            served.process.terminate()
            served.process.wait(timeout=60)
        assert [process for process in family if process.is_running()] == []
        served.log.close()


def gone(processes: list[psutil.Process]) -> bool:
    _, alive = psutil.wait_procs(processes, timeout=20)
    return alive == []


def database_processes(var: Path) -> list[psutil.Process]:
    found = psutil.process_iter(["cmdline"])
    return [process for process in found if str(var / "postgres") in (process.info["cmdline"] or [])]


def site_url_of_another_terminal(var: Path) -> str:
    """What a command prints as the site's address when nobody names a port."""
    ask = "import django; django.setup(); from django.conf import settings; print(settings.SITE_URL)"
    environment = {
        **os.environ, "VAR_DIR": str(var), "DJANGO_SETTINGS_MODULE": "config.settings.local",
        "PORT": "", "SITE_URL": "",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", ask], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    return done.stdout.strip()


def test_it_serves_until_it_is_told_to_stop_and_leaves_nothing_behind(serve, var):
    served = serve()
    served.until_it_greets()
    assert served.get("livez") == {"status": "ok"}
    assert served.get("readyz") == {"status": "ok", "database": "ok", "migrations": "ok", "broker": "ok"}
    assert f"is not sent; it is written to {var / 'mail'}" in served.said()
    assert site_url_of_another_terminal(var) == f"http://localhost:{served.port}"
    family = served.whole_family()
    assert {child.cmdline()[2] for child in psutil.Process(served.process.pid).children()} == {
        "gunicorn",
        "celery",
    }
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(timeout=60) == 0
    assert gone(family)
    assert database_processes(var) == []
    assert served.said().rstrip().endswith("Stopped.")
    assert site_url_of_another_terminal(var) == "http://localhost:8000"


def test_the_second_start_is_work_for_less_than_ten_seconds_on_two_cores(serve):
    """Counted in processor time, since the other tests run beside this one."""
    served = serve()
    served.until_it_greets()
    assert served.processor_seconds() < 20


def test_one_process_that_dies_brings_the_others_down_with_a_clear_line(serve):
    served = serve()
    served.until_it_greets()
    family = served.family()
    served.child("beat").kill()
    assert served.process.wait(timeout=60) == 1
    assert gone(family)
    assert "The beat process ended by itself (exit -9); all are stopped." in served.said()


def test_nothing_outlives_a_server_that_is_killed_without_warning(serve):
    served = serve()
    served.until_it_greets()
    family = served.family()
    served.process.kill()
    served.process.wait()
    if sys.platform == "linux":
        assert gone(family)


def test_a_database_that_was_killed_comes_back(serve, var):
    served = serve()
    served.until_it_greets()
    assert served.get("readyz")["database"] == "ok"
    named = var / "postgres" / "postmaster.pid"
    pid = int(named.read_text().split()[0])
    psutil.Process(pid).kill()
    is_back, until = False, time.monotonic() + 30
    while not is_back and time.monotonic() < until:
        try:
            is_another = int(named.read_text().split()[0]) != pid
            is_back = is_another and served.get("readyz")["database"] == "ok"
        except (OSError, IndexError):  # no server yet, or one that is just writing its number
            pass
        time.sleep(0.3)
    assert is_back
    assert served.process.poll() is None


def test_a_taken_port_is_said_in_one_line(serve):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        served = serve(port=port)
        assert served.process.wait(timeout=60) == 1
    assert served.said().strip() == (
        f"CommandError: Port {port} is taken by another program."
        f" Stop it, or choose another: make run PORT={port + 1}"
    )
