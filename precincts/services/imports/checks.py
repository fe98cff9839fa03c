"""What a person must see of an uploaded file before it is imported."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

from chapters.enums import JobState
from precincts.enums import ImportKind
from precincts.geojson import property_keys, read_features, sample_properties
from precincts.models import VoterImport
from precincts.services.imports.boundaries import find_outside, read_whole
from precincts.services.imports.confirmations import find_newer, other_state
from precincts.services.imports.jobs import stored_file
from precincts.services.imports.refusals import FileRefused, OtherState, refusal
from precincts.services.imports.uploads import Preview, Upload, count_values, preview, require_points
from precincts.state_boxes import state_box
from precincts.voterfile.faults import Fault, FileFault

MAPPABLE = (Fault.LAYOUT_UNKNOWN, Fault.COLUMNS_MISSING, Fault.NO_ID_COLUMN)
_SHOWN = 80
_STATUS_ROWS = 20_000
_CHECKED_WHOLE = 2 * 2**20
"""Bytes of boundaries that are read in full before the import; of a larger file, only the properties."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A look at an upload.

    Attributes:
        layout: by which layout it will be read; "" while nobody knows.
        refused: why it cannot be imported as it is.
        needs_mapping: a person must say which column is which.
        doubts: what must be confirmed before the import begins, by the values of `ImportDoubt`, in words.
        keys: for boundaries, the properties to choose from, with samples.
    """

    header: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    layout: str = ""
    refused: FileRefused | None = None
    needs_mapping: bool = False
    doubts: dict[str, str] = field(default_factory=dict)
    keys: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ColumnsOfFile:
    """The columns of an upload for the mapping page: names, and names with a sample each."""

    header: list[str]
    choices: list[tuple[str, str]]
    rows: list[list[str]]


def check_upload(record: VoterImport) -> Checked:
    """The first rows, the layout, and what is in the way."""
    try:
        with stored_file(record) as path:
            upload = _upload(record, path)
            is_drawn = record.kind == ImportKind.BOUNDARIES
            checked = (
                _check_boundaries(upload, record.chapter.state) if is_drawn else _check_table(record, upload)
            )
            return replace(checked, doubts=checked.doubts | _doubts(record))
    except FileFault as fault:
        return Checked(refused=refusal(fault))
    except FileRefused as refused:
        return Checked(refused=refused)


def list_columns(record: VoterImport, *, has_header: bool) -> ColumnsOfFile:
    """The columns to choose from.

    Raises:
        FileRefused: the file cannot be opened as a table.
    """
    try:
        with stored_file(record) as path:
            seen = preview(Upload(path=path, filename=record.filename), record.kind, has_header=has_header)
    except FileFault as fault:
        raise refusal(fault) from fault
    choices = []
    for place, name in enumerate(seen.header):
        samples = [row[place].strip() for row in seen.rows if place < len(row) and row[place].strip()]
        sample = ", ".join(dict.fromkeys(samples[:3]))[:_SHOWN]
        choices.append((name, f"{name} ({sample})" if sample else name))
    return ColumnsOfFile(seen.header, choices, seen.rows)


def count_statuses(record: VoterImport) -> Counter[str]:
    """How often each value of the mapped status column stands in the first rows; empty when none is mapped.

    Raises:
        FileRefused: the file cannot be read.
    """
    try:
        with stored_file(record) as path:
            return count_values(_upload(record, path), ImportKind.VOTERS, "status", rows=_STATUS_ROWS)
    except FileFault as fault:
        raise refusal(fault) from fault


def _upload(record: VoterImport, path: Path) -> Upload:
    return Upload(
        path=path,
        filename=record.filename,
        layout="mapping" if record.mapping else "auto",
        mapping=record.mapping.mapping if record.mapping else None,
    )


def _check_table(record: VoterImport, upload: Upload) -> Checked:
    kind = "voters" if record.kind == ImportKind.ADDRESSES else record.kind
    seen = preview(upload, kind)
    if record.kind == ImportKind.ADDRESSES:
        require_points(upload, state_box(record.chapter.state))
        return Checked(header=seen.header, rows=seen.rows, layout=str(record.get_kind_display()))
    if seen.layout is None and seen.fault is not None:
        return Checked(
            header=seen.header,
            rows=seen.rows,
            refused=refusal(seen.fault),
            needs_mapping=seen.fault.fault in MAPPABLE,
        )
    other = _other_state(seen, record.chapter.state) if record.kind == ImportKind.VOTERS else ""
    label = seen.layout.label if seen.layout is not None else ""
    doubts = {OtherState.doubt.value: other_state(other, record.chapter.state).message} if other else {}
    return Checked(header=seen.header, rows=seen.rows, layout=label, doubts=doubts)


def _doubts(record: VoterImport) -> dict[str, str]:
    """What the record itself makes doubtful: a newer file of the source, and what the last try stopped at."""
    newer = find_newer(record)
    found = {newer.doubt.value: newer.message} if newer is not None else {}
    if record.doubt and record.job is not None and record.job.state == JobState.FAILED:
        found[record.doubt] = record.job.error
    return found


def _other_state(seen: Preview, own: str) -> str:
    """The state that most of the shown rows name, if another."""
    if seen.layout is None or "state" not in seen.layout.columns:
        return ""
    places = seen.layout.positions(seen.columns).get("state", ())
    named = [row[places[0]].strip().upper() for row in seen.rows if places and places[0] < len(row)]
    named = [state for state in named if state]
    others = [state for state in named if state != own]
    return max(others, key=others.count) if len(others) * 2 > len(named) else ""


def _check_boundaries(upload: Upload, state: str) -> Checked:
    text = read_whole(upload)
    doubts = {}
    if len(text) > _CHECKED_WHOLE:
        properties = sample_properties(text)
    else:
        features = read_features(text, mend=False)
        _outside, stopped = find_outside(features, state)
        doubts = {stopped.doubt.value: stopped.message} if stopped is not None else {}
        properties = [dict(feature.properties) for feature in features]
    keys = []
    for key in property_keys(properties):
        samples = [str(each.get(key)) for each in properties[:4]]
        keys.append((key, f"{key} ({', '.join(samples)})"[:_SHOWN]))
    return Checked(keys=keys, layout="GeoJSON", doubts=doubts)
