"""Address points into buildings: coordinates for the doors, matched on the normalised address."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chapters.models import Chapter
from chapters.selectors.actors import today_in
from chapters.services import audit
from core.actors import Actor
from precincts.addresses import number_range
from precincts.earth import METRES_PER_DEGREE
from precincts.enums import ImportDoubt, ImportKind
from precincts.models import Precinct, VoterImport
from precincts.services.figures import recount
from precincts.services.imports.confirmations import CONFIRM_HINT
from precincts.services.imports.pace import ADDRESS_STAGES, Pace, Progress
from precincts.services.imports.records import finish_import, start_import
from precincts.services.imports.refusals import FarAway
from precincts.services.imports.staging import (
    NothingInFile,
    RejectKeeper,
    analyse,
    copy_rows,
    execute,
    fetch,
    insert_values,
    lock_imports,
    make_stage,
)
from precincts.services.imports.uploads import Reading, Upload
from precincts.services.places import order_walks_anew, place_new_households
from precincts.state_boxes import state_box
from precincts.voterfile.copytext import copy_line
from precincts.voterfile.faults import Reason, Reject
from precincts.voterfile.points import Point, PointCount, read_points
from precincts.voterfile.sources import open_members, text_bytes
from precincts.voterfile.tables import Table

_COLUMNS = ("line", "address_key", "number", "street", "city", "locality", "postcode", "lon", "lat")
_STAGE = """
    line bigint, address_key text, number text, street text, city text, locality text, postcode text,
    lon double precision, lat double precision
