"""Run the benchmarks, print what they find, and keep it in docs/benchmarks.md."""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import platform
import re
import sys
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from tests import bench
from tests.bench.figures import Figure, Table, show_figures, show_table

REPORT = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"
FRAME = {"__main__", "figures"}
PREAMBLE = """# Benchmarks

Written by `make bench`; `ONLY=blocks` measures one part and leaves the other sections as they are. A *limit* must hold;
a *goal* reaches past the best known and shows how far it got. Ratios compare figures of one run on one machine.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status 0 when something was measured and every limit holds, else 1."""
    options = _read(arguments)
    chosen = [part for part in parts() if not options.only or is_called(part, options.only)]
    if not chosen:
        print(
            f"No part is called {options.only}. There are: {', '.join(parts())}.",
            file=sys.stderr,
        )
        return 1
    measured: list[Figure] = []
    broken: list[str] = []
    for part in chosen:
        try:
            figures, text = measure(part, quick=options.quick)
        except Exception:  # noqa: BLE001 - one part that breaks off must not hide the others
            traceback.print_exc()
            broken.append(part)
            continue
        measured += figures
        if figures and not options.quick:
            REPORT.write_text(with_section(_report(), part, text), encoding="utf-8")
    return judge(measured, broken)


def parts() -> list[str]:
    """The names of the modules beside this one that measure something."""
    return sorted(module.name for module in pkgutil.iter_modules(bench.__path__) if module.name not in FRAME)


def is_called(part: str, name: str) -> bool:
    return part == name or part.startswith(f"{name}_")


def measure(part: str, *, quick: bool) -> tuple[list[Figure], str]:
    """Run one part, print as it goes; give back its figures and its section of the report."""
    module = importlib.import_module(f"tests.bench.{part}")
    print(f"\n== {part}{' (a tenth of the data)' if quick else ''}", flush=True)
    figures: list[Figure] = []
    section: list[str] = []
    for found in module.run(quick):
        if isinstance(found, Figure):
            figures.append(found)
            continue
        text = (
            f"**{found.title}**\n\n{show_table(found.header, found.rows)}"
            if isinstance(found, Table)
            else found.text
        )
        print(f"\n{text}", flush=True)
        section.append(text)
    print("\n" + show_figures(figures))
    for figure in figures:
        print(figure.as_json())
    return figures, "\n\n".join([f"{machine()}.", show_figures(figures), *section])


def judge(measured: Sequence[Figure], broken: Sequence[str]) -> int:
    """Say what failed; 1 when a limit does not hold, a part broke off, or nothing was measured."""
    failed = [figure.name for figure in measured if figure.kind == "limit" and not figure.holds]
    short = [figure.name for figure in measured if figure.kind == "goal" and not figure.holds]
    for says, names in (
        ("Broke off", broken),
        ("Limits that do not hold", failed),
        ("Goals not reached", short),
    ):
        if names:
            print(f"{says}: {'; '.join(names)}.")
    if not measured:
        print("Nothing was measured.")
    return 1 if failed or broken or not measured else 0


def with_section(report: str, part: str, text: str) -> str:
    """The report with this part's section in place of the old one, or at the end."""
    section = f"## {part}\n\n{text}\n"
    found = re.search(
        rf"^## {re.escape(part)}\n.*?(?=^## |\Z)",
        report,
        flags=re.MULTILINE | re.DOTALL,
    )
    if found is None:
        return f"{report.rstrip()}\n\n{section}"
    rest = report[found.end() :]
    return report[: found.start()] + section + (f"\n{rest}" if rest else "")


def machine() -> str:
    """Day, processor, cores, memory, system and Python."""
    cpu = (
        _first_match(Path("/proc/cpuinfo"), r"model name\s*:\s*(.+)")
        or platform.processor()
        or platform.machine()
    )
    memory = _first_match(Path("/proc/meminfo"), r"MemTotal:\s*(\d+)")
    size = f", {int(memory) / 1_048_576:.0f} GB" if memory else ""
    today = datetime.now(UTC).date().isoformat()
    return f"{today}, {cpu}, {os.cpu_count()} cores{size}, {platform.system()}, Python {platform.python_version()}"


def _read(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument(
        "--only",
        default=os.environ.get("ONLY", ""),
        help="measure one part (default: ONLY, or all)",
    )
    quick = os.environ.get("QUICK", "") not in ("", "0")
    parser.add_argument(
        "--quick",
        action="store_true",
        default=quick,
        help="a tenth of the data; not kept",
    )
    return parser.parse_args(arguments)


def _report() -> str:
    return REPORT.read_text(encoding="utf-8") if REPORT.exists() else PREAMBLE


def _first_match(path: Path, pattern: str) -> str:
    if not path.exists():
        return ""
    found = re.search(pattern, path.read_text(encoding="utf-8", errors="replace"))
    return found.group(1).strip() if found else ""


if __name__ == "__main__":
    sys.exit(main())
