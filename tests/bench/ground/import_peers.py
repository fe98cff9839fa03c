"""The same voter file taken in by the two usual ways, for a few thousand rows: one line of JSON each.

python -m tests.bench.ground.import_peers bulk_create|import_export FILE CHAPTER ROWS
"""

from __future__ import annotations

import csv
import json
import sys
import time
from collections.abc import Iterator
from itertools import islice
from typing import Any

import django


def main(way: str, path: str, slug: str, count: int) -> None:
    django.setup()
    from chapters.models import Chapter

    chapter = Chapter.objects.get(slug=slug)
    with open(path, encoding="latin-1", newline="") as stream:
        rows = list(islice(csv.DictReader(stream, delimiter="\t"), count))
    begun = time.perf_counter()
    (_bulk_create if way == "bulk_create" else _import_export)(chapter, rows)
    print(json.dumps({"rows": len(rows), "seconds": time.perf_counter() - begun}))


def _bulk_create(chapter: Any, rows: list[dict[str, str]]) -> None:
    """Every row an object, doors found or made one by one, people a thousand at a time."""
    from precincts.models import Voter

    doors: dict[tuple[str, str], Any] = {}
    people = []
    for row in rows:
        people.append(Voter(chapter=chapter, household=_door(chapter, row, doors), **_columns(row)))
        if len(people) == 1000:
            Voter.objects.bulk_create(people)
            people.clear()
    Voter.objects.bulk_create(people)


def _door(chapter: Any, row: dict[str, str], doors: dict[tuple[str, str], Any]) -> Any:
    from precincts.addresses import parse_line
    from precincts.models import Building, Household

    address = parse_line(row["res_street_address"])
    key = (address.building_key, address.unit)
    if key not in doors:
        building, _ = Building.objects.get_or_create(
            chapter=chapter,
            address_key=address.building_key,
            locality=row["res_city_desc"],
            defaults={"street": address.street, "street_key": address.street, "number": address.number},
        )
        doors[key], _ = Household.objects.get_or_create(
            chapter=chapter, building=building, unit_key=address.unit
        )
    return doors[key]


def _columns(row: dict[str, str]) -> dict[str, Any]:
    from core.dates import read_date

    statuses = {"A": "active", "I": "inactive", "S": "temporary", "R": "removed", "D": "denied"}
    return {
        "state": "NC",
        "state_voter_id": row["ncid"],
        "last_name": row["last_name"],
        "first_name": row["first_name"],
        "middle_name": row["middle_name"],
        "party": row["party_cd"],
        "registered_on": read_date(row["registr_dt"]),
        "birth_year": int(row["birth_year"]) if row["birth_year"].isdigit() else None,
        "status": statuses.get(row["status_cd"], "inactive"),
        "is_confidential": row["confidential_ind"] == "Y",
    }


def _import_export(chapter: Any, rows: list[dict[str, str]]) -> None:
    """django-import-export's resource, which compares row by row; people only, without doors."""
    import tablib
    from import_export import resources

    from precincts.models import Voter

    class People(resources.ModelResource):
        class Meta:
            model = Voter
            import_id_fields = ("chapter", "state_voter_id")
            fields = (
                "chapter",
                "state",
                "state_voter_id",
                "last_name",
                "first_name",
                "middle_name",
                "party",
                "status",
            )

    def lines() -> Iterator[tuple[Any, ...]]:
        for row in rows:
            columns = _columns(row)
            yield (chapter.pk, *(columns[name] for name in People._meta.fields[1:]))

    data = tablib.Dataset(*lines(), headers=People._meta.fields)
    outcome = People().import_data(data, raise_errors=True)
    assert outcome.total_rows == len(rows)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
