"""The merge of a staged voter file: towns, precincts, buildings, doors, people, a set at a time.

Columns the file does not have are left as they are. Nothing is written where nothing differs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from chapters.models import Chapter
from precincts.models import Precinct, VoterImport
from precincts.services.imports.locks import lock_moving_doors
from precincts.services.imports.pace import Pace
from precincts.services.imports.staging import analyse, execute, fetch, insert_values, make_stage
from precincts.voterfile.voters import Gathered

STAGE = """
    line bigint, state_voter_id text, last_name text, first_name text, middle_name text, suffix text,
    gender text, party text, status text, is_confidential boolean, language text, birth_date date,
    birth_year smallint, registered_on date, phone text, area int, address_key text, street text, unit text,
    town int
"""

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

_JOINED = """
    import_stage s
    LEFT JOIN import_area a ON a.area = s.area
    LEFT JOIN import_town t ON t.town = s.town
    LEFT JOIN import_building b ON b.address_key = s.address_key AND b.locality = t.locality
    LEFT JOIN import_door d ON d.building_id = b.building_id AND d.unit = s.unit
"""
_SOURCE: dict[str, str] = {"county": "COALESCE(a.county, '')", "precinct_id": "a.precinct_id"}

_MISSING = """
    v.chapter_id = %(chapter)s AND v.gone_on IS NULL AND v.state_voter_id IS NOT NULL
      AND v.last_import_id IS DISTINCT FROM %(record)s
      AND NOT EXISTS (SELECT 1 FROM import_known k WHERE k.voter_id = v.id)
