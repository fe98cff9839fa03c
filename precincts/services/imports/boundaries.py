"""Precinct polygons out of GeoJSON, matched by a property the user picks."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from chapters.models import Chapter
from chapters.services import audit
from core.actors import Actor
from precincts.enums import ImportKind
from precincts.geojson import Area, Feature, group_areas, read_features
from precincts.models import ImportReject, Precinct, VoterImport
from precincts.services.imports.confirmations import CONFIRM_HINT, require_confirmed
from precincts.services.imports.pace import BOUNDARY_STAGES, Pace, Progress
from precincts.services.imports.records import finish_import, start_import
from precincts.services.imports.refusals import FarAway
from precincts.services.imports.staging import lock_imports
from precincts.services.imports.uploads import Upload
from precincts.state_boxes import is_inside, state_box
from precincts.voterfile.faults import Fault, FileFault, Reason
from precincts.voterfile.sources import open_members

_LARGEST_BYTES = 32 * 2**20

Why = tuple[Reason, str]
"""Why a feature was left out, and what the reason is about."""


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
    progress: Progress,
    county_key: str = "",
    voter_import: VoterImport | None = None,
    job_id: Any = None,
) -> VoterImport:
    """Give the chapter's precincts their polygons; codes are compared without case, spaces and leading zeros.

    Args:
        key: the property that holds the precinct's code.
        county_key: the property that holds the county, where codes are unique in a county only.

    Raises:
        FileFault: no GeoJSON, no such property, swapped coordinates, a polygon that crosses itself, or no value
            is a precinct of the chapter.
        FarAway: most boundaries lie outside the state, and nobody has confirmed it.
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
        pace = Pace(progress, BOUNDARY_STAGES)
        report = _import(record, upload, chapter, key, county_key, pace)
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


def _import(
    record: VoterImport, upload: Upload, chapter: Chapter, key: str, county_key: str, pace: Pace
) -> BoundaryReport:
    pace.tell("read")
    features = read_features(read_whole(upload))
    pace.tell("write")
    reasons = _left_out_of_state(features, upload, chapter, record)
    areas = group_areas([f for f in features if f.number not in reasons], key, county_key)
    precincts = list(Precinct.objects.filter(chapter=chapter, valid_until__isnull=True))
    drawn, unclaimed = _match(areas, precincts)
    _require_some(drawn, areas, precincts, key)
    _write(precincts, drawn)
    _keep_reasons(record, reasons | unclaimed, features)
    return BoundaryReport(
        features=len(features),
        matched=len(drawn),
        unmatched=[area.code for area in areas if area.numbers[0] in unclaimed],
        without=sorted(precinct.code for precinct in precincts if precinct.pk not in drawn),
    )


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


def find_outside(features: list[Feature], state: str) -> tuple[list[Feature], FarAway | None]:
    """The features outside a state, and what to confirm when they are most of all.

    Raises:
        FileFault: most lie there once longitude and latitude are exchanged.
    """
    box = state_box(state)
    outside = [feature for feature in features if not is_inside(box, *feature.middle)]
    if len(outside) * 2 <= len(features):
        return outside, None
    lon, lat = outside[0].middle
    place = {"feature": outside[0].number, "lon": f"{lon:.3f}", "lat": f"{lat:.3f}"}
    if is_inside(box, lat, lon):
        raise FileFault(Fault.SWAPPED, details=place)
    words = {"outside": len(outside), "all": len(features), "state": state, **place}
    stopped = FarAway(
        lambda: (
            _(
                "%(outside)s of %(all)s boundaries lie outside %(state)s;"
                " the first is feature %(feature)s: %(lon)s, %(lat)s."
            )
            % words
        ),
        hint=CONFIRM_HINT,
    )
    return outside, stopped


def _left_out_of_state(
    features: list[Feature], upload: Upload, chapter: Chapter, record: VoterImport
) -> dict[int, Why]:
    """The few features outside the chapter's state, by their number, with the reason to leave them out.

    Raises:
        FarAway: most lie outside, and nobody has confirmed it.
    """
    outside, stopped = find_outside(features, chapter.state)
    if stopped is not None:
        require_confirmed(upload, record, stopped)
        return {}
    return {feature.number: (Reason.OUTSIDE_STATE, chapter.state) for feature in outside}


