"""A chapter's people as a CSV file: how its columns may be called, and what each row says of a person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chapters.enums import MemberKind, Standing
from core.one_line import one_line
from core.table_files import (
    Refusal,
    TableFile,
    TableRow,
    UnusableRow,
    name_fields,
    read_choice,
    read_day,
    read_head,
    read_table,
    require_fit,
)

COLUMNS: dict[str, tuple[str, ...]] = {
    "full_name": ("name", "full name", "nombre completo", "nombre y apellidos"),
    "first_name": ("first name", "first", "given name", "nombre"),
    "last_name": ("last name", "last", "surname", "family name", "apellido", "apellidos"),
    "email": ("e-mail", "email", "email address", "e-mail address", "mail", "correo", "correo electrónico"),
    "phone": ("phone", "phone number", "mobile", "cell", "telephone", "teléfono"),
    "address": ("address", "street address", "dirección"),
    "language": ("language", "idioma"),
    "kind": ("kind", "type", "tipo"),
    "standing": ("standing", "membership", "status", "estado"),
    "since": ("since", "member since", "joined", "join date", "desde"),
    "note": ("note", "notes", "nota", "notas"),
}
FULL_NAME = "full_name"
_LONGEST = {
    "first_name": 80,
    "last_name": 80,
    "email": 254,
    "phone": 30,
    "address": 200,
    "language": 8,
    "note": 5000,
}


def read_people(content: bytes, fields: Sequence[str] | None = None) -> TableFile:
    """Read a file of people; of rows with one e-mail the first counts.

    Args:
        fields: what each column means, in order; else the columns' names say it.

    Raises:
        UnreadableFile: what `read_table` raises; a column for the first name, or for the whole one, is needed.
    """
    meant = fields if fields is not None else name_fields(read_head(content)[0], COLUMNS)
    needed = {} if FULL_NAME in meant else {"first_name": gettext_lazy("First name")}
    people = read_table(content, names=COLUMNS, needed=needed, read=_read_person, fields=fields)
    seen: dict[str, int] = {}
    rows: list[TableRow] = []
    for row in people.rows:
        email = str(row.values.get("email", ""))
        first = seen.setdefault(email, row.line) if email else row.line
        if first == row.line:
            rows.append(row)
        else:
            people.refused.append(_refuse_second(row.line, email, first))
    people.rows = rows
    people.refused.sort(key=lambda refusal: refusal.line)
    return people


def _refuse_second(line: int, email: str, first: int) -> Refusal:
    words = {"email": email, "line": first}
    return Refusal(line, lambda: _("the e-mail %(email)s stands in line %(line)d already") % words)


def _read_person(cells: dict[str, str]) -> dict[str, Any]:
    """The cells as values of a member.

    Raises:
        UnusableRow: one of them cannot be; the message names it.
    """
    cells = {name: text if name == "note" else one_line(text, len(text) + 1) for name, text in cells.items()}
    cells = _split_name(cells)
    if not cells.get("first_name"):
        raise UnusableRow(gettext_lazy("no first name"))
    require_fit(cells, _LONGEST)
    values: dict[str, Any] = dict(cells)
    if "email" in cells:
        values["email"] = _read_email(cells["email"])
    if "since" in cells:
        values["since"] = read_day(cells["since"])
    if "kind" in cells:
        values["kind"] = read_choice(cells["kind"], MemberKind)
    if "standing" in cells:
        values["standing"] = read_choice(cells["standing"], Standing)
    return values


def _split_name(cells: dict[str, str]) -> dict[str, str]:
    """A whole name as first and last, where the file has no columns for these: “Ann Young” or “Young, Ann”."""
    whole = cells.pop(FULL_NAME, "")
    if not whole or "first_name" in cells:
        return cells
    last, comma, first = (part.strip() for part in whole.partition(","))
    if not (comma and first):
        first, _space, last = whole.rpartition(" ") if " " in whole else (whole, "", "")
    return cells | {"first_name": first} | ({"last_name": last} if last else {})


def _read_email(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError:
        raise UnusableRow(lambda: _("“%(text)s” is not an e-mail address") % {"text": text[:80]}) from None
    return text.lower()
