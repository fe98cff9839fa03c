"""An uploaded file before it is imported: kept, read by a mapping, started, or thrown away."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chapters.enums import OPEN_JOB_STATES
from chapters.models import Chapter, Job
from chapters.services import audit
from chapters.services.jobs import start_job
from core.actors import Actor
from core.errors import DomainError
from core.files import keep_upload as keep_file
from precincts.enums import ImportKind
from precincts.models import SavedMapping, VoterImport
from precincts.services.imports.jobs import JOB_KINDS, forget_upload
from precincts.services.imports.refusals import refusal
from precincts.services.imports.staging import execute
from precincts.voterfile.faults import FileFault
from precincts.voterfile.mapping import layout_from_mapping


class ImportAlreadyBegun(DomainError):
    """The file is being imported, or was."""


@transaction.atomic
def keep_upload(
    *,
    chapter: Chapter,
    kind: ImportKind,
    file: File[bytes],
    source: str,
    obtained_on: date | None,
    permitted_use: str,
    by: Actor,
) -> VoterImport:
    """Keep an uploaded file in private storage, streamed, until it is imported."""
    name = (file.name or "upload").replace("\\", "/").rsplit("/", 1)[-1][:200]
    path = keep_file(file, "imports", chapter.pk)
    record = VoterImport.objects.create(
        chapter=chapter,
        kind=kind,
        filename=name,
        path=path,
        source=source,
        obtained_on=obtained_on,
        permitted_use=permitted_use,
        imported_by_id=by.user_id,
    )
    audit.record(
        by=by,
        verb="precincts.file_uploaded",
        row=record,
        summary=lambda: _("Uploaded %(file)s") % {"file": name},
    )
    return record


@transaction.atomic
def save_mapping(*, record: VoterImport, name: str, mapping: Mapping[str, Any], by: Actor) -> SavedMapping:
    """Save how the columns of a source are read, under its name, and read this file by it.

    Raises:
        FileRefused: the mapping lacks what it needs.
        ImportAlreadyBegun: the file is being imported, or was.
    """
    record = _lock_waiting(record)
    kind = ImportKind(record.kind)
    try:
        layout_from_mapping(mapping, kind=kind)
    except FileFault as fault:
        raise refusal(fault) from fault
    saved, _made = SavedMapping.objects.update_or_create(
        chapter_id=record.chapter_id,
        kind=kind,
        name=name,
        defaults={"mapping": dict(mapping), "saved_by_id": by.user_id},
    )
    _read_by(record, saved)
    return saved


@transaction.atomic
def use_mapping(*, record: VoterImport, mapping: SavedMapping | None, by: Actor) -> None:
    """Read the file by a saved mapping, or (None) by its header again.

    Raises:
        ImportAlreadyBegun: the file is being imported, or was.
    """
    record = _lock_waiting(record)
    _read_by(record, mapping)


@transaction.atomic
def name_elections(*, record: VoterImport, elections: Mapping[str, Mapping[str, str]], by: Actor) -> None:
    """Keep which elections a file's labels stand for, as in a mapping; the import makes them, with their labels.

    Later files of the chapter are then read without a question.

    Raises:
        ImportAlreadyBegun: the file is being imported, or was.
    """
    record = _lock_waiting(record)
    record.elections = {label: dict(says) for label, says in elections.items()}
    record.save(update_fields=["elections"])
    if set(record.unknown_labels) <= set(elections):
        _read_by(record, record.mapping)


@transaction.atomic
def begin_import(
    *,
    record: VoterImport,
    by: Actor,
    accepted: Collection[str] = (),
    key: str = "",
    county_key: str = "",
    held_on: date | None = None,
    election_kind: str = "",
) -> Job:
    """Import the uploaded file in the background; while it is being imported (a double click), the same job.

    Args:
        accepted: the doubts that are confirmed, by the values of `ImportDoubt`; those confirmed for the
            last try of the same reading stay confirmed.
        key: for boundaries, the property that holds the precinct's code.
        county_key: for boundaries, the property that holds the county, if any.
        held_on, election_kind: for ballots returned so far, the election they are of.

    Raises:
        ImportAlreadyBegun: it was imported.
    """
    running = _find_running(record) or _find_running(_lock(record))
    if running is not None:
        return running
    record = _lock_waiting(record)
    params: dict[str, Any] = {
        "import_id": record.pk,
        "layout": "mapping" if record.mapping else "auto",
        "mapping": record.mapping.mapping if record.mapping else None,
        "accepted": sorted({*accepted, *_accepted_before(record)}),
        "key": key,
        "county_key": county_key,
        "held_on": held_on.isoformat() if held_on else "",
        "election_kind": election_kind,
    }
    job = start_job(
        kind=JOB_KINDS[ImportKind(record.kind)],
        chapter=record.chapter,
        params=params,
        by=by,
        title=lambda: _("Import %(file)s") % {"file": record.filename},
    )
    record.job, record.doubt = job, ""
    record.save(update_fields=["job", "doubt"])
    return job


def _accepted_before(record: VoterImport) -> list[str]:
    return list(record.job.params.get("accepted", ())) if record.job is not None else []


@transaction.atomic
def discard_upload(*, record: VoterImport, by: Actor) -> None:
    """Throw away a file that was not imported.

    Raises:
        ImportAlreadyBegun: it is being imported, or was.
    """
    record = _lock_waiting(record)
    audit.record(
        by=by,
        verb="precincts.file_discarded",
        row=record,
        summary=lambda: _("Discarded %(file)s") % {"file": record.filename},
    )
    forget_upload(record)
    # Not `delete()`, which would look for changes to take along in a table that only ever grows.
    execute("DELETE FROM precincts_voterimport WHERE id = %(id)s", {"id": record.pk})


def _read_by(record: VoterImport, mapping: SavedMapping | None) -> None:
    """Read a file anew: what the last try stopped at, and what was confirmed for it, is over."""
    record.mapping, record.job, record.doubt = mapping, None, ""
    record.save(update_fields=["mapping", "job", "doubt"])


def _lock(record: VoterImport) -> VoterImport:
    rows = VoterImport.objects.select_for_update(of=("self",)).select_related("job", "mapping", "chapter")
    return rows.get(pk=record.pk)


def _find_running(record: VoterImport) -> Job | None:
    """The job that imports the file. Asked before its row is locked: an import holds that until it is done."""
    jobs = VoterImport.objects.filter(pk=record.pk).values("job")
    return Job.objects.filter(pk__in=jobs, state__in=OPEN_JOB_STATES).first()


def _lock_waiting(record: VoterImport) -> VoterImport:
    if _find_running(record) is None:
        locked = _lock(record)
        if locked.finished_at is None and _find_running(locked) is None:
            return locked
    raise ImportAlreadyBegun(
        _("This file is being imported, or was."), hint=_("Upload it again to import it anew.")
    )
