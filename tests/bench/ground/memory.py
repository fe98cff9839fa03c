"""The peak memory of a piece of work in a process of its own."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[3]
EVERY_S = 0.03


def peak_megabytes(code: str, *arguments: str) -> float:
    """Run Python code in a fresh process and give its peak proportional set size (resident where the system has none).

    Raises:
        RuntimeError: the code failed.
    """
    work = subprocess.Popen([sys.executable, "-c", code, *arguments], cwd=ROOT)
    watched, peak = psutil.Process(work.pid), 0
    while work.poll() is None:
        try:
            memory = watched.memory_full_info()
        except (psutil.NoSuchProcess, psutil.ZombieProcess, psutil.AccessDenied):
            break
        peak = max(peak, getattr(memory, "pss", memory.rss))
        time.sleep(EVERY_S)
    if work.wait() != 0:
        raise RuntimeError(f"The measured process ended with {work.returncode}.")
    return peak / 1e6
