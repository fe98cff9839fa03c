"""Imports and what they left out."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from core.actors import Actor
from precincts.models import ImportReject, SavedMapping, VoterImport


def list_imports(actor: Actor) -> QuerySet[VoterImport]:
    """The chapter's imports, the newest first."""
    return VoterImport.objects.visible_to(actor).select_related("imported_by", "job", "mapping")


def is_waiting(import_id: int | None, chapter_id: int) -> bool:
    """Whether an uploaded file is there, and not yet imported."""
    records = VoterImport.objects.filter(pk=import_id, chapter_id=chapter_id, finished_at__isnull=True)
    return records.exclude(path="").exists()


def list_mappings(actor: Actor, kind: str) -> QuerySet[SavedMapping]:
    """The saved mappings for one kind of file."""
    return SavedMapping.objects.visible_to(actor).filter(kind=kind)


def list_left_out(record: VoterImport, *, warnings: bool) -> list[dict[str, Any]]:
    """Line and reason of each row that was left out, or (`warnings`) taken in with a doubt."""
    rows = ImportReject.objects.filter(voter_import=record, is_warning=warnings)
    return [{"line": line, "reason": reason} for line, reason in rows.values_list("line", "reason")]
