"""Names of elections in files, and what each says: date, kind, name, and how somebody voted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from core.dates import read_date

_DATE = re.compile(r"\d{1,2}[/_-]\d{1,2}[/_-]\d{4}|\d{4}[/_-]\d{1,2}[/_-]\d{1,2}|(?<!\d)(?:19|20)\d{6}(?!\d)")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_NOT_WORD = re.compile(r"[^A-Z]+")

_KIND_WORDS = (
    ("runoff", ("RUNOFF", "RUN-OFF", "SECOND PRIMARY", "RUN")),
    ("special", ("SPECIAL", "SPEC")),
    ("municipal", ("MUNICIPAL", "LOCAL", "CITY", "TOWN", "MUNI", "SCHOOL")),
    ("primary", ("PRIMARY", "PRI", "PPP", "PREFERENCE", "PP", "PR")),
    ("general", ("GENERAL", "GEN")),
    ("other", ("OTHER", "OTH")),
)

_METHODS = {
    "I": ("IN-PERSON", "IN PERSON", "Y", "IP", "CURBSIDE", "TRANSFER", "POLLS", "ELECTION DAY", "RP"),
    "E": ("ABSENTEE ONESTOP", "ONE STOP", "ONE-STOP", "EARLY", "E", "AI", "ABSENTEE CURBSIDE", "EV", "OS"),
    "M": ("ABSENTEE BY MAIL", "ABSENTEE", "MAIL", "A", "AB", "VBM", "MB", "CI", "BY MAIL"),
    "P": ("PROVISIONAL", "F", "Z", "PROV"),
}
_METHOD_CODES = {word: code for code, words in _METHODS.items() for word in words}

EARLIEST = date(1900, 1, 1)
LATEST_AFTER = timedelta(days=7)
"""An election held later than this after the day of the import cannot have votes."""

METHOD_UNKNOWN = "V"
"""The file says that they voted, not how."""


@dataclass(frozen=True, slots=True)
class ElectionName:
    """What a file's label says of one election."""

    held_on: date
    kind: str
    name: str


def may_have_been_held(held_on: date, today: date) -> bool:
    """Whether votes can have been cast on this day: not before 1900, nor more than a week from today."""
    return EARLIEST <= held_on <= today + LATEST_AFTER


def label_key(label: str) -> str:
    """A label in one spelling: `GENERAL-11/03/2015` and `general_11_03_2015` are one."""
    return re.sub(r"[^A-Z0-9]+", " ", label.upper()).strip()


def read_election(label: str) -> ElectionName | None:
    """Date and kind out of `11/05/2024 GENERAL`, `primary_03_15_2016`, `GEN 2008`; None when it says neither.

    A year without a day is read only for a general election of an even year, whose day the law fixes.
    """
    found = _DATE.search(label)
    kind = _find_kind(_DATE.sub(" ", label))
    if found:
        held_on = read_date(found.group().replace("_", "/"))
        if held_on is None:
            return None
        return ElectionName(held_on, kind or usual_kind(held_on), _name(label, held_on, kind))
    year = _YEAR.search(label)
    if year and kind == "general" and int(year.group()) % 2 == 0:
        held_on = general_election_day(int(year.group()))
        return ElectionName(held_on, kind, _name(label, held_on, kind))
    return None


def general_election_day(year: int) -> date:
    """The Tuesday after the first Monday in November (2 U.S. Code, section 7)."""
    first = date(year, 11, 1)
    return first + timedelta(days=(0 - first.weekday()) % 7 + 1)


def read_method(text: str) -> str:
    """One letter for how somebody voted: I in person, E early, M by mail, P provisional, V not said."""
    return _METHOD_CODES.get(text.strip().upper(), METHOD_UNKNOWN)


def _find_kind(words: str) -> str:
    padded = f" {_NOT_WORD.sub(' ', words.upper()).strip()} "
    for kind, names in _KIND_WORDS:
        if any(f" {_NOT_WORD.sub(' ', name)} " in padded for name in names):
            return kind
    return ""


def usual_kind(held_on: date) -> str:
    """The kind of election that is held on a day: general or municipal in November, else not said."""
    is_november = held_on == general_election_day(held_on.year)
    if is_november:
        return "general" if held_on.year % 2 == 0 else "municipal"
    return "other"


def _name(label: str, held_on: date, kind: str) -> str:
    words = " ".join(re.sub(r"[_-]+", " ", _YEAR.sub(" ", _DATE.sub(" ", label))).split())
    shown = words if len(words) > 4 else kind or usual_kind(held_on)
    return f"{held_on.year} {shown.capitalize()}"
