"""The row that says which file was taken in, by whom, with what permission, and what it did."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chapters.models import Chapter
from core.actors import Actor
from precincts.models import VoterImport
from precincts.services.imports.confirmations import require_fitting_day
from precincts.services.imports.refusals import ReadAnew
from precincts.services.imports.uploads import Upload, fingerprint


def start_import(
    *,
    kind: str,
    upload: Upload,
    chapter: Chapter,
    by: Actor,
    voter_import: VoterImport | None,
    job_id: Any,
) -> VoterImport:
    """The record to write into: the one given, the one this job has already finished, or a new one.

    The one given is read again and locked: another worker may have finished it meanwhile.

    Raises:
        ReadAnew: the one given is no longer this job's to read.
    """
    done = VoterImport.objects.filter(job_id=job_id, finished_at__isnull=False).first() if job_id else None
    if done is not None:
        return done
    if voter_import is not None:
        voter_import = VoterImport.objects.select_for_update(of=("self",)).get(pk=voter_import.pk)
        if voter_import.finished_at is not None:
            return voter_import
        require_latest_try(voter_import, job_id)
    record = voter_import or VoterImport(chapter=chapter, kind=kind, imported_by_id=by.user_id)
    record.filename = upload.filename[:200]
    record.sha256 = fingerprint(upload.path)
    record.mapping_id = upload.mapping_id
    record.source = upload.source[:200]
    record.obtained_on = upload.obtained_on
    record.permitted_use = upload.permitted_use[:300]
    record.job_id = job_id
    record.warnings = []
    require_fitting_day(upload, chapter=chapter, record=record)
    record.save()
    return record


def require_latest_try(record: VoterImport, job_id: Any) -> None:
    """Only the job that was asked for last may read an upload; saying its columns anew ends what was asked before.

    Raises:
        ReadAnew: another one was, or the next one is still to be asked for.
    """
    if record.job_id != job_id:
        raise ReadAnew(
            _(
                "Since this was asked for, somebody has said anew how the file is read, or has tried it again."
            ),
            hint=_("Go on with the file on its own page."),
        )


def finish_import(record: VoterImport, *, counts: Any, layout: str = "") -> None:
    """Write what it did; the caller's transaction makes it true."""
    record.counts = asdict(counts)
    record.layout = layout[:60]
    record.finished_at = timezone.now()
    record.save()
