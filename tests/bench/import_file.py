"""A voter file of a million rows: beside the raw COPY of the same file, bulk_create and django-import-export."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path

from precincts.synthetic.files import write_voters
from precincts.synthetic.people import make_people
from precincts.synthetic.town import make_town
from tests.bench.figures import Figure, Note, Table
from tests.bench.ground.database import Database, bench_database

HOUSEHOLDS, SEED = 565_000, 7
PEER_ROWS = {"bulk_create": 20_000, "import_export": 2_000}
COPY_SHARE, MEGABYTES, AGAIN = 0.20, 150, 2.0


def run(quick: bool) -> Iterable[Figure | Table | Note]:
    with bench_database() as database:
        path = database.folder / "voters.txt"
        town = make_town(HOUSEHOLDS // (10 if quick else 1), SEED)
        rows = write_voters(path, town, make_people(town, SEED))
        yield Note(
            f"{rows:,} generated rows in the North Carolina layout, {path.stat().st_size / 1e6:,.0f} MB."
        )
        yield from _ours(database, path)
        yield from _peers(database, path, quick)


def _ours(database: Database, path: Path) -> Iterator[Figure | Table | Note]:
    copies = [_raw_copy(database, path), _raw_copy(database, path)]
    database.manage(
        "create_chapter", "Bench", "--slug", "bench", "--state", "NC", "--organizer", "bench@example.org"
    )
    first = database.manage("import_voters", str(path), "--chapter", "bench")
    again = database.manage("import_voters", str(path), "--chapter", "bench")
    assert (first.result["new"], again.result["unchanged"]) == (again.result["voters"],) * 2
    rows, taken, later = first.result["rows"], first.result["seconds"], again.result["seconds"]
    raw = rows / min(copies)
    note = f"{rows / taken:,.0f} of {raw:,.0f} rows/s"
    yield Figure(
        "import, share of raw COPY", rows / taken / raw, "", COPY_SHARE, "limit", at_most=False, note=note
    )
    yield Figure(
        "import, memory", max(first.memory, again.memory), "MB", MEGABYTES, "limit", note="PSS of the command"
    )
    note = f"{later:.1f} s after {taken:.1f} s"
    yield Figure(
        "unchanged re-import, times faster", taken / later, "", AGAIN, "limit", at_most=False, note=note
    )
    yield Figure("import, rows a second", rows / taken, "rows/s", kind="plain")


def _raw_copy(database: Database, path: Path) -> float:
    """Seconds for COPY of the file into a table of text columns without keys."""
    connection = database.connect()
    with connection.cursor() as cursor, path.open("rb") as stream:
        names = stream.readline().decode("latin-1").strip().replace('"', "").split("\t")
        columns = ", ".join(f'"{name}" text' for name in names)
        cursor.execute(f"DROP TABLE IF EXISTS raw_copy; CREATE TABLE raw_copy ({columns})")
        begun = time.perf_counter()
        cursor.copy_expert(
            "COPY raw_copy FROM STDIN (FORMAT csv, DELIMITER E'\\t', ENCODING 'LATIN1')", stream, 65536
        )
        taken = time.perf_counter() - begun
        cursor.execute("DROP TABLE raw_copy")
    connection.close()
    return taken


def _peers(database: Database, path: Path, quick: bool) -> Iterator[Figure | Table | Note]:
    found = []
    for way, count in PEER_ROWS.items():
        if way == "import_export" and find_spec("import_export") is None:
            yield Note("django-import-export is not installed here (`make bench` installs it).")
            continue
        slug = way.replace("_", "-")
        database.manage(
            "create_chapter", slug, "--slug", slug, "--state", "NC", "--organizer", f"{way}@example.org"
        )
        wanted = count // (10 if quick else 1)
        ran = database.run_module("tests.bench.ground.import_peers", way, str(path), slug, str(wanted))
        found.append((way, ran.result["rows"], ran.result["rows"] / ran.result["seconds"], ran.memory))
    yield Table("Other ways, the same file's first rows", ("way", "rows", "rows/s", "memory MB"), found)
