"""A chapter's people as a CSV file: columns found by their names, each row read or refused with its reason."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chapters.enums import MemberKind, Standing
from core.dates import read_date
from core.words import Saying, say

MAX_BYTES = 5_000_000
MAX_ROWS = 20_000

# Names a column may have, in lower case; the first is how our own export calls it.
COLUMNS: dict[str, tuple[str, ...]] = {
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
_LONGEST = {"first_name": 80, "last_name": 80, "phone": 30, "address": 200, "language": 8}


class _Said(ValueError):
    """An error with its words as `core.words` keeps them, for a job's page is read in another language, too."""

    def __init__(self, saying: Saying) -> None:
        super().__init__(saying)
        self.saying = saying

    def __str__(self) -> str:
        return say(self.saying)


class UnreadableFile(_Said):
    """The file is not a CSV of people; the message says why."""


class UnusableRow(_Said):
    """A row cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One row that can be used: only columns that the file has and that are filled."""

    line: int
    values: dict[str, object]


@dataclass(frozen=True, slots=True)
class Refusal:
    """One row that cannot be used, with the line it begins on and the reason."""

    line: int
    saying: Saying

    @property
    def reason(self) -> str:
        """The reason in the language in force."""
        return say(self.saying)


@dataclass(slots=True)
class PeopleFile:
    """What a file says.

    Attributes:
        columns: field name to the column's own name, in the file's order.
        unused: columns nobody asked for.
    """

    columns: dict[str, str]
    unused: list[str]
    rows: list[PersonRow] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


def read_people(content: bytes) -> PeopleFile:
    """Read a file; UTF-8 (with or without mark) or Latin-1, with comma, semicolon or tab.

    Raises:
        UnreadableFile: too big, not text, no header with a first name, or no rows.
    """
    if len(content) > MAX_BYTES:
        raise UnreadableFile(gettext_lazy("The file is larger than 5 MB. Split it in two."))
    if b"\x00" in content:
        raise UnreadableFile(gettext_lazy("This is not a text file. Save the table as CSV and try again."))
    text = _decode(content)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        header = next(reader, None)
        if header is None or not any(name.strip() for name in header):
            raise UnreadableFile(gettext_lazy("The file is empty."))
        people, places = _read_header(header)
        _read_rows(reader, people, places, len(header))
    except csv.Error as error:
        raise UnreadableFile(partial(_say_broken, reader.line_num, str(error))) from error
    if not people.rows and not people.refused:
        raise UnreadableFile(gettext_lazy("The file has a header and no rows."))
    return people


def _say_broken(line: int, error: str) -> str:
    return _("Line %(line)d cannot be read as CSV: %(error)s.") % {"line": line, "error": error}


def _decode(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _delimiter(text: str) -> str:
    first = text.split("\n", 1)[0]
    return max(",;\t", key=first.count)


def _read_header(header: Sequence[str]) -> tuple[PeopleFile, dict[int, str]]:
    named = {name: field_name for field_name, names in COLUMNS.items() for name in (*names, field_name)}
    places: dict[int, str] = {}
    people = PeopleFile(columns={}, unused=[])
    for place, title in enumerate(header):
        field_name = named.get(title.strip().lower())
        if field_name is None or field_name in people.columns:
            people.unused.append(title.strip())
        else:
            places[place] = field_name
            people.columns[field_name] = title.strip()
    if "first_name" not in people.columns:
        raise UnreadableFile(
            lambda: (
                _("No column is called “First name”. The first line must name the columns; found: %(found)s.")
                % {"found": ", ".join(name.strip() for name in header)[:200]}
            )
        )
    return people, places


def _read_rows(reader: Iterable[list[str]], people: PeopleFile, places: dict[int, str], width: int) -> None:
    seen: dict[str, int] = {}
    for cells in reader:
        line = reader.line_num  # type: ignore[attr-defined]
        if not any(cell.strip() for cell in cells):
            continue
        if len(people.rows) + len(people.refused) >= MAX_ROWS:
            raise UnreadableFile(gettext_lazy("The file has more than 20,000 rows. Split it in two."))
        if len(cells) > width:
            people.refused.append(Refusal(line, gettext_lazy("more cells than the header has columns")))
            continue
        raw = {name: cells[place].strip() for place, name in places.items() if place < len(cells)}
        try:
            values = _read_values(raw)
            _require_new(str(values.get("email", "")), line, seen)
        except UnusableRow as error:
            people.refused.append(Refusal(line, error.saying))
        else:
            people.rows.append(PersonRow(line, values))


def _require_new(email: str, line: int, seen: dict[str, int]) -> None:
    if email and email in seen:
        words = {"email": email, "line": seen[email]}
        raise UnusableRow(lambda: _("the e-mail %(email)s stands in line %(line)d already") % words)
    seen[email] = line


def _read_values(raw: dict[str, str]) -> dict[str, object]:
    """The filled cells as values of a member.

    Raises:
        UnusableRow: one of them cannot be; the message names it.
    """
    if not raw.get("first_name"):
        raise UnusableRow(gettext_lazy("no first name"))
    values: dict[str, object] = {name: _unguard(text) for name, text in raw.items() if text}
    for name, longest in _LONGEST.items():
        if len(str(values.get(name, ""))) > longest:
            raise UnusableRow(partial(_say_too_long, name, longest))
    if "email" in values:
        values["email"] = _read_email(str(values["email"]))
    if "since" in values:
        values["since"] = _read_date(str(values["since"]))
    if "kind" in values:
        values["kind"] = _read_choice(str(values["kind"]), MemberKind)
    if "standing" in values:
        values["standing"] = _read_choice(str(values["standing"]), Standing)
    return values


def _say_too_long(name: str, longest: int) -> str:
    return _("“%(column)s” is longer than %(count)d letters") % {"column": name, "count": longest}


def _unguard(text: str) -> str:
    """Our own export puts an apostrophe before what a spreadsheet would take for a formula."""
    return text[1:] if len(text) > 1 and text[0] == "'" and text[1] in "=+-@" else text


def _read_email(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError:
        raise UnusableRow(lambda: _("“%(text)s” is not an e-mail address") % {"text": text[:80]}) from None
    return text.lower()


def _read_date(text: str) -> date:
    found = read_date(text, short_years=True)
    if found is None:
        raise UnusableRow(
            lambda: _("“%(text)s” is not a date such as 2024-05-31 or 5/31/2024") % {"text": text[:40]}
        )
    return found


def _read_choice(text: str, choices: type[MemberKind] | type[Standing]) -> str:
    wanted = text.strip().lower()
    for choice in choices:
        if wanted in (choice.value, str(choice.label).lower()):
            return str(choice.value)
    raise UnusableRow(
        lambda: (
            _("“%(text)s” is none of: %(choices)s")
            % {"text": text[:40], "choices": ", ".join(str(label) for label in choices.labels)}
        )
    )
