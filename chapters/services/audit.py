"""The log of who did what: every service that changes, exports or reads in bulk adds one line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.utils.translation import gettext

from chapters.models import AuditEvent, Chapter
from core import tenancy
from core.actors import Actor
from core.words import Saying, in_all_languages


def record(
    *,
    by: Actor,
    verb: str,
    summary: Saying,
    row: models.Model | None = None,
    detail: dict[str, Any] | None = None,
    rows: int | None = None,
    chapter: Chapter | None = None,
) -> AuditEvent:
    """Add one line to the log, in the caller's transaction.

    Args:
        verb: machine name of what was done, `app.noun_verb` ("chapters.role_given").
        summary: the same in words, at most 300 characters; `core.words` says how it reaches readers of
            each language.
        row: the row it was done to.
        detail: what changed; plain JSON, no secrets.
        rows: how many rows were read, changed or taken out, for bulk work.
        chapter: where it belongs; else the row's chapter, the actor's, or the one in scope.
    """
    return AuditEvent.objects.create(
        chapter_id=_chapter_id(by, row, chapter),
        actor_kind=by.kind,
        actor_user_id=by.user_id,
        actor_label=by.label[:200],
        verb=verb,
        row_kind=row._meta.label_lower if row is not None else "",  # noqa: SLF001 (public by Django's word)
        row_id=str(row.pk) if row is not None else "",
        summaries=in_all_languages(summary, longest=300),
        detail=detail or {},
        rows=rows,
    )


def log_export(
    *, by: Actor, what: str, says: Saying, count: int, detail: dict[str, Any] | None = None
) -> AuditEvent:
    """Log that somebody took `count` rows of `what` ("members", "roster") out of the system.

    Args:
        says: what they were, in words.
        detail: what was asked for, as the address said it.
    """
    asked = {_storable(name): _storable(value) for name, value in (detail or {}).items()}

    def words() -> str:
        return gettext("Took out %(count)d rows: %(what)s") % {"count": count, "what": says}

    return record(by=by, verb=f"export.{what}", summary=words, rows=count, detail=asked)


def _storable(value: Any) -> Any:
    """Text without NUL, which the database cannot hold; anything else as it is."""
    return value.replace("\0", "") if isinstance(value, str) else value


def name_fields(row: models.Model, names: Iterable[str]) -> str:
    """The words for some of a row's fields, in the language in force, with commas between."""
    fields = (row._meta.get_field(name) for name in sorted(names))  # noqa: SLF001 (public by Django's word)
    return ", ".join(str(getattr(field, "verbose_name", field.name)) for field in fields)


def _chapter_id(by: Actor, row: models.Model | None, chapter: Chapter | None) -> int | None:
    if chapter is not None:
        return chapter.pk
    if isinstance(row, Chapter):
        return row.pk
    of_row = getattr(row, "chapter_id", None)
    if of_row is not None:
        return int(of_row)
    if by.chapter_id is not None:
        return by.chapter_id
    opened = tenancy.current_or_none()
    return opened.chapter_id if opened is not None else None
