"""Going through what the chapter's people have written, for the name of somebody whose data are erased."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connection, models

from chapters.models import AuditEvent, Chapter, Erasure, Member
from chapters.naming import list_patterns
from core.people import is_public_record

_OF_OTHERS: dict[str, tuple[str, ...]] = {
    # What other people are called, and where mail reaches them, is theirs though it be the same.
    "chapters.Member": ("note",),
    "chapters.Invitation": (),
    "chapters.Erasure": (),
}
_ADDRESSES = {("chapters.Message", "email")}


def erase_words(erasure: Erasure, patterns: list[str]) -> dict[str, int]:
    """Put the pseudonym where a text of the chapter's tables names the person; returns in how many rows, by table.

    The voter file is the state's and stays as it was published.
    """
    counts: dict[str, int] = {}
    if not patterns:
        return counts
    with connection.cursor() as cursor:
        for model, columns in list_text_columns():
            cursor.execute(
                "SELECT chapters_erase_words(%s, %s, %s, %s)",
                [erasure.pk, model._meta.db_table, columns, "|".join(patterns)],  # noqa: SLF001
            )
            [count] = cursor.fetchone()
            if count:
                counts[model._meta.label] = count  # noqa: SLF001
    return counts


def list_text_columns() -> Iterator[tuple[Any, list[str]]]:
    """The tables of a chapter and the columns that hold free text or JSON."""
    for model in apps.get_models():
        meta = model._meta  # noqa: SLF001 (public by Django's word)
        fields = {field.name: field for field in meta.concrete_fields}
        if (
            "chapter" not in fields
            or fields["chapter"].related_model is not Chapter
            or is_public_record(meta.label)
        ):
            continue
        columns = [
            field.column
            for field in fields.values()
            if isinstance(field, models.CharField | models.TextField | models.JSONField)
            and not field.choices
            and not isinstance(field, models.SlugField)
            and (meta.label, field.name) not in _ADDRESSES
            and field.name in _OF_OTHERS.get(meta.label, (field.name,))
        ]
        if columns:
            yield model, columns


def collect_patterns(member: Member) -> list[str]:
    """Every way the chapter has known the person by: now, before each change, and as rows merged into this one."""
    known: dict[str, list[str]] = {name: [getattr(member, name)] for name in _KNOWN_BY}
    for merge in member.merges.all():
        for name in _KNOWN_BY:
            known[name].append(merge.dropped.get("fields", {}).get(name, ""))
            known[name].append(merge.before.get(name, ""))
    for detail in _list_changes(member):
        for name in _KNOWN_BY:
            known[name] += [value for value in detail.get(name, []) if isinstance(value, str)]
    if member.user:
        known["email"].append(member.user.email)
        first, _space, last = member.user.name.partition(" ")
        known["first_name"].append(first if last else "")
        known["last_name"].append(last)
    return list_patterns(known["first_name"], known["last_name"], known["email"], known["phone"])


_KNOWN_BY = ("first_name", "last_name", "email", "phone")


def _list_changes(member: Member) -> Iterator[dict[str, Any]]:
    rows = AuditEvent.objects.filter(
        chapter=member.chapter_id, row_kind="chapters.member", row_id=str(member.pk),
        verb="chapters.member_changed",
    )  # fmt: skip
    yield from (row.detail for row in rows)
