"""Precinct polygons out of GeoJSON, matched by a property the user picks."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from chapters.models import Chapter
from chapters.services import audit
from core.actors import Actor
from precincts.enums import ImportKind
from precincts.geojson import polygons_by, read_features
from precincts.models import Precinct, VoterImport
from precincts.services.imports.records import finish_import, start_import
from precincts.services.imports.staging import lock_imports
from precincts.services.imports.uploads import Upload
from precincts.voterfile.faults import Fault, FileFault
from precincts.voterfile.sources import open_members

_LARGEST_BYTES = 32 * 2**20


@dataclass
class BoundaryReport:
    """What an import of boundaries did: precincts drawn, codes of the file nobody has, precincts left without."""

    features: int = 0
    matched: int = 0
    unmatched: list[str] = field(default_factory=list)
    without: list[str] = field(default_factory=list)
    seconds: float = 0.0


def import_boundaries(
    *,
    upload: Upload,
    key: str,
    chapter: Chapter,
    by: Actor,
    voter_import: VoterImport | None = None,
    job_id: Any = None,
) -> VoterImport:
    """Give the chapter's precincts their polygons; codes are compared without case, spaces and leading zeros.

    Raises:
        FileFault: no GeoJSON, no such property, or none of its values is a precinct of the chapter.
    """
    began = time.monotonic()
    with transaction.atomic():
        lock_imports(chapter.pk)
        record = start_import(
            kind=ImportKind.BOUNDARIES,
            upload=upload,
            chapter=chapter,
            by=by,
            voter_import=voter_import,
            job_id=job_id,
        )
        if record.finished_at is not None:
            return record
        features = read_features(read_whole(upload))
        polygons = polygons_by(features, key)
        report = _write(chapter, polygons, key)
        report.features = len(features)
        report.seconds = round(time.monotonic() - began, 2)
        finish_import(record, counts=report, layout=key)

        def summary() -> str:
            return _("Imported %(count)d precinct boundaries from %(file)s") % {
                "count": report.matched,
                "file": record.filename,
            }

        audit.record(
            by=by, verb="precincts.boundaries_imported", row=record, rows=report.matched, summary=summary
        )
    return record


def read_whole(upload: Upload) -> bytes:
    """The bytes of a GeoJSON file, plain or packed.

    Raises:
        FileFault: it cannot be unpacked or is larger than 32 MiB.
    """
    for member in open_members(upload.path, name=upload.filename):
        text = member.stream.read(_LARGEST_BYTES + 1)
        if len(text) > _LARGEST_BYTES:
            raise FileFault(Fault.ARCHIVE_TOO_BIG, details={"name": upload.filename})
        return text
    raise FileFault(Fault.EMPTY)


def _write(chapter: Chapter, polygons: dict[str, Any], key: str) -> BoundaryReport:
    report = BoundaryReport()
    precincts = list(Precinct.objects.filter(chapter=chapter, valid_until__isnull=True))
    by_code = {_code_key(precinct.code): precinct for precinct in precincts}
    drawn: set[int] = set()
    for value, geometry in polygons.items():
        precinct = by_code.get(_code_key(value))
        if precinct is None:
            report.unmatched.append(value)
            continue
        drawn.add(precinct.pk)
        if precinct.boundary != geometry:
            precinct.boundary = geometry
            precinct.save(update_fields=["boundary"])
    report.matched = len(drawn)
    report.without = sorted(precinct.code for precinct in precincts if precinct.pk not in drawn)
    if not drawn:
        codes, own = (
            ", ".join(list(polygons)[:5]),
            ", ".join(precinct.code for precinct in precincts[:5]) or "–",
        )
        raise FileFault(Fault.NO_POLYGONS, details={"key": key, "codes": codes, "own": own})
    return report


def _code_key(code: str) -> str:
    words = code.upper().replace(" ", "")
    return words.lstrip("0") or words
