"""What the columns of a chapter's files of people mean: said once for each header, and known from then on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chapters.models import Chapter, PeopleColumns
from chapters.services import audit
from core.actors import Actor


def mark_of(header: Sequence[str]) -> str:
    """What a header is found by again: its names in order, without case."""
    names = [name.strip().casefold() for name in header]
    return hashlib.sha256(json.dumps(names).encode()).hexdigest()


def find_fields(chapter: Chapter, header: Sequence[str]) -> list[str] | None:
    """What somebody said of a file with these columns; None when nobody has."""
    row = PeopleColumns.objects.filter(chapter=chapter, mark=mark_of(header)).first()
    return list(row.fields) if row is not None else None


@transaction.atomic
def save_fields(
    *, chapter: Chapter, header: Sequence[str], fields: Sequence[str], by: Actor, at: datetime
) -> PeopleColumns:
    """Keep what each column means; what was said of the same header before is replaced."""
    row, _made = PeopleColumns.objects.update_or_create(
        chapter=chapter,
        mark=mark_of(header),
        defaults={"header": list(header), "fields": list(fields), "saved_by_id": by.user_id, "saved_at": at},
    )
    audit.record(
        by=by, verb="chapters.people_columns_named", row=row, detail={"fields": list(fields)},
        summary=lambda: _("Said what the columns of a file of people mean"),
    )  # fmt: skip
    return row
