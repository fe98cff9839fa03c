"""Small tables that people bring as CSV: columns found by their names, each row read or refused with its reason.

These are a chapter's own, a few thousand rows; what a state publishes has a reader of its own.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any, Generic, TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.dates import read_date
from core.errors import DomainError
from core.words import Saying, say

Added = TypeVar("Added")
Changed = TypeVar("Changed")

MAX_BYTES = 5_000_000
MAX_ROWS = 20_000
_MOST = 1_000_000
_SAMPLE = 10

Names = Mapping[str, Sequence[str]]
"""Field -> the names its column may have, in lower case; the first is how our own export calls it."""

Read = Callable[[dict[str, str]], dict[str, Any]]
"""From a row's filled cells to its values; an `UnusableRow` refuses the row."""


class _Said(ValueError):
    """An error with its words as `core.words` keeps them, for a job's page is read in another language, too."""

    def __init__(self, saying: Saying) -> None:
        super().__init__(saying)
        self.saying = saying

    def __str__(self) -> str:
        return say(self.saying)


class UnreadableFile(_Said):
    """The file is not the table asked for; the message says why."""


class UnusableRow(_Said):
    """A row cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row that can be used: only columns that the file has and that are filled."""

    line: int
    values: dict[str, Any]


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
class TableFile:
    """What a file says.

    Attributes:
        columns: field name to the column's own name, in the file's order.
        unused: columns nobody asked for.
    """

    columns: dict[str, str]
    unused: list[str]
    rows: list[TableRow] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)

    @property
    def sample(self) -> list[list[Any]]:
        """The first rows as they are understood, a value for each of `columns`."""
        return [[row.values.get(name, "") for name in self.columns] for row in self.rows[:_SAMPLE]]


@dataclass(slots=True)
class TablePlan(Generic[Added, Changed]):
    """What importing a file would do with its rows; those of `changed` carry their new values."""

    added: list[Added] = field(default_factory=list)
    changed: list[Changed] = field(default_factory=list)
    unchanged: int = 0
    refused: list[Refusal] = field(default_factory=list)


class WrongTable(DomainError):
    """The file cannot be imported at all."""


def read_given(content: bytes, read: Callable[[bytes], TableFile]) -> TableFile:
    """The rows of a file that somebody brought.

    Raises:
        WrongTable: it is not the table asked for.
    """
    try:
        return read(content)
    except UnreadableFile as error:
        raise WrongTable(error.saying, hint=gettext_lazy("Nothing was imported.")) from error


def read_table(
    content: bytes,
    *,
    names: Names,
    needed: Mapping[str, Any],
    read: Read,
    fields: Sequence[str] | None = None,
) -> TableFile:
    """Read a file; UTF-8 (with or without mark) or Latin-1, with comma, semicolon or tab.

    Args:
        needed: fields without whose columns the file is another one, and what their columns are called.
        fields: what each column means, in order, "" for one that is left out; else the columns' names say it.

    Raises:
        UnreadableFile: too big, not text, a column missing, or no rows.
    """
    reader = _open(content)
    try:
        header = _next_header(reader)
        table, places = _read_header(header, names, needed, fields)
        _read_rows(reader, table, places, len(header), read)
    except csv.Error as error:
        raise UnreadableFile(partial(_say_broken, reader.line_num, str(error))) from error
    if not table.rows and not table.refused:
        raise UnreadableFile(gettext_lazy("The file has a header and no rows."))
    return table


def read_head(content: bytes, rows: int = 3) -> tuple[list[str], list[list[str]]]:
    """The names of a file's columns, and its first rows as they stand there.

    Raises:
        UnreadableFile: too big, not text, empty, or no CSV.
    """
    reader = _open(content)
    try:
        header = [name.strip() for name in _next_header(reader)]
        filled = (cells for cells in reader if any(cell.strip() for cell in cells))
        return header, [cells for cells, _number in zip(filled, range(rows), strict=False)]
    except csv.Error as error:
        raise UnreadableFile(partial(_say_broken, reader.line_num, str(error))) from error


def name_fields(header: Sequence[str], names: Names) -> list[str]:
    """What each column means by its name, "" where no name says it; each field once."""
    named = _by_title(names)
    found: list[str] = []
    for title in header:
        field_name = named.get(title.strip().lower(), "")
        found.append("" if field_name in found else field_name)
    return found


