from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HEAVY = ("scipy", "shapely", "fast_tsp", "weasyprint", "pikepdf")
START = f"""
import django, sys
django.setup()
from django.urls import get_resolver
get_resolver().url_patterns
print(*[name for name in {HEAVY!r} if name in sys.modules])
"""


def test_a_process_starts_without_the_libraries_that_only_some_work_needs():
    """They cost each web, worker and beat process a second and tens of megabytes."""
    done = subprocess.run(
        [sys.executable, "-c", START],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == []
