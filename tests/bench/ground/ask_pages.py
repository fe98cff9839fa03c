"""Ask for pages again and again as the chapter's organizer: each one's median and queries as one line of JSON.

python -m tests.bench.ground.ask_pages CHAPTER ROUNDS WARM_UP NAME=PATH ...
"""

from __future__ import annotations

import json
import statistics
import sys
import time

import django


def main(slug: str, rounds: int, warm_up: int, pages: dict[str, str]) -> None:
    django.setup()
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from chapters.models import Chapter, Role
    from precincts.services.figures import recount

    chapter = Chapter.objects.get(slug=slug)
    begun = time.perf_counter()
    recount(chapter_id=chapter.pk)  # the ground was laid without the services that count
    counted = time.perf_counter() - begun
    organizer = (
        Role.objects.filter(chapter=chapter, name="organizer")
        .select_related("member__user")
        .get()
        .member.user
    )
    client = Client(SERVER_NAME="localhost")
    client.force_login(organizer, backend="django.contrib.auth.backends.ModelBackend")
    found = {}
    for name, path in pages.items():
        taken = []
        for _ in range(rounds + warm_up):
            begun = time.perf_counter()
            answer = client.get(f"/c/{slug}/{path}")
            body = answer.getvalue() if answer.streaming else answer.content
            taken.append(1000 * (time.perf_counter() - begun))
            if answer.status_code != 200:
                raise SystemExit(f"{path}: {answer.status_code}")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/c/{slug}/{path}")
        found[name] = [statistics.median(taken[warm_up:]), len(queries), len(body)]
    print(json.dumps({"pages": found, "seconds_to_count": counted}))


if __name__ == "__main__":
    main(
        sys.argv[1],
        int(sys.argv[2]),
        int(sys.argv[3]),
        dict(page.split("=", 1) for page in sys.argv[4:]),
    )