def _match(areas: list[Area], precincts: list[Precinct]) -> tuple[dict[int, Area], dict[int, Why]]:
    """Each precinct's area, by its id; and by the number of its first feature, why an area is nobody's.

    An area belongs to the precinct of its code, and of its county where the file says counties. What two
    precincts or two areas could claim is left out: nothing is guessed.
    """
    by_code: dict[str, list[Precinct]] = {}
    for precinct in precincts:
        by_code.setdefault(_code_key(precinct.code), []).append(precinct)
    reasons: dict[int, Why] = {}
    claims: dict[int, list[Area]] = {}
    for area in areas:
        found = _candidates(area, by_code.get(_code_key(area.code), []))
        if len(found) == 1:
            claims.setdefault(found[0].pk, []).append(area)
        elif found:
            places = ", ".join(p.county or p.code for p in found[:5])
            reasons[area.numbers[0]] = Reason.CODE_SHARED, f"{area.code} ({places})"
        else:
            reasons[area.numbers[0]] = Reason.NO_PRECINCT, f"{area.county} {area.code}".strip()
    codes = {precinct.pk: precinct.code for precinct in precincts}
    drawn: dict[int, Area] = {}
    for pk, claiming in claims.items():
        exact = [area for area in claiming if area.code == codes[pk]]
        chosen = exact if len(exact) == 1 else claiming
        if len(chosen) == 1:
            drawn[pk] = chosen[0]
        several = Reason.SEVERAL_AREAS, codes[pk]
        reasons |= {area.numbers[0]: several for area in claiming if drawn.get(pk) is not area}
    return drawn, reasons


def _candidates(area: Area, of_code: list[Precinct]) -> list[Precinct]:
    """The precincts of an area's code: those of its county first, and those that spell the code alike first."""
    found = [p for p in of_code if not (p.county and area.county) or _is_county(p.county, area.county)]
    found = [p for p in found if p.county and area.county] or found
    return [p for p in found if p.code == area.code] or found


def _write(precincts: list[Precinct], drawn: dict[int, Area]) -> None:
    for precinct in precincts:
        area = drawn.get(precinct.pk)
        if area is not None and precinct.boundary != area.geometry:
            precinct.boundary = area.geometry
            precinct.save(update_fields=["boundary"])


def _require_some(drawn: dict[int, Area], areas: list[Area], precincts: list[Precinct], key: str) -> None:
    if drawn:
        return
    shared = {
        _code_key(p.code)
        for p in precincts
        if [_code_key(q.code) for q in precincts].count(_code_key(p.code)) > 1
    }
    if any(_code_key(area.code) in shared for area in areas):
        raise FileFault(Fault.CODES_SHARED, details={"key": key})
    codes = ", ".join(area.code for area in areas[:5]) or "–"
    own = ", ".join(precinct.code for precinct in precincts[:5]) or "–"
    raise FileFault(Fault.NO_POLYGONS, details={"key": key, "codes": codes, "own": own})


def _keep_reasons(record: VoterImport, reasons: dict[int, Why], features: list[Feature]) -> None:
    """What was left out, and (as a doubt) what was mended, by the feature's number."""
    said = [(number, *why, False) for number, why in reasons.items()]
    said += [
        (f.number, Reason.EDGE_MENDED, "", True) for f in features if f.is_mended and f.number not in reasons
    ]
    ImportReject.objects.bulk_create(
        ImportReject(
            chapter_id=record.chapter_id,
            voter_import=record,
            line=number,
            code=reason,
            detail=detail[:100],
            is_warning=is_warning,
        )
        for number, reason, detail, is_warning in sorted(said)
    )


def _code_key(code: str) -> str:
    words = code.upper().replace(" ", "")
    return words.lstrip("0") or words


def _is_county(own: str, of_file: str) -> bool:
    return _county_key(own) == _county_key(of_file)


def _county_key(name: str) -> str:
    words = re.sub(r"[^A-Z0-9]+", " ", name.upper()).strip()
    return re.sub(r" (COUNTY|PARISH|BOROUGH)$", "", words).lstrip("0")
