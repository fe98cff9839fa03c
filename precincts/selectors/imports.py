"""Imports and what they left out."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from core.actors import Actor
from core.http import chapter_url
from precincts.models import ImportReject, SavedMapping, VoterImport


def list_imports(actor: Actor) -> QuerySet[VoterImport]:
    """The chapter's imports, the newest first."""
    return VoterImport.objects.visible_to(actor).select_related("imported_by", "job", "mapping", "election")


def get_page_of(record: VoterImport) -> str:
    """Where to go on with a file: its report, its running job, or the page before it is imported."""
    if record.finished_at is not None:
        return chapter_url("precincts:import_report", import_id=record.pk)
    if record.job is not None and record.job.is_open:
        return chapter_url("chapters:job", job_id=record.job_id)
    return chapter_url("precincts:check_import", import_id=record.pk)


def get_page_of_upload(import_id: int | None, chapter_id: int) -> str:
    """The same for an uploaded file by its id; "" once neither its bytes nor its report are there."""
    record = VoterImport.objects.select_related("job").filter(pk=import_id, chapter_id=chapter_id).first()
    if record is None or (record.finished_at is None and not record.path):
        return ""
    return get_page_of(record)


def list_mappings(actor: Actor, kind: str) -> QuerySet[SavedMapping]:
    """The saved mappings for one kind of file."""
    return SavedMapping.objects.visible_to(actor).filter(kind=kind)


def list_left_out(record: VoterImport, *, warnings: bool) -> list[dict[str, Any]]:
    """Line and reason of each row that was left out, or (`warnings`) taken in with a doubt."""
    rows = ImportReject.objects.filter(voter_import=record, is_warning=warnings)
    return [{"line": row.line, "reason": row.reason} for row in rows]
