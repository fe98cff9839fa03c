"""Whether somebody added by hand is likely the same person as one of the file.

Alike is whoever has the same name and lives behind the same door, or has the same name and year of birth in
the same precinct. A captain guesses an age: at one door, years known on both sides may differ a little.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

Ground = Literal["door", "birth_year"]

YEARS_APART = 10
"""Two of one name behind one door whose years of birth lie further apart are parent and child."""

_SUFFIXES = {"2ND": "ii", "3RD": "iii", "4TH": "iv", "SENIOR": "sr", "JUNIOR": "jr"}


@dataclass(frozen=True, slots=True)
class Person:
    """What is compared of one person; `household_id` is the door, where one is known."""

    person_id: int
    first_name: str
    last_name: str
    suffix: str = ""
    birth_year: int | None = None
    household_id: int | None = None
    precinct_id: int | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """Two that are likely one, and why."""

    added_id: int
    registered_id: int
    ground: Ground


def name_key(text: str) -> str:
    """A name's letters and figures alone: case, accents, hyphens, apostrophes and spaces make no other name."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if letter.isalnum())


def list_spellings(last_name: str) -> set[str]:
    """How a file may write a last name, in capitals: as given, without accents, marks as spaces or left out."""
    upper = " ".join(last_name.upper().split())
    plain = "".join(
        letter for letter in unicodedata.normalize("NFKD", upper) if not unicodedata.combining(letter)
    )
    found = set()
    for text in (upper, plain):
        spaced = " ".join("".join(letter if letter.isalnum() else " " for letter in text).split())
        found |= {text, spaced, spaced.replace(" ", "-"), "".join(filter(str.isalnum, text))}
    return found - {""}


def find_likeness(one: Person, other: Person) -> Ground | None:
    """Why two are likely the same person, or None when they are not."""
    if not _is_same_name(one, other):
        return None
    years = (one.birth_year, other.birth_year)
    apart = abs(years[0] - years[1]) if years[0] is not None and years[1] is not None else None
    if one.household_id is not None and one.household_id == other.household_id:
        return "door" if apart is None or apart <= YEARS_APART else None
    in_precinct = one.precinct_id is not None and one.precinct_id == other.precinct_id
    return "birth_year" if apart == 0 and in_precinct else None


def list_likely(
    added: Iterable[Person], registered: Iterable[Person], *, decided: Collection[tuple[int, int]] = ()
) -> list[Match]:
    """Who of the added is likely whom of the file, best ground first for each; pairs decided on are left out."""
    by_name: defaultdict[str, list[Person]] = defaultdict(list)
    for person in registered:
        by_name[name_key(person.last_name)].append(person)
    found = []
    for one in added:
        likely = [
            Match(one.person_id, other.person_id, ground)
            for other in by_name[name_key(one.last_name)]
            if (one.person_id, other.person_id) not in decided
            if (ground := find_likeness(one, other)) is not None
        ]
        found += sorted(likely, key=lambda match: (match.ground != "door", match.registered_id))
    return found


def _is_same_name(one: Person, other: Person) -> bool:
    last, first = name_key(one.last_name), _first_key(one.first_name)
    if not last or not first:
        return False
    if (last, first) != (name_key(other.last_name), _first_key(other.first_name)):
        return False
    suffixes = _suffix_key(one.suffix), _suffix_key(other.suffix)
    return not all(suffixes) or suffixes[0] == suffixes[1]


def _first_key(first_name: str) -> str:
    """The first of several first names: a captain seldom knows the others."""
    words = first_name.replace("-", " ").split()
    return name_key(words[0]) if words else ""


def _suffix_key(suffix: str) -> str:
    text = suffix.upper().replace(".", "").strip()
    return _SUFFIXES.get(text, text.casefold())
