"""Three of the last four primaries over a million voters: the selector beside the bare bitmask query."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterable
from typing import Any

from tests.bench.figures import Figure, Note, Table
from tests.bench.ground.database import bench_database

VOTERS = 1_000_000
ROUNDS, WARM_UP = 30, 3
SLOWER = 1.5
_ELECTIONS = 12
_LAST_FOUR = (2, 5, 8, 11)


def run(quick: bool) -> Iterable[Figure | Table | Note]:
    count = VOTERS // (10 if quick else 1)
    with bench_database() as database:
        database.manage(
            "create_chapter", "Bench", "--slug", "bench", "--state", "NC", "--organizer", "b@example.org"
        )
        connection = database.connect()
        with connection.cursor() as cursor:
            _fill(cursor, count)
            mask = sum(1 << bit for bit in _LAST_FOUR)
            bare = f"SELECT count(*) FROM precincts_voter WHERE bit_count((history & {mask})::bit(64)) >= 3"
            bare_ms = _median_ms(cursor, bare)
        ours = database.run_module("tests.bench.ground.ask_history", "bench", str(ROUNDS), str(WARM_UP))
        connection.close()
    yield Note(
        f"{count:,} voters with {_ELECTIONS} elections each, {ROUNDS} rounds after {WARM_UP}, one client."
    )
    note = f"{ours.result['milliseconds']:.0f} and {bare_ms:.0f} ms; {ours.result['count']:,} listed voters"
    value = ours.result["milliseconds"] / bare_ms
    yield Figure(
        "3 of the last 4 primaries, of the bare bitmask query", value, "", SLOWER, "limit", note=note
    )
    yield Table(
        "Medians", ("query", "ms"), [("bare bitmask", bare_ms), ("the selector", ours.result["milliseconds"])]
    )


def _fill(cursor: Any, count: int) -> None:
    cursor.execute(
        """
        INSERT INTO precincts_election (chapter_id, held_on, kind, name, labels, bit)
        SELECT c.id, date '2014-05-06' + n * 365, CASE WHEN n %% 3 = 2 THEN 'primary' ELSE 'general' END, n::text,
               ARRAY[n::text], n
        FROM chapters_chapter c, generate_series(0, %(last)s) n
        """,
        {"last": _ELECTIONS - 1},
    )
    cursor.execute(
        """
        INSERT INTO precincts_voter (chapter_id, state, state_voter_id, county, last_name, first_name, middle_name,
            suffix, gender, party, status, is_confidential, phone, language, history, history_detail, added_at)
        SELECT c.id, 'NC', 'AA' || n, 'BENCH', 'NAME' || n %% 5000, 'FIRST' || n %% 900, '', '', 'U', 'UNA',
               CASE WHEN n %% 12 = 0 THEN 'removed' ELSE 'active' END, false, '', '',
               (n::bigint * 2654435761 %% 4096)::bigint, '', now()
        FROM chapters_chapter c, generate_series(1, %(count)s) n
        """,
        {"count": count},
    )
    cursor.execute("VACUUM ANALYZE precincts_voter")


def _median_ms(cursor: Any, query: str) -> float:
    taken = []
    for _ in range(ROUNDS + WARM_UP):
        begun = time.perf_counter()
        cursor.execute(query)
        cursor.fetchall()
        taken.append(1000 * (time.perf_counter() - begun))
    return statistics.median(taken[WARM_UP:])
