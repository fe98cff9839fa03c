"""Imports as slow work: what a worker runs, and what a command runs in its own process."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chapters.models import Chapter, Job
from core.files import private_storage
from core.jobs import JobRun
from precincts.enums import ImportKind
from precincts.models import VoterImport
from precincts.services.imports.addresses import import_addresses
from precincts.services.imports.boundaries import import_boundaries
from precincts.services.imports.history import import_history
from precincts.services.imports.records import require_latest_try
from precincts.services.imports.refusals import (
    FileRefused,
    NeedsConfirmation,
    ReadAnew,
    UnknownLabels,
    refusal,
)
from precincts.services.imports.returned import import_returned
from precincts.services.imports.uploads import Upload
from precincts.services.imports.voters import import_voters
from precincts.voterfile.faults import FileFault

JOB_KINDS = {
    ImportKind.VOTERS: "precincts.import_voters",
    ImportKind.HISTORY: "precincts.import_history",
    ImportKind.ADDRESSES: "precincts.import_addresses",
    ImportKind.BOUNDARIES: "precincts.import_boundaries",
    ImportKind.RETURNED: "precincts.import_returned",
}

Importer = Callable[..., VoterImport]


class FileIsGone(FileRefused):
    """The file that was to be imported is no longer where it was."""


def run_voters(run: JobRun) -> dict[str, Any]:
    return _run(run, partial(import_voters, progress=run.progress))


def run_history(run: JobRun) -> dict[str, Any]:
    return _run(run, partial(import_history, progress=run.progress))


def run_addresses(run: JobRun) -> dict[str, Any]:
    return _run(run, partial(import_addresses, progress=run.progress))


def run_boundaries(run: JobRun) -> dict[str, Any]:
    keys = {name: run.params.get(name, "") for name in ("key", "county_key")}
    return _run(run, partial(import_boundaries, progress=run.progress, **keys))


def run_returned(run: JobRun) -> dict[str, Any]:
    held_on, kind = (str(run.params.get(name) or "") for name in ("held_on", "election_kind"))
    return _run(run, partial(import_returned, progress=run.progress, held_on=held_on, election_kind=kind))


def _run(run: JobRun, importer: Importer) -> dict[str, Any]:
    """Take in the uploaded file `import_id`, or the file at `path` of a command.

    Raises:
        FileRefused: with the words for what is wrong with the file.
    """
    chapter = Chapter.objects.get(pk=run.chapter_id)
    record = VoterImport.objects.filter(chapter=chapter, pk=run.params.get("import_id")).first()
    finished = VoterImport.objects.filter(job_id=run.job_id, finished_at__isnull=False).first()
    if finished is not None:
        forget_upload(finished)
        return {"import_id": finished.pk, **finished.counts}
    try:
        with _local_upload(run.params, record) as upload:
            record = importer(
                upload=upload, chapter=chapter, by=run.actor, voter_import=record, job_id=run.job_id
            )
    except FileFault as fault:
        raise refusal(fault) from fault
    except NeedsConfirmation as stopped:
        if record is not None:
            _keep_doubt(record, stopped)
        raise
    forget_upload(record)
    return {"import_id": record.pk, **record.counts}


def require_same_reading(job: Job) -> None:
    """Refuse to import an uploaded file again as it was asked for once it is read otherwise.

    Raises:
        FileIsGone: it was discarded.
        ReadAnew: its columns or elections were said anew since, or it was tried again.
    """
    import_id = job.params.get("import_id")
    if import_id is None:
        return
    record = (
        VoterImport.objects.select_related("mapping").filter(chapter_id=job.chapter_id, pk=import_id).first()
    )
    if record is None:
        raise _discarded()
    require_latest_try(record, job.pk)
    if job.params.get("mapping") != (record.mapping.mapping if record.mapping is not None else None):
        raise ReadAnew(
            _("Since this was asked for, the columns of its source were said anew."),
            hint=_("Go on with the file on its own page."),
        )


def _discarded() -> FileIsGone:
    return FileIsGone(_("The uploaded file was discarded."), hint=_("Upload it again."))


def _keep_doubt(record: VoterImport, stopped: NeedsConfirmation) -> None:
    """Let the file's page ask what the import stopped at; what the import had written is taken back by now."""
    labels = stopped.labels if isinstance(stopped, UnknownLabels) else {}
    VoterImport.objects.filter(pk=record.pk).update(doubt=stopped.doubt, unknown_labels=labels)


def forget_upload(record: VoterImport) -> None:
    """Delete the uploaded bytes: once taken in, or when nobody wants them, no copy of the file is kept."""
    if not record.path:
        return
    path, record.path = record.path, ""
    record.save(update_fields=["path"])
    transaction.on_commit(lambda: private_storage().delete(path))


@contextmanager
def _local_upload(params: dict[str, Any], record: VoterImport | None) -> Iterator[Upload]:
    """The file as a path on this machine, with everything that is said of it."""
    said: dict[str, Any] = {
        "layout": params.get("layout") or "auto",
        "mapping": params.get("mapping"),
        "accepted": frozenset(params.get("accepted") or ()),
    }
    if record is None and params.get("import_id"):
        raise _discarded()
    if record is None:
        path = Path(params["path"])
        if not path.is_file():
            raise FileIsGone(lambda: _("There is no file %(path)s.") % {"path": path})
        obtained = params.get("obtained_on")
        yield Upload(
            path=path,
            filename=params.get("filename") or path.name,
            source=params.get("source") or "",
            permitted_use=params.get("permitted_use") or "",
            obtained_on=date.fromisoformat(obtained) if obtained else None,
            **said,
        )
        return
    upload = Upload(
        path=Path(),
        filename=record.filename,
        source=record.source,
        permitted_use=record.permitted_use,
        obtained_on=record.obtained_on,
        mapping_id=record.mapping_id,
        elections=record.elections,
        **said,
    )
    with stored_file(record) as path:
        yield replace(upload, path=path)


@contextmanager
def stored_file(record: VoterImport) -> Iterator[Path]:
    """An uploaded file's path on this machine; fetched for the while where the storage is elsewhere.

    Raises:
        FileIsGone: it was deleted.
    """
    storage = private_storage()
    if not record.path or not storage.exists(record.path):
        raise FileIsGone(_("The uploaded file is no longer here."), hint=_("Upload it again."))
    try:
        path = Path(storage.path(record.path))
    except NotImplementedError:
        with tempfile.NamedTemporaryFile() as copy, storage.open(record.path) as stream:
            shutil.copyfileobj(stream, copy, 1024 * 1024)
            copy.flush()
            yield Path(copy.name)
        return
    yield path