def _open(content: bytes) -> Any:
    if len(content) > MAX_BYTES:
        raise UnreadableFile(gettext_lazy("The file is larger than 5 MB. Split it in two."))
    if b"\x00" in content:
        raise UnreadableFile(gettext_lazy("This is not a text file. Save the table as CSV and try again."))
    text = _decode(content)
    return csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)


def _next_header(reader: Any) -> list[str]:
    header: list[str] | None = next(reader, None)
    if header is None or not any(name.strip() for name in header):
        raise UnreadableFile(gettext_lazy("The file is empty."))
    return header


def _by_title(names: Names) -> dict[str, str]:
    return {title: field_name for field_name, titles in names.items() for title in (*titles, field_name)}


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


def _read_header(
    header: Sequence[str], names: Names, needed: Mapping[str, Any], fields: Sequence[str] | None
) -> tuple[TableFile, dict[int, str]]:
    if fields is not None and len(fields) != len(header):
        raise UnreadableFile(gettext_lazy("The file has other columns than those that were named."))
    places: dict[int, str] = {}
    table = TableFile(columns={}, unused=[])
    meant = name_fields(header, names) if fields is None else fields
    for place, (title, field_name) in enumerate(zip(header, meant, strict=True)):
        if not field_name or field_name in table.columns:
            table.unused.append(title.strip())
        else:
            places[place] = field_name
            table.columns[field_name] = title.strip()
    missing = next((title for name, title in needed.items() if name not in table.columns), None)
    if missing is not None:
        raise UnreadableFile(partial(_say_missing, missing, header))
    return table, places


def _say_missing(title: Any, header: Sequence[str]) -> str:
    return _("No column is called “%(title)s”. The first line must name the columns; found: %(found)s.") % {
        "title": title,
        "found": ", ".join(name.strip() for name in header)[:200],
    }


def _read_rows(
    reader: Iterable[list[str]], table: TableFile, places: dict[int, str], width: int, read: Read
) -> None:
    for cells in reader:
        line = reader.line_num  # type: ignore[attr-defined]
        if not any(cell.strip() for cell in cells):
            continue
        if len(table.rows) + len(table.refused) >= MAX_ROWS:
            raise UnreadableFile(gettext_lazy("The file has more than 20,000 rows. Split it in two."))
        if len(cells) > width:
            table.refused.append(Refusal(line, gettext_lazy("more cells than the header has columns")))
            continue
        filled = {name: cells[place].strip() for place, name in places.items() if place < len(cells)}
        try:
            values = read({name: _unguard(text) for name, text in filled.items() if text})
        except UnusableRow as error:
            table.refused.append(Refusal(line, error.saying))
        else:
            table.rows.append(TableRow(line, values))


def _unguard(text: str) -> str:
    """Our own export puts an apostrophe before what a spreadsheet would take for a formula."""
    return text[1:] if len(text) > 1 and text[0] == "'" and text[1] in "=+-@" else text


def require_fit(cells: Mapping[str, str], longest: Mapping[str, int]) -> None:
    """Refuse a row with a cell of more letters than its field holds.

    Raises:
        UnusableRow: it names the column.
    """
    for name, most in longest.items():
        if len(cells.get(name, "")) > most:
            raise UnusableRow(partial(_say_too_long, name, most))


def _say_too_long(name: str, longest: int) -> str:
    return _("“%(column)s” is longer than %(count)d letters") % {"column": name, "count": longest}


def read_day(text: str) -> date:
    """A day as people write it: 2024-05-31, 5/31/2024 or 5/31/24.

    Raises:
        UnusableRow: it is none.
    """
    found = read_date(text, short_years=True)
    if found is not None:
        return found
    raise UnusableRow(
        lambda: _("“%(text)s” is not a date such as 2024-05-31 or 5/31/2024") % {"text": text[:40]}
    )


def read_count(text: str) -> int:
    """A whole number from 0 to a million, its thousands with commas or without.

    Raises:
        UnusableRow: it is none.
    """
    digits = text.replace(",", "")
    if digits.isascii() and digits.isdigit() and len(digits) <= len(str(_MOST)) and int(digits) <= _MOST:
        return int(digits)
    raise UnusableRow(lambda: _("“%(text)s” is not a number from 0 to a million") % {"text": text[:40]})


def read_choice(text: str, choices: Any) -> str:
    """One of a closed list, by its value or its word.

    Raises:
        UnusableRow: it is none of them; the message names them.
    """
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