"""
_REFUSED = "EXISTS (SELECT 1 FROM import_refused r WHERE r.state_voter_id = v.state_voter_id)"


@dataclass
class VoterReport:
    """What an import of a voter file did. Every voter of the file is exactly one of new to unchanged.

    `kept` counts people left as they were because their row could not be taken in.
    """

    rows: int = 0
    voters: int = 0
    households: int = 0
    new: int = 0
    changed: int = 0
    moved: int = 0
    gone: int = 0
    returned: int = 0
    kept: int = 0
    unchanged: int = 0
    turned_18: int = 0
    rejected: int = 0
    doubted: int = 0
    changed_columns: dict[str, int] = field(default_factory=dict)
    layout: str = ""
    encoding: str = ""
    seconds: float = 0.0


def drop_duplicates() -> list[tuple[int, int]]:
    """Leave the first of equal voter numbers; returns (line left out, line of the first)."""
    return fetch(
        """
        DELETE FROM import_stage s
        USING (SELECT state_voter_id, min(line) AS first FROM import_stage
               GROUP BY state_voter_id HAVING count(*) > 1) twice
        WHERE s.state_voter_id = twice.state_voter_id AND s.line > twice.first
        RETURNING s.line, twice.first
        """
    )


class Merge:
    """One voter file's merge into one chapter, on one day."""

    def __init__(self, chapter: Chapter, record: VoterImport, on: date, report: VoterReport) -> None:
        self.report = report
        self.on = on
        self._source = dict(_SOURCE)
        self.params: dict[str, Any] = {
            "chapter": chapter.pk,
            "state": chapter.state,
            "record": record.pk,
            "on": on,
        }

    def run(self, gathered: Gathered, columns: Iterable[str], pace: Pace) -> list[int]:
        """Write everything; returns the precincts whose doors may have changed."""
        pace.tell("doors")
        present = set(columns)
        if "confidential" not in present:  # a withheld address hides; nothing in the file says who is public
            self._source["is_confidential"] = "(s.is_confidential OR v.is_confidential)"
        fields = [name for name, needs in _FIELDS.items() if present.intersection(needs)]
        execute("SET LOCAL work_mem = '64MB'")
        execute("SET LOCAL default_statistics_target = 10")  # stages need little to be planned well
        analyse("import_stage")
        is_first = not fetch(
            "SELECT 1 FROM precincts_voter WHERE chapter_id = %(chapter)s AND state_voter_id IS NOT NULL LIMIT 1",
            self.params,
        )
        touched = self._write_areas(gathered)
        self._write_towns(gathered)
        self._write_buildings()
        self._write_doors()
        pace.tell("people")
        self.report.voters = fetch("SELECT count(*) FROM import_stage")[0][0]
        if is_first:
            self.report.new = self._insert_people()
        else:
            self._compare(fields)
            self._write_changes(fields)
            self._update_people(fields)
            self.report.new = self._insert_people(is_first=False)
            self._mark_gone(gathered)
        self._count()
        return touched

    def _write_areas(self, gathered: Gathered) -> list[int]:
        """Precincts by county and code; one that boundaries brought without a county is given it."""
        known: dict[tuple[str, str], Precinct] = {
            (precinct.county, precinct.code): precinct
            for precinct in Precinct.objects.filter(
                chapter_id=self.params["chapter"], valid_until__isnull=True
            )
        }
        rows: list[tuple[int, str, int | None]] = []
        for (county, code), area in gathered.areas.items():
            if not code:
                rows.append((area, county, None))
                continue
            precinct = known.get((county, code)) or self._adopt(known, county, code)
            name = gathered.area_names.get(area, "")[:120]
            if precinct is None:
                precinct = Precinct.objects.create(
                    chapter_id=self.params["chapter"], county=county, code=code, name=name, valid_from=self.on
                )
            elif name and not precinct.name:
                precinct.name = name
                precinct.save(update_fields=["name"])
            rows.append((area, county, precinct.pk))
        make_stage("import_area", "area int, county text, precinct_id bigint")
        insert_values("import_area", rows)
        return [precinct_id for _area, _county, precinct_id in rows if precinct_id is not None]

    def _adopt(self, known: dict[tuple[str, str], Precinct], county: str, code: str) -> Precinct | None:
        precinct = known.pop(("", code), None) if county else None
        if precinct is not None:
            precinct.county = county
            precinct.save(update_fields=["county"])
            known[(county, code)] = precinct
        return precinct

    def _write_towns(self, gathered: Gathered) -> None:
        make_stage("import_town", "town int, city text, locality text, postcode text")
        rows = [
            (number, city[:80], locality[:80], postcode)
            for (city, locality, postcode), number in gathered.towns.items()
        ]
        insert_values("import_town", rows)

    def _write_buildings(self) -> None:
        make_stage(
            "import_building",
            "address_key text, locality text, street text, town int, line bigint, building_id bigint",
        )
        execute(
            """
            INSERT INTO import_building
            SELECT s.address_key, t.locality, min(s.street), min(s.town), min(s.line), NULL
            FROM import_stage s JOIN import_town t ON t.town = s.town
            WHERE s.address_key IS NOT NULL GROUP BY s.address_key, t.locality
            """
        )
        self._find_buildings()
        execute(
            """
            INSERT INTO precincts_building
                (chapter_id, address_key, locality, number, street, street_key, city, state, postcode)
            SELECT %(chapter)s, b.address_key, b.locality,
                   left(trim(left(b.address_key, length(b.address_key) - length(b.street))), 20),
                   left(b.street, 120), left(b.street, 120), t.city, %(state)s, t.postcode
            FROM import_building b JOIN import_town t ON t.town = b.town
            WHERE b.building_id IS NULL ORDER BY b.line
            """,
            self.params,
        )
        self._find_buildings()
        analyse("import_building")

    def _find_buildings(self) -> None:
        execute(
            """
            UPDATE import_building b SET building_id = known.id FROM precincts_building known
            WHERE b.building_id IS NULL AND known.chapter_id = %(chapter)s
              AND known.address_key = b.address_key AND known.locality = b.locality
            """,
            self.params,
        )

    def _write_doors(self) -> None:
        """Doors of the file; a door's precinct is that of the people listed there, else of anybody there."""
        make_stage(
            "import_door",
            "building_id bigint, unit text, precinct_id bigint, line bigint, household_id bigint",
        )
        execute(
            """
            INSERT INTO import_door
            SELECT b.building_id, s.unit,
                   COALESCE(min(a.precinct_id) FILTER (WHERE s.status NOT IN ('removed', 'denied')),
                            min(a.precinct_id)), min(s.line), NULL
            FROM import_stage s
            JOIN import_town t ON t.town = s.town
            JOIN import_building b ON b.address_key = s.address_key AND b.locality = t.locality
            LEFT JOIN import_area a ON a.area = s.area
            GROUP BY b.building_id, s.unit
            """
        )
        self._find_doors()
        execute(
            """
            INSERT INTO precincts_household
                (chapter_id, building_id, unit, unit_key, precinct_id, placed_by_street)
            SELECT %(chapter)s, building_id, unit, unit, precinct_id, false FROM import_door
            WHERE household_id IS NULL ORDER BY line
            """,
            self.params,
        )
        self._find_doors()
        lock_moving_doors()
        execute(
            """
            UPDATE precincts_household h SET precinct_id = d.precinct_id FROM import_door d
            WHERE h.id = d.household_id AND d.precinct_id IS NOT NULL
              AND h.precinct_id IS DISTINCT FROM d.precinct_id
            """
        )
        analyse("import_door")

    def _find_doors(self) -> None:
        execute(
            """
            UPDATE import_door d SET household_id = known.id FROM precincts_household known
            WHERE d.household_id IS NULL AND known.building_id = d.building_id AND known.unit_key = d.unit
            """
        )

    def _insert_people(self, *, is_first: bool = True) -> int:
        """Everybody the chapter does not know yet."""
        unknown = "" if is_first else "WHERE NOT EXISTS (SELECT 1 FROM import_known k WHERE k.line = s.line)"
        insert = f"""
            INSERT INTO precincts_voter (
                chapter_id, state, state_voter_id, county, precinct_id, household_id, household_since,
                last_name, first_name, middle_name, suffix, gender, birth_date, birth_year, party,
                registered_on, status, is_confidential, phone, language, history, history_detail,
                last_import_id, added_at)
            SELECT %(chapter)s, %(state)s, s.state_voter_id, COALESCE(a.county, ''), a.precinct_id,
                   d.household_id, {"NULL" if is_first else "%(on)s"},
                   s.last_name, s.first_name, s.middle_name, s.suffix, s.gender, s.birth_date, s.birth_year,
                   s.party, s.registered_on, s.status, s.is_confidential, s.phone, s.language, 0, '',
                   %(record)s, now()
            FROM {_JOINED} {unknown}
        """
        if is_first:
            return execute(insert, self.params)
        return execute(
            f"""
            WITH added AS ({insert} RETURNING id, household_id, birth_date, birth_year)
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

    def _compare(self, fields: list[str]) -> None:
        """Whom the chapter knows, and how the file differs: `kind` is null where it does not."""
        make_stage("import_known", "line bigint, voter_id bigint, household_id bigint, kind text")
        now = ", ".join(f"v.{name}" for name in fields)
        then = ", ".join(self._source.get(name, f"s.{name}") for name in fields)
        execute(
            f"""
            INSERT INTO import_known
            SELECT s.line, v.id, d.household_id,
                   CASE WHEN v.gone_on IS NOT NULL THEN 'returned'
                        WHEN d.household_id <> v.household_id THEN 'moved'
                        WHEN d.household_id IS DISTINCT FROM v.household_id
                             OR ({now}) IS DISTINCT FROM ({then}) THEN 'changed' END
            FROM {_JOINED}
            JOIN precincts_voter v ON v.chapter_id = %(chapter)s AND v.state = %(state)s
                 AND v.state_voter_id = s.state_voter_id
            """,
            self.params,
        )
        analyse("import_known")

    def _write_changes(self, fields: list[str]) -> None:
        """One row for everybody who differs, with the columns before and after."""
        pairs = ", ".join(
            f"('{name.removesuffix('_id')}', to_jsonb(v.{name}), to_jsonb({self._source.get(name, f's.{name}')}))"
            for name in fields
        )
        execute(
            f"""
            INSERT INTO precincts_voterchange (chapter_id, voter_import_id, voter_id, kind, from_household_id,
                to_household_id, before, after, turned_18, "on")
            SELECT %(chapter)s, %(record)s, v.id, k.kind,
                   v.household_id, k.household_id, COALESCE(c.before, '{{}}'), COALESCE(c.after, '{{}}'), false, %(on)s
            FROM import_known k
            JOIN import_stage s ON s.line = k.line
            LEFT JOIN import_area a ON a.area = s.area
            JOIN precincts_voter v ON v.id = k.voter_id
            CROSS JOIN LATERAL (
                SELECT jsonb_object_agg(p.name, p.old) AS before, jsonb_object_agg(p.name, p.new) AS after
                FROM (VALUES {pairs}) AS p (name, old, new) WHERE p.old IS DISTINCT FROM p.new) c
            WHERE k.kind IS NOT NULL
            """,
            self.params,
        )

    def _update_people(self, fields: list[str]) -> None:
        assignments = ", ".join(f"{name} = {self._source.get(name, f's.{name}')}" for name in fields)
        execute(
            f"""
            UPDATE precincts_voter v SET {assignments}, household_id = k.household_id, gone_on = NULL,
                   household_since = CASE WHEN k.household_id IS DISTINCT FROM v.household_id
                                          THEN %(on)s::date ELSE v.household_since END,
                   last_import_id = %(record)s
            FROM import_known k JOIN import_stage s ON s.line = k.line LEFT JOIN import_area a ON a.area = s.area
            WHERE v.id = k.voter_id AND k.kind IS NOT NULL
            """,
            self.params,
        )

    def _mark_gone(self, gathered: Gathered) -> None:
        """Whom the file no longer names; of the counties in it only, where it names counties."""
        make_stage("import_refused", "state_voter_id text")
        insert_values("import_refused", [(voter_id,) for voter_id in sorted(gathered.refused_ids)])
        self.params["counties"] = sorted({county for county, _code in gathered.areas if county})
        if gathered.refused_ids:
            self.report.kept = fetch(
                f"SELECT count(*) FROM precincts_voter v WHERE {_MISSING} AND {_REFUSED}", self.params
            )[0][0]
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

    def _count(self) -> None:
        report = self.report
        kinds = dict(
            fetch(
                "SELECT kind, count(*) FROM precincts_voterchange WHERE voter_import_id = %(record)s GROUP BY kind",
                self.params,
            )
        )
        report.changed, report.moved = kinds.get("changed", 0), kinds.get("moved", 0)
        report.gone, report.returned = kinds.get("gone", 0), kinds.get("returned", 0)
        report.unchanged = report.voters - report.new - report.changed - report.moved - report.returned
        report.turned_18 = fetch(
            "SELECT count(*) FROM precincts_voterchange WHERE voter_import_id = %(record)s AND turned_18",
            self.params,
        )[0][0]
        report.changed_columns = dict(
            fetch(
                """
                SELECT name, count(*) FROM precincts_voterchange, jsonb_object_keys(after) AS name
                WHERE voter_import_id = %(record)s AND kind = 'changed' GROUP BY name ORDER BY name
                """,
                self.params,
            )
        )
        report.households = fetch("SELECT count(*) FROM import_door")[0][0]
