"""What a person must see of an uploaded file before it is imported."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from precincts.enums import ImportKind
from precincts.geojson import property_keys, read_features
from precincts.models import VoterImport
from precincts.services.imports.boundaries import read_whole
from precincts.services.imports.jobs import stored_file
from precincts.services.imports.refusals import FileRefused, refusal
from precincts.services.imports.uploads import Preview, Upload, preview
from precincts.voterfile.faults import Fault, FileFault

MAPPABLE = (Fault.LAYOUT_UNKNOWN, Fault.COLUMNS_MISSING)
_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Checked:
    """A look at an upload.

    Attributes:
        layout: by which layout it will be read; "" while nobody knows.
        refused: why it cannot be imported as it is.
        needs_mapping: a person must say which column is which.
        other_state: the state most of the first rows name, when it is not the chapter's.
        keys: for boundaries, the properties to choose from, with samples.
    """

    header: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    layout: str = ""
    refused: FileRefused | None = None
    needs_mapping: bool = False
    other_state: str = ""
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
            if record.kind == ImportKind.BOUNDARIES:
                return _check_boundaries(upload)
            return _check_table(record, upload)
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
            seen = preview(Upload(path=path, filename=record.filename), "voters", has_header=has_header)
    except FileFault as fault:
        raise refusal(fault) from fault
    choices = []
    for place, name in enumerate(seen.header):
        samples = [row[place].strip() for row in seen.rows if place < len(row) and row[place].strip()]
        sample = ", ".join(dict.fromkeys(samples[:3]))[:_SHOWN]
        choices.append((name, f"{name} ({sample})" if sample else name))
    return ColumnsOfFile(seen.header, choices, seen.rows)


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
    return Checked(header=seen.header, rows=seen.rows, layout=label, other_state=other)


def _other_state(seen: Preview, own: str) -> str:
    """The state that most of the shown rows name, if another."""
    if seen.layout is None or "state" not in seen.layout.columns:
        return ""
    places = seen.layout.positions(seen.columns).get("state", ())
    named = [row[places[0]].strip().upper() for row in seen.rows if places and places[0] < len(row)]
    named = [state for state in named if state]
    others = [state for state in named if state != own]
    return max(others, key=others.count) if len(others) * 2 > len(named) else ""


def _check_boundaries(upload: Upload) -> Checked:
    features = read_features(read_whole(upload))
    keys = []
    for key in property_keys(features):
        samples = [str((feature.get("properties") or {}).get(key)) for feature in features[:4]]
        keys.append((key, f"{key} ({', '.join(samples)})"[:_SHOWN]))
    return Checked(keys=keys, layout="GeoJSON")
