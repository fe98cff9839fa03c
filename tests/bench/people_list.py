"""The list of people in a chapter of 100,000 members: filtered, searched, sorted and paged; and one of its pages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tests.bench.figures import Figure, Note, Table
from tests.bench.ground.database import bench_database

MEMBERS = 100_000
ROUNDS, WARM_UP = 20, 3
LIST_MS = 100.0
PAGES = {
    "first page": "people/",
    "page 1,000": "people/?page=1000",
    "last page": "people/?page=2000",
    "volunteers": "people/?kind=volunteer",
    "lapsed": "people/?standing=lapsed&page=20",
    "canvassers": "people/?role=canvasser",
    "without account": "people/?account=no&page=7",
    "search, one name": "people/?q=ngu",
    "search, two words": "people/?q=maria+gar",
    "search, an address": "people/?q=person77777@",
    "search, nobody": "people/?q=zzzzzz",
    "by standing": "people/?sort=standing",
    "by day, newest first": "people/?sort=-since",
    "volunteers who canvass, by name down": "people/?kind=volunteer&role=canvasser&sort=-name",
}

_PEOPLE = """
INSERT INTO chapters_member
    (chapter_id, first_name, last_name, email, phone, address, language, time_zone, kind, standing, since, note,
     created_at)
SELECT
    %(chapter)s,
    (ARRAY['Maria', 'James', 'Linh', 'Ahmed', 'Rosa', 'Peter', 'Zoe', 'Kofi', 'Ann', 'Luis'])[1 + n %% 10],
    (ARRAY['Garcia', 'Nguyen', 'Smith', 'O''Neil', 'Khan', 'de la Cruz', 'Young', 'Brown'])[1 + (n / 10) %% 8]
        || CASE WHEN n %% 7 = 0 THEN '' ELSE ' ' || chr(65 + n %% 26) || (n %% 997) END,
    'person' || n || '@example.org', '919555' || lpad((n %% 10000)::text, 4, '0'), n || ' Oak Street', '', '',
    (ARRAY['member', 'volunteer', 'supporter', 'member', 'former'])[1 + n %% 5],
    (ARRAY['good', 'lapsed', 'pending', 'none'])[1 + n %% 4],
    DATE '2015-01-01' + (n %% 4000), '', now()
FROM generate_series(1, %(count)s) AS n
"""
_ROLES = """
INSERT INTO chapters_role (chapter_id, member_id, name, starts_on)
SELECT chapter_id, id, CASE WHEN id %% 2 = 0 THEN 'canvasser' ELSE 'treasurer' END, DATE '2024-01-01'
FROM chapters_member WHERE chapter_id = %(chapter)s AND id %% 20 = 0 AND user_id IS NULL
"""


def run(quick: bool) -> Iterable[Figure | Table | Note]:
    count = MEMBERS // (10 if quick else 1)
    with bench_database() as database:
        database.manage(
            "create_chapter", "Bench", "--slug", "bench", "--state", "NC", "--organizer", "b@example.org"
        )
        connection = database.connect()
        with connection.cursor() as cursor:
            _fill(cursor, count)
        connection.close()
        asked = [f"{name}={path}" for name, path in ({"empty page": "settings/"} | PAGES).items()]
        answer = database.run_module(
            "tests.bench.ground.ask_pages", "bench", str(ROUNDS), str(WARM_UP), *asked
        ).result
    found = answer["pages"]
    yield Note(
        f"{count:,} people, 5,000 roles, {ROUNDS} rounds after {WARM_UP}, one client, whole pages of 50."
    )
    slowest = max(PAGES, key=lambda name: found[name][0])
    limit = LIST_MS if not quick else None
    yield Figure("people, however narrowed", found[slowest][0], "ms", limit, "limit", note=slowest)
    queries = {found[name][1] for name in PAGES if not name.startswith("search, nobody")}
    yield Figure("most queries of a page", max(queries), "", kind="plain", note=f"from {min(queries)}")
    rows = [(name, ms, asked_for, size / 1000) for name, (ms, asked_for, size) in found.items()]
    yield Table("Server times, medians", ("page", "ms", "queries", "kB"), rows)


def _fill(cursor: Any, count: int) -> None:
    cursor.execute("SELECT id FROM chapters_chapter WHERE slug = 'bench'")
    [chapter] = cursor.fetchone()
    cursor.execute(_PEOPLE, {"chapter": chapter, "count": count})
    cursor.execute(_ROLES, {"chapter": chapter})
    cursor.execute("VACUUM ANALYZE chapters_member")
    cursor.execute("ANALYZE chapters_role")
