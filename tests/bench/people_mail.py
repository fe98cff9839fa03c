"""Planning 10,000 mails in one go, and how many a second one sender hands to a mail server on the machine itself."""

from __future__ import annotations

from collections.abc import Iterable

from tests.bench.figures import Figure, Note, Table
from tests.bench.ground.database import bench_database

MAILS = 10_000
PLAN_SECONDS = 3.0
SENT = 500


def run(quick: bool) -> Iterable[Figure | Table | Note]:
    count, sent = MAILS // (10 if quick else 1), SENT // (10 if quick else 1)
    with bench_database() as database:
        database.manage(
            "create_chapter", "Bench", "--slug", "bench", "--state", "NC", "--organizer", "b@example.org"
        )
        found = database.run_module("tests.bench.ground.plan_mail", "bench", str(count), str(sent)).result
    yield Note(
        f"{count:,} members with addresses, one mail each planned in one transaction, keys checked; then {sent} of them"
        " put into words and handed over by SMTP to a server that only says yes."
    )
    limit = PLAN_SECONDS if not quick else None
    yield Figure(
        f"planning {count:,} mails", found["plan"], "s", limit, "limit", note="rows read, planned, committed"
    )
    yield Figure("planning the same ones again", found["again"], "s", limit, "limit", note="nothing new")
    yield Figure("mails sent a second, one sender", found["rate"], "", kind="plain")
