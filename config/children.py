"""Processes that live and die together."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from django.conf import settings

_LOOK_SECONDS = 0.3
_STOP_SECONDS = 10
_PR_SET_PDEATHSIG = 1  # linux/prctl.h


@dataclass(frozen=True, slots=True)
class Ended:
    """One child that ended by itself, and so ends the others."""

    name: str
    code: int


@dataclass
class Children:
    """Named child processes, each the leader of a group of its own."""

    environment: Mapping[str, str]
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _asked_to_stop: bool = False

    def start(self, name: str, command: Sequence[str]) -> None:
        self._running[name] = subprocess.Popen(
            command,
            cwd=settings.BASE_DIR,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C reaches us alone, and we stop them in order
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509  (no threads yet)
        )

    def stop_on_signals(self) -> None:
        """Let Ctrl-C, a closed terminal and `kill` end `watch`."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)

    def watch(self, each_look: Callable[[], None] = lambda: None) -> Ended | None:
        """Wait until somebody asks us to stop (None), or a child ends by itself."""
        while not self._asked_to_stop:
            for name, child in self._running.items():
                code = child.poll()
                if code is not None:
                    return Ended(name, code)
            each_look()
            time.sleep(_LOOK_SECONDS)
        return None

    def stop(self) -> None:
        """Ask all to stop, wait, and kill whatever is left of their groups."""
        for child in self._running.values():
            _signal_group(child, signal.SIGTERM, leader_only=True)
        until = time.monotonic() + _STOP_SECONDS
        for child in self._running.values():
            with suppress(subprocess.TimeoutExpired):
                child.wait(max(0.0, until - time.monotonic()))
        for child in self._running.values():
            _signal_group(child, signal.SIGKILL)
            child.wait()
        until = time.monotonic() + _STOP_SECONDS
        # A killed grandchild may take a moment to let go of what it holds, such as the database.
        while any(_has_members(child.pid) for child in self._running.values()) and time.monotonic() < until:
            time.sleep(0.05)
        self._running.clear()

    def _ask_to_stop(self, *_: object) -> None:
        self._asked_to_stop = True


def _signal_group(child: subprocess.Popen[bytes], number: int, *, leader_only: bool = False) -> None:
    # macOS says PermissionError of a group that has ended.
    with suppress(ProcessLookupError, PermissionError):
        if leader_only:
            child.send_signal(number)
        else:
            os.killpg(child.pid, number)


def _has_members(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _die_with_parent() -> None:
    """Linux: be told to stop when the parent is killed without a word."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