"""
_ONE_PLACE_METRES = 400


@dataclass
class AddressReport:
    """What an import of address points did; households are the doors the voter file knows."""

    points: int = 0
    buildings: int = 0
    buildings_new: int = 0
    households_placed: int = 0
    households_unplaced: int = 0
    rejected: int = 0
    seconds: float = 0.0


def import_addresses(
    *,
    upload: Upload,
    chapter: Chapter,
    by: Actor,
    progress: Progress,
    voter_import: VoterImport | None = None,
    job_id: Any = None,
) -> VoterImport:
    """Take in address points: each building's coordinates, and buildings nobody votes in yet.

    Doors without a point stay as they are, and are counted.

    Raises:
        FileFault: a damaged header, swapped or projected coordinates.
        FarAway: most points lie outside the state, and nobody has confirmed it.
        NothingInFile: no point could be used.
    """
    began = time.monotonic()
    with transaction.atomic():
        lock_imports(chapter.pk)
        record = start_import(
            kind=ImportKind.ADDRESSES,
            upload=upload,
            chapter=chapter,
            by=by,
            voter_import=voter_import,
            job_id=job_id,
        )
        if record.finished_at is not None:
            return record
        pace = Pace(progress, ADDRESS_STAGES)
        report = _import(record, upload, chapter, pace)
        pace.tell("blocks")
        precinct_ids = list(
            Precinct.objects.filter(chapter=chapter, valid_until__isnull=True).values_list("pk", flat=True)
        )
        place_new_households(precinct_ids=precinct_ids, by=by, on=today_in(chapter))
        order_walks_anew(record)
        recount(chapter_id=chapter.pk)
        report.seconds = round(time.monotonic() - began, 2)
        finish_import(record, counts=report)

        def summary() -> str:
            return _("Imported %(count)d address points from %(file)s") % {
                "count": report.points,
                "file": record.filename,
            }

        audit.record(
            by=by, verb="precincts.addresses_imported", row=record, rows=report.points, summary=summary
        )
    analyse("precincts_building")
    return record


def _import(record: VoterImport, upload: Upload, chapter: Chapter, pace: Pace) -> AddressReport:
    reading, count, report = Reading(), PointCount(), AddressReport()
    rejects = RejectKeeper(record, reading)
    make_stage("import_point", _STAGE)

    def between(copied: int) -> None:
        _require_inside(count, chapter)
        rejects.flush(count.rows)
        pace.tell(
            "read", reading.share, lambda: _("Reading the file: %(rows)s points") % {"rows": f"{copied:,}"}
        )

    used = copy_rows(
        "import_point", _COLUMNS, _lines(upload, chapter, reading, rejects, count), between=between
    )
    report.points = count.rows
    if not used:
        rejects.flush(count.rows, is_last=True)
        raise NothingInFile(
            gettext_lazy("The file holds no address point."), hint=gettext_lazy("Choose another file.")
        )
    pace.tell("match")
    analyse("import_point")
    _gather_places()
    for line, metres in fetch("SELECT line, metres FROM import_place WHERE lon IS NULL"):
        rejects.keep(Reject(line, Reason.SCATTERED, str(round(metres)), is_warning=True))
    rejects.flush(count.rows, is_last=True)
    report.rejected = rejects.left_out
    _match(chapter)
    _match_ranges(chapter)
    report.buildings_new = _write(chapter, record)
    report.buildings = fetch("SELECT count(*) FROM import_place")[0][0]
    report.households_placed, report.households_unplaced = fetch(
        """
        SELECT count(*) FILTER (WHERE b.lon IS NOT NULL), count(*) FILTER (WHERE b.lon IS NULL)
        FROM precincts_household h JOIN precincts_building b ON b.id = h.building_id
        WHERE h.chapter_id = %(chapter)s
        """,
        {"chapter": chapter.pk},
    )[0]
    return report


def _lines(
    upload: Upload, chapter: Chapter, reading: Reading, rejects: RejectKeeper, count: PointCount
) -> Iterator[str]:
    before, size = 0, text_bytes(upload.path)
    for member in open_members(upload.path, name=upload.filename):
        table = Table(member.stream, name=member.name)
        reading.begin(member.name, table, before, size)

        def refuse(reject: Reject, before: int = before) -> None:
            rejects.keep(
                Reject(reject.line + before, reject.reason, reject.detail, reject.text, reject.is_warning)
            )

        points = read_points(
            table,
            box=state_box(chapter.state),
            refuse=refuse,
            count=count,
            accept_far=ImportDoubt.FAR_AWAY in upload.accepted,
        )
        for point in points:
            yield _copy_line(point, before)
        before += table.lines_read


def _copy_line(point: Point, before: int) -> str:
    address = point.address
    values = [
        str(point.line + before),
        address.building_key[:160],
        address.number[:20],
        address.street[:120],
        point.city,
        point.locality,
        point.postcode,
        repr(point.lon),
        repr(point.lat),
    ]
    return copy_line(values)


def _require_inside(count: PointCount, chapter: Chapter) -> None:
    if count.first_outside is None or count.outside * 2 <= count.rows:
        return
    line, lon, lat = count.first_outside
    words = {
        "outside": f"{count.outside:,}",
        "rows": f"{count.rows:,}",
        "state": chapter.state,
        "line": line,
        "lon": f"{lon:g}",
        "lat": f"{lat:g}",
    }
    raise FarAway(
        lambda: (
            _(
                "%(outside)s of %(rows)s points lie outside %(state)s;"
                " the first is line %(line)s: %(lon)s, %(lat)s."
            )
            % words
        ),
        hint=CONFIRM_HINT,
    )


def _gather_places() -> None:
    """One row a building: the middle of its points, or none where they lie too far apart to be one building."""
    make_stage(
        "import_place",
        """line bigint, address_key text, locality text, number text, street text, city text, postcode text,
           lon double precision, lat double precision, metres double precision, building_id bigint""",
    )
    execute(
        """
        INSERT INTO import_place
        SELECT line, address_key, locality, number, street, city, postcode,
               CASE WHEN metres <= %(limit)s THEN lon END, CASE WHEN metres <= %(limit)s THEN lat END, metres, NULL
        FROM (SELECT min(line) AS line, address_key, locality, min(number) AS number, max(street) AS street,
                     min(city) AS city, min(postcode) AS postcode, avg(lon) AS lon, avg(lat) AS lat,
                     %(degree)s * sqrt(power(max(lat) - min(lat), 2)
                                   + power((max(lon) - min(lon)) * cos(radians(avg(lat))), 2)) AS metres
              FROM import_point GROUP BY address_key, locality) places
        """,
        {"limit": _ONE_PLACE_METRES, "degree": METRES_PER_DEGREE},
    )
    analyse("import_place")


def _match(chapter: Chapter) -> None:
    """Places to buildings: by key and town; else, where one side names no town or the postcodes agree, by key."""
    params = {"chapter": chapter.pk}
    execute(
        """
        UPDATE import_place p SET building_id = b.id FROM precincts_building b
        WHERE b.chapter_id = %(chapter)s AND b.address_key = p.address_key AND b.locality = p.locality
        """,
        params,
    )
    execute(
        """
        UPDATE import_place p SET building_id = single.building_id
        FROM (SELECT min(o.line) AS line, min(b.id) AS building_id
              FROM import_place o
              JOIN precincts_building b ON b.chapter_id = %(chapter)s AND b.address_key = o.address_key
                   AND (o.locality = '' OR b.locality = '' OR (o.postcode <> '' AND o.postcode = b.postcode))
              WHERE o.building_id IS NULL
                AND NOT EXISTS (SELECT 1 FROM import_place taken WHERE taken.building_id = b.id)
              GROUP BY o.address_key HAVING count(*) = 1) single
        WHERE p.line = single.line
        """,
        params,
    )


def _match_ranges(chapter: Chapter) -> None:
    """Buildings without a point, whose number a range covers (27 in 27-29) or which are one (27-29 by 27)."""
    ranged = fetch(
        "SELECT street, locality, number, lon, lat FROM import_place WHERE number LIKE '% %' AND lon IS NOT NULL"
    )
    ranges: dict[tuple[str, str], list[tuple[int, int, float, float]]] = {}
    for street, locality, number, lon, lat in ranged:
        ends = number_range(number)
        if ends is not None:
            ranges.setdefault((street, locality), []).append((*ends, lon, lat))
    make_stage("import_covered", "building_id bigint, lon double precision, lat double precision")
    unplaced = fetch(
        """
        SELECT b.id, b.street_key, b.locality, b.number FROM precincts_building b
        WHERE b.chapter_id = %(chapter)s AND b.lon IS NULL
          AND NOT EXISTS (SELECT 1 FROM import_place p WHERE p.building_id = b.id)
        """,
        {"chapter": chapter.pk},
    )
    rows = []
    for building_id, street, locality, number in unplaced:
        place = _cover(ranges.get((street, locality), []), number) or _first_of_range(
            street, locality, number
        )
        if place is not None:
            rows.append((building_id, *place))
    insert_values("import_covered", rows)


def _cover(ranges: list[tuple[int, int, float, float]], number: str) -> tuple[float, float] | None:
    if not number.isdigit():
        return None
    value = int(number)
    fitting = [
        (lon, lat) for low, high, lon, lat in ranges if low <= value <= high and (value - low) % 2 == 0
    ]
    return fitting[0] if len(fitting) == 1 else None


def _first_of_range(street: str, locality: str, number: str) -> tuple[float, float] | None:
    ends = number_range(number)
    if ends is None:
        return None
    found = fetch(
        "SELECT lon, lat FROM import_place WHERE street = %(street)s AND locality = %(locality)s"
        " AND number = ANY(%(numbers)s) AND lon IS NOT NULL ORDER BY number LIMIT 1",
        {"street": street, "locality": locality, "numbers": [str(ends[0]), str(ends[1])]},
    )
    return (found[0][0], found[0][1]) if found else None


def _write(chapter: Chapter, record: VoterImport) -> int:
    """Coordinates onto known buildings, and the buildings nobody votes in; returns how many of those."""
    params = {"chapter": chapter.pk, "record": record.pk, "state": chapter.state}
    execute(
        """
        UPDATE precincts_building b
        SET lon = p.lon, lat = p.lat, located_by_id = %(record)s, number = p.number, street = p.street,
            street_key = p.street
        FROM import_place p
        WHERE b.id = p.building_id AND p.lon IS NOT NULL
          AND (b.lon, b.lat, b.number, b.street_key) IS DISTINCT FROM (p.lon, p.lat, p.number, p.street)
        """,
        params,
    )
    execute(
        """
        UPDATE precincts_building b SET lon = c.lon, lat = c.lat, located_by_id = %(record)s
        FROM import_covered c WHERE b.id = c.building_id
        """,
        params,
    )
    return execute(
        """
        INSERT INTO precincts_building
            (chapter_id, address_key, locality, number, street, street_key, city, state, postcode, lon, lat,
             located_by_id)
        SELECT %(chapter)s, address_key, locality, number, street, street, city, %(state)s, postcode, lon, lat,
               CASE WHEN lon IS NOT NULL THEN %(record)s END
        FROM import_place WHERE building_id IS NULL ORDER BY street, address_key
        """,
        params,
    )
