"""All checks and the whole test suite: `make test`. The last line says what was not run, and why."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[1]
REPORT = ROOT / "var" / "test-report.xml"


def run_pytest(arguments: list[str]) -> int:
    """Every test; a file's tests share what they have made, the files stand in the order of tests/conftest.py."""
    REPORT.unlink(missing_ok=True)
    # One more than there are cores: some tests wait for a browser, a worker or a server.
    workers = max(2, min(4, (os.cpu_count() or 2) + 1))
    command = [
        sys.executable, "-m", "pytest", "-q", "-n", str(workers), "--dist", "loadfile", "--no-loadscope-reorder",
        f"--junitxml={REPORT}", *arguments,
    ]  # fmt: skip
    return subprocess.run(command, cwd=ROOT).returncode


def reasons_skipped() -> Counter[str]:
    """Reason -> how many tests."""
    if not REPORT.exists():
        return Counter()
    skipped = ElementTree.parse(REPORT).iter("skipped")
    return Counter(element.get("message", "no reason given") for element in skipped)


def last_line(reasons: Counter[str], failed: list[str]) -> str:
    words = [
        f"{count} {'test' if count == 1 else 'tests'}: {reason}" for reason, count in reasons.most_common()
    ]
    not_run = f"Not run: {'; '.join(words)}." if words else "Nothing was left out."
    return f"{' and '.join(failed)} failed. {not_run}" if failed else f"All passed. {not_run}"


def main(arguments: list[str]) -> int:
    checks = subprocess.run([sys.executable, "scripts/check.py"], cwd=ROOT).returncode
    tests = run_pytest(arguments)
    failed = [name for name, code in (("Checks", checks), ("Tests", tests)) if code != 0]
    print(last_line(reasons_skipped(), failed), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
