"""The people of a staged voter file against those the chapter knows: new, changed, moved, gone, returned.

Columns the file does not have are left as they are. Nothing is written where nothing differs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from chapters.models import Chapter
from precincts.services.imports.staging import (
    analyse,
    copy_bytes,
    execute,
    fetch,
    insert_values,
    make_stage,
)
from precincts.voterfile.copytext import copy_line
from precincts.voterfile.voters import ROW_COLUMNS

_FIELDS = {
    "county": ("county",),
    "precinct_id": ("precinct",),
    "last_name": ("last_name",),
    "first_name": ("first_name",),
    "middle_name": ("middle_name",),
    "suffix": ("suffix",),
    "gender": ("gender",),
    "birth_date": ("birth_date",),
    "birth_year": ("birth_year", "birth_date", "age"),
    "party": ("party",),
    "registered_on": ("registered_on",),
    "status": ("status",),
    "is_confidential": ("confidential", "address_line", "street"),
    "phone": ("phone",),
    "language": ("language",),
}
"""Columns of a voter that a file sets, and the fields of a layout of which it needs one."""

STAGE = """
    line bigint, state_voter_id text, last_name text, first_name text, middle_name text, suffix text,
    gender text, party text, status text, is_confidential boolean, language text, birth_date date,
    birth_year smallint, registered_on date, phone text, fingerprint bigint, county text, precinct_id bigint,
    household_id bigint
"""
"""The stage's columns: the line, a row of `voterfile.voters.ROW_COLUMNS`, and where `Doors` found the place."""

_COLUMNS = (*ROW_COLUMNS, "county", "precinct_id", "household_id")
_CONSTANT = ("chapter_id", "state", "last_import_id")

_MISSING = """
    v.id IN (SELECT voter_id FROM import_other EXCEPT SELECT voter_id FROM import_known)
      AND v.gone_on IS NULL
"""
_REFUSED = "EXISTS (SELECT 1 FROM import_refused r WHERE r.state_voter_id = v.state_voter_id)"


