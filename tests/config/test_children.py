from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from config.children import Children, Ended

# A process with a child of its own; both deaf to polite requests.
STUBBORN = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork() == 0:
    open(sys.argv[1] + ".child", "w").write(str(os.getpid()))
else:
    open(sys.argv[1] + ".parent", "w").write(str(os.getpid()))
time.sleep(600)
"""


@pytest.fixture
def children(monkeypatch):
    monkeypatch.setattr("config.children._STOP_SECONDS", 1)
    started = Children(os.environ)
    yield started
    started.stop()


def pid_in(file: Path) -> int:
    until = time.monotonic() + 30
    while not (file.exists() and file.read_text()):
        assert time.monotonic() < until
        time.sleep(0.02)
    return int(file.read_text())


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_deaf_child_and_its_own_child_are_gone_when_stop_returns(children, tmp_path):
    children.start("deaf", [sys.executable, "-c", STUBBORN, str(tmp_path / "pid")])
    pids = [pid_in(tmp_path / f"pid.{who}") for who in ("parent", "child")]
    assert [is_alive(pid) for pid in pids] == [True, True]
    children.stop()
    assert [is_alive(pid) for pid in pids] == [False, False]


def test_the_first_child_that_ends_is_named_with_its_code(children):
    children.start("steady", ["sleep", "600"])
    children.start("short", [sys.executable, "-c", "raise SystemExit(3)"])
    assert children.watch() == Ended("short", 3)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_each_way_of_asking_ends_the_watch(children, number):
    kept = {n: signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    children.start("steady", ["sleep", "600"])
    children.stop_on_signals()
    threading.Timer(0.5, os.kill, [os.getpid(), number]).start()
    try:
        assert children.watch() is None
    finally:
        for n, handler in kept.items():
            signal.signal(n, handler)
