"""A kind of job slow enough to be killed in the middle; it writes rows and a file, all or nothing."""

from __future__ import annotations

import time
from typing import Any

from django.db import transaction

from chapters.models import Member
from core.jobs import JobRun, job_kind

KIND = "tests.add_people_slowly"


@job_kind(KIND, says="Add people slowly")
def add_people_slowly(run: JobRun) -> dict[str, Any]:
    count, pause = run.params["count"], run.params["pause"]
    names = [f"Person {number:03}" for number in range(count)]
    run.add_file("half.txt", b"half", content_type="text/plain")
    with transaction.atomic():
        for number, name in enumerate(names):
            Member.objects.get_or_create(chapter_id=run.chapter_id, first_name=name)
            run.progress(number + 1, count, name)
            time.sleep(pause)
    run.add_file("all.txt", "\n".join(names).encode(), content_type="text/plain", is_main=True)
    return {"people": count}