class People:
    """The people of one chapter that one import brings or changes.

    Whoever of the stage is known stands in `import_known`: the line that names them, the door it names, and how
    they differ (`kind`, null where they do not). Of the others the rows are as they were, but for those in
    `import_other`.
    """

    def __init__(self, chapter: Chapter, record_id: int, on: date) -> None:
        self.params: dict[str, Any] = {
            "chapter": chapter.pk,
            "state": chapter.state,
            "record": record_id,
            "on": on,
        }
        self._fields: list[str] = []
        self._source: dict[str, str] = {}

    def set_columns(self, columns: Collection[str]) -> None:
        """Say which fields the file has."""
        self._fields = [name for name, needs in _FIELDS.items() if not set(needs).isdisjoint(columns)]
        if "confidential" not in columns:  # a withheld address hides; nothing in the file says who is public
            self._source["is_confidential"] = "(s.is_confidential OR v.is_confidential)"

    def is_anybody_known(self) -> bool:
        """Whether the chapter has people of an earlier file."""
        return bool(
            fetch(
                """
                SELECT 1 FROM precincts_voter
                WHERE chapter_id = %(chapter)s AND state_voter_id IS NOT NULL LIMIT 1
                """,
                self.params,
            )
        )

    def copy_first(self, rows: bytes) -> None:
        """Everybody of a stretch straight into the table, where no earlier file has brought anybody.

        Args:
            rows: COPY text of `ROW_COLUMNS`, county, precinct and household.

        Raises:
            psycopg2.errors.UniqueViolation: one of the voter numbers is known.
        """
        constants = copy_line(tuple(str(self.params[name]) for name in ("chapter", "state", "record")))
        copy_bytes("precincts_voter", (*_COLUMNS, *_CONSTANT), rows.replace(b"\n", f"\t{constants}".encode()))

    def known_among(self, rows: Sequence[bytes]) -> dict[int, str]:
        """Which rows of COPY text name a voter whom the chapter knows: place -> voter number."""
        numbers = [_unescaped(row.partition(b"\t")[0].decode()) for row in rows]
        found = fetch(
            """
            SELECT state_voter_id FROM precincts_voter
            WHERE chapter_id = %(chapter)s AND state = %(state)s AND state_voter_id = ANY(%(ids)s)
            """,
            self.params | {"ids": numbers},
        )
        known = {voter_id for (voter_id,) in found}
        return {place: number for place, number in enumerate(numbers) if number in known}

    def fingerprints_of(self, voter_ids: Collection[str]) -> dict[str, int]:
        """The fingerprints of the rows that were written, by voter number; rows taken in with a doubt have none."""
        found = fetch(
            """
            SELECT state_voter_id, fingerprint FROM precincts_voter
            WHERE chapter_id = %(chapter)s AND state = %(state)s AND state_voter_id = ANY(%(ids)s)
              AND fingerprint IS NOT NULL
            """,
            self.params | {"ids": list(voter_ids)},
        )
        return dict(found)

    def count_doors(self) -> int:
        """Behind how many doors the people of this import live."""
        doors = "SELECT count(DISTINCT household_id) FROM precincts_voter WHERE last_import_id = %(record)s"
        return int(fetch(doors, self.params)[0][0])

    def stage(self, lines: Sequence[int], rows: bytes) -> None:
        """The rows of a stretch into the stage."""
        named = zip(lines, rows.split(b"\n"), strict=False)  # after the last row's end comes nothing
        text = b"".join(b"%d\t%b\n" % one for one in named)
        copy_bytes("import_stage", ("line", *_COLUMNS), text)

    def insert_new(self) -> int:
        """Everybody the chapter does not know yet, each with a change that says so."""
        columns = ", ".join(_COLUMNS)
        return execute(
            f"""
            WITH added AS (
                INSERT INTO precincts_voter ({columns}, household_since, {", ".join(_CONSTANT)})
                SELECT {columns}, %(on)s, %(chapter)s, %(state)s, %(record)s
                FROM import_stage s
                WHERE NOT EXISTS (SELECT 1 FROM import_known k WHERE k.line = s.line)
                RETURNING id, household_id, birth_date, birth_year)
            INSERT INTO precincts_voterchange
                (chapter_id, voter_import_id, voter_id, kind, to_household_id, before, after, turned_18, "on")
            SELECT %(chapter)s, %(record)s, id, 'new', household_id, '{{}}', '{{}}',
                   COALESCE(CASE WHEN birth_date IS NULL
                       THEN birth_year = EXTRACT(year FROM %(on)s::date) - 18
                       ELSE birth_date + interval '18 years'
                            BETWEEN %(on)s::date - interval '1 year' AND %(on)s::date END, false), %(on)s
            FROM added
            """,
            self.params,
        )

    def compare(self) -> None:
        """Find everybody of the stage whom the chapter knows, and how the file differs."""
        now = ", ".join(f"v.{name}" for name in self._fields)
        then = ", ".join(self._source.get(name, f"s.{name}") for name in self._fields)
        execute(
            f"""
            INSERT INTO import_known
            SELECT s.line, v.id, s.household_id,
                   CASE WHEN v.gone_on IS NOT NULL THEN 'returned'
                        WHEN s.household_id <> v.household_id THEN 'moved'
                        WHEN s.household_id IS DISTINCT FROM v.household_id
                             OR ({now}) IS DISTINCT FROM ({then}) THEN 'changed' END
            FROM import_stage s
            JOIN precincts_voter v ON v.chapter_id = %(chapter)s AND v.state = %(state)s
                 AND v.state_voter_id = s.state_voter_id
            """,
            self.params,
        )
        analyse("import_known")

    def write_changes(self) -> None:
        """One row for everybody who differs, with the columns before and after."""
        pairs = ", ".join(
            f"('{name.removesuffix('_id')}', to_jsonb(v.{name}), to_jsonb({self._source.get(name, f's.{name}')}))"
            for name in self._fields
        )
        execute(
            f"""
            INSERT INTO precincts_voterchange (chapter_id, voter_import_id, voter_id, kind, from_household_id,
                to_household_id, before, after, turned_18, "on")
            SELECT %(chapter)s, %(record)s, v.id, k.kind,
                   v.household_id, k.household_id, COALESCE(c.before, '{{}}'), COALESCE(c.after, '{{}}'), false, %(on)s
            FROM import_known k
            JOIN import_stage s ON s.line = k.line
            JOIN precincts_voter v ON v.id = k.voter_id
            CROSS JOIN LATERAL (
                SELECT jsonb_object_agg(p.name, p.old) AS before, jsonb_object_agg(p.name, p.new) AS after
                FROM (VALUES {pairs}) AS p (name, old, new) WHERE p.old IS DISTINCT FROM p.new) c
            WHERE k.kind IS NOT NULL
            """,
            self.params,
        )

    def update(self) -> None:
        """Everybody who differs as the file says; whose row is written otherwise but says the same, its fingerprint."""
        assignments = ", ".join(f"{name} = {self._source.get(name, f's.{name}')}" for name in self._fields)
        execute(
            f"""
            UPDATE precincts_voter v SET {assignments}, fingerprint = s.fingerprint,
                   household_id = k.household_id, gone_on = NULL,
                   household_since = CASE WHEN k.household_id IS DISTINCT FROM v.household_id
                                          THEN %(on)s::date ELSE v.household_since END,
                   last_import_id = %(record)s
            FROM import_known k JOIN import_stage s ON s.line = k.line
            WHERE v.id = k.voter_id AND k.kind IS NOT NULL
            """,
            self.params,
        )
        execute(
            """
            UPDATE precincts_voter v SET fingerprint = s.fingerprint
            FROM import_known k JOIN import_stage s ON s.line = k.line
            WHERE v.id = k.voter_id AND k.kind IS NULL AND v.fingerprint IS DISTINCT FROM s.fingerprint
            """
        )

    def mark_gone(self, counties: Iterable[str], refused_ids: Collection[str]) -> int:
        """Whom the file no longer names; of its counties only, where it names counties.

        Returns how many were left as they were because their row could not be taken in.
        """
        make_stage("import_refused", "state_voter_id text")
        insert_values("import_refused", [(voter_id,) for voter_id in sorted(refused_ids)])
        self.params["counties"] = sorted(counties)
        execute(
            f"""
            WITH gone AS (
                UPDATE precincts_voter v SET gone_on = %(on)s
                WHERE {_MISSING} AND NOT {_REFUSED}
                  AND (v.county = '' OR %(counties)s = '{{}}' OR v.county = ANY(%(counties)s))
                RETURNING v.id, v.household_id)
            INSERT INTO precincts_voterchange (chapter_id, voter_import_id, voter_id, kind, from_household_id,
                before, after, turned_18, "on")
            SELECT %(chapter)s, %(record)s, id, 'gone', household_id, '{{}}', '{{}}', false, %(on)s FROM gone
            """,
            self.params,
        )
        if not refused_ids:
            return 0
        kept = f"SELECT count(*) FROM precincts_voter v WHERE {_MISSING} AND {_REFUSED}"
        return int(fetch(kept, self.params)[0][0])


def _unescaped(value: str) -> str:
    """A value of COPY text as it was; of what is escaped there, only backslashes stand in voter numbers."""
    return value.replace("\\\\", "\\")
