"""Which rows of a chapter's people look like one person: the same e-mail, the same phone, or name and address.

Plain data in, plain data out; whether two are one person, somebody decides.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

Reason = Literal["email", "phone", "address"]

_COUNTRY = "1"
_NATIONAL = 10
_SHORTEST = 7
_CROWD = 8
_ABBREVIATED = {
    "street": "st", "avenue": "ave", "av": "ave", "road": "rd", "drive": "dr", "lane": "ln", "boulevard": "blvd",
    "court": "ct", "place": "pl", "circle": "cir", "highway": "hwy", "parkway": "pkwy", "apartment": "apt",
    "unit": "apt", "number": "apt", "suite": "apt", "north": "n", "south": "s", "east": "e", "west": "w",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """What is compared of one row."""

    pk: int
    first_name: str
    last_name: str
    email: str = ""
    phone: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class LookAlike:
    """Two rows that may be one person, the older number first, and why."""

    first: int
    second: int
    reasons: tuple[Reason, ...]


def phone_key(text: str) -> str:
    """A phone number's digits without the country's; "" for what is none. Numbers of other countries stay whole."""
    digits = "".join(letter for letter in text if letter.isascii() and letter.isdigit())
    if len(digits) == _NATIONAL + 1 and digits.startswith(_COUNTRY):
        digits = digits[1:]
    return digits if len(digits) >= _SHORTEST else ""


def name_key(first_name: str, last_name: str) -> str:
    """A name without case, accents and marks."""
    return " ".join(_words(f"{first_name} {last_name}"))


def address_key(text: str) -> str:
    """An address without case and marks, the usual words abbreviated."""
    return " ".join(_ABBREVIATED.get(word, word) for word in _words(text))


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return "".join(letter if letter.isalnum() else " " for letter in kept).split()


def find_look_alikes(people: Iterable[Person]) -> list[LookAlike]:
    """Every two who share an e-mail, a phone, or name and address; each pair once with all its reasons.

    Of more than eight who share one thing (an office's phone) each is shown with the first alone.
    """
    given = sorted(people, key=lambda person: person.pk)
    found: dict[tuple[int, int], list[Reason]] = {}
    for reason, key_of in _KEYS.items():
        groups: dict[str, list[int]] = defaultdict(list)
        for person in given:
            key = key_of(person)
            if key:
                groups[key].append(person.pk)
        for group in groups.values():
            pairs = combinations(group, 2) if len(group) <= _CROWD else ((group[0], pk) for pk in group[1:])
            for pair in pairs:
                found.setdefault(pair, []).append(reason)
    return [LookAlike(first, second, tuple(why)) for (first, second), why in sorted(found.items())]


def _name_and_address(person: Person) -> str:
    name, address = name_key(person.first_name, person.last_name), address_key(person.address)
    return f"{name}|{address}" if name and address else ""


_KEYS: dict[Reason, Callable[[Person], str]] = {
    "email": lambda person: person.email.strip().casefold(),
    "phone": lambda person: phone_key(person.phone),
    "address": _name_and_address,
}
