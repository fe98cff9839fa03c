"""Everything that can be told without running the code: `make check`. Ends with exit 1 if one thing is wrong."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent


def steps() -> dict[str, list[str | Path]]:
    """What is looked at, and the command that looks."""
    manage = [sys.executable, "manage.py"]
    folders = ["templates", *(f"{app}/templates" for app in ("chapters", "precincts", "canvassing"))]
    templates = [file for folder in folders for file in sorted((ROOT / folder).rglob("*.html"))]
    translations = sorted((ROOT / "locale").glob("*/LC_MESSAGES/*.po"))
    found: dict[str, list[str | Path]] = {
        "formatting": [BIN / "ruff", "format", "--check", "--quiet", "."],
        "lint": [BIN / "ruff", "check", "--quiet", "."],
        "types": [BIN / "mypy"],
        "order of imports": [BIN / "lint-imports"],
        "templates": [BIN / "djade", "--check", "--target-version", "5.2", *templates],
        "translations": [sys.executable, "scripts/compile_translations.py", "--check", *translations],
        "settings": [*manage, "check", "--fail-level", "WARNING"],
        "migrations": [*manage, "makemigrations", "--check", "--dry-run"],
    }
    if can_compose():
        found["compose"] = ["docker", "compose", "--env-file", ".env.example", "config", "--quiet"]
    return found


def can_compose() -> bool:
    if shutil.which("docker") is None:
        return False
    return subprocess.run(["docker", "compose", "version"], capture_output=True).returncode == 0


def main() -> int:
    wrong = []
    for name, command in steps().items():
        began = time.monotonic()
        done = subprocess.run(
            [str(part) for part in command],
            cwd=ROOT,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        word = "ok" if done.returncode == 0 else "WRONG"
        print(f"{name:.<24} {word} ({time.monotonic() - began:.0f} s)", flush=True)
        if done.returncode != 0:
            print(done.stdout.rstrip(), flush=True)
            wrong.append(name)
    print(f"Wrong: {', '.join(wrong)}." if wrong else "All checks passed.", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
