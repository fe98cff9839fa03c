"""Ask the selector for 3 of the last 4 primaries again and again: the median as one line of JSON.

python -m tests.bench.ground.ask_history CHAPTER ROUNDS WARM_UP
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from datetime import date

import django


def main(slug: str, rounds: int, warm_up: int) -> None:
    django.setup()
    from chapters.models import Chapter
    from precincts.selectors.consistency import count_voted

    chapter = Chapter.objects.get(slug=slug)
    taken, count = [], 0
    for _ in range(rounds + warm_up):
        begun = time.perf_counter()
        count = count_voted(chapter=chapter, at_least=3, of_last=4, kind="primary", until=date(2100, 1, 1))
        taken.append(1000 * (time.perf_counter() - begun))
    print(json.dumps({"milliseconds": statistics.median(taken[warm_up:]), "count": count}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
