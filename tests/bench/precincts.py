"""Pages of a chapter of a million voters and two thousand blocks, beside an empty signed-in page of the same run."""

from __future__ import annotations

from collections.abc import Iterable

from tests.bench.figures import Figure, Note, Table
from tests.bench.ground.big_chapter import fill_chapter
from tests.bench.ground.database import bench_database

VOTERS = 1_000_000
ROUNDS, WARM_UP = 30, 3
BOOK_OF_EMPTY, ROSTER_MS, CAPTAINS_MS, VOTES_MS = 3.0, 300.0, 1000.0, 3000.0


def run(quick: bool) -> Iterable[Figure | Table | Note]:
    with bench_database() as database:
        database.manage(
            "create_chapter", "Bench", "--slug", "bench", "--state", "NC", "--organizer", "b@example.org"
        )
        connection = database.connect()
        with connection.cursor() as cursor:
            voters = VOTERS // (10 if quick else 1)
            blocks = fill_chapter(cursor, voters=voters)
            cursor.execute("SELECT id, precinct_id FROM precincts_block ORDER BY id LIMIT 1 OFFSET 6")
            block, precinct = cursor.fetchone()
            cursor.execute("SELECT id FROM precincts_election ORDER BY held_on DESC LIMIT 1")
            (election,) = cursor.fetchone()
        connection.close()
        pages = {
            "empty page": "settings/",
            "block book": f"blocks/{block}/",
            "roster": "roster/",
            "roster, lapsing": "roster/?state=lapsing",
            "roster, by last news": "roster/?sort=last",
            "precinct": f"precincts/{precinct}/",
            "precincts": "precincts/",
            "votes delivered": f"votes/{election}/",
            "votes by block": f"votes/{election}/blocks/",
            "next captains": f"precincts/{precinct}/growth/",
        }
        asked = [f"{name}={path}" for name, path in pages.items()]
        answer = database.run_module(
            "tests.bench.ground.ask_pages", "bench", str(ROUNDS), str(WARM_UP), *asked
        ).result
    found = answer["pages"]
    yield Note(
        f"{voters:,} voters, {blocks:,} blocks of 75 doors and 150 neighbours, {ROUNDS} rounds after {WARM_UP}, one client."
        f" Counting the figures of all precincts and blocks anew took {answer['seconds_to_count']:.1f} s."
    )
    empty = found["empty page"][0]
    yield Figure(
        "block book, of an empty page",
        found["block book"][0] / empty,
        "",
        BOOK_OF_EMPTY,
        "limit",
        note=f"{found['block book'][0]:.0f} and {empty:.0f} ms",
    )
    slowest = max((name for name in found if name.startswith("roster")), key=lambda name: found[name][0])
    yield Figure("roster of the chapter", found[slowest][0], "ms", ROSTER_MS, "limit", note=slowest)
    captains = found["next captains"][0]
    yield Figure("next captains of a precinct", captains, "ms", CAPTAINS_MS, "limit", note="the whole page")
    rows = [(name, ms, queries, size / 1000) for name, (ms, queries, size) in found.items()]
    votes = found["votes delivered"][0]
    yield Figure("votes delivered, of the chapter", votes, "ms", VOTES_MS, "limit", note="the whole page")
    yield Table("Server times, medians", ("page", "ms", "queries", "kB"), rows)
