"""Street addresses as keys: two spellings of one door give one key, two doors never share one.

A building's key is its house number and street in the postal standard's short forms, as one row of words:
`7A Acacia Street`, `7-A ACACIA ST` and number `7 A` on `Acacia St.` all become `7 A ACACIA ST`. Where the
number ends and the street begins is kept beside the key, because a file that gives one line does not say;
the key does not depend on it. The unit is kept apart, so that a building knows its doors.

Source of the forms: United States Postal Service, Publication 28.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from precincts.address_words import (
    DIRECTIONS,
    ORDINALS,
    ROUTE_WORDS,
    SUFFIXES,
    UNIT_WORDS,
    UNNAMED_UNITS,
    ordinal,
)

PLAIN_UNIT_WORDS = frozenset({"#", "APT", "UNIT"})
"""Before the last word of a line, they make it the unit, whatever stands before them."""

_NOT_WORD = re.compile(r"[^A-Z0-9/ ]+")
_HALF_SIGNS = str.maketrans({"½": " 1/2", "¼": " 1/4", "¾": " 3/4", "'": "", "’": "", ".": ""})
_FRACTION = re.compile(r"\d/\d[A-Z]?$")
_NUMBER_AND_LETTER = re.compile(r"(\d+)([A-Z])$")
_ORDINAL = re.compile(r"0*(\d+)(ST|ND|RD|TH)$")
_NUMBER_PART = re.compile(r"(\d+[A-Z]?|[A-Z]\d*)$")
_MAXIMUM_RANGE = 98


class Address(NamedTuple):
    """One door: the building's number and street, and the unit in it ("" = the whole building)."""

    number: str
    street: str
    unit: str = ""

    @property
    def building_key(self) -> str:
        return f"{self.number} {self.street}" if self.number and self.street else self.number or self.street


def parse_line(line: str, unit: str = "") -> Address:
    """The address a line such as `100   ABERDEEN AVE  # 2` names; a separate unit column wins over the line's."""
    words = line.split()
    if len(words) < 2 or not words[0].isdecimal() or words[0][0] == "0":
        return _parse_any_line(line, unit)
    number, found = words[0], ""
    if len(words) > 3 and words[-2] in PLAIN_UNIT_WORDS:
        found = unit_key(words[-1])
        words = words[:-2]
    rest = " ".join(words[1:])
    if "#" in rest:
        return _parse_any_line(line, unit)
    extra, street, worded_unit = _after_number(rest)
    if extra:
        number = f"{number} {extra}"
    if worded_unit:
        found = f"{worded_unit} {found}" if found else worded_unit
    return Address(number, street, _joined_units(found, unit) if unit else found)


def from_parts(number: str, street: str, unit: str = "") -> Address:
    """The address that separate columns name (house number with its half or letter, street, unit)."""
    if not number.strip():
        return parse_line(street, unit)
    words, street_unit = _split_unit(_words(street))
    return Address(number_key(number), _street_of(words), _joined_units(street_unit, unit))


@lru_cache(maxsize=65536)
def number_key(number: str) -> str:
    """A house number in one spelling: `007a` -> `7 A`, `12½` -> `12 1/2`, `27-29` -> `27 29`, `17 Rear` -> `17 R`."""
    words = _words(number)
    if not words:
        return ""
    return " ".join([*_first_number(words[0]), *("R" if word == "REAR" else word for word in words[1:])])


@lru_cache(maxsize=65536)
def street_key(street: str) -> str:
    """A street in one spelling: `Seventh Street North` -> `7TH ST N`."""
    return _street_of(_words(street))


@lru_cache(maxsize=65536)
def unit_key(unit: str) -> str:
    """A unit in one spelling: `Apt. 087`, `# 87` and `Unit 87` -> `87`; `Bldg A Apt 2` -> `BLDG A 2`."""
    parts: list[str] = []
    is_apart = True
    for word in _words(unit):
        named = UNIT_WORDS.get(word)
        if named == "APT":
            is_apart = True
            continue
        if named is not None:
            parts.append(named)
            is_apart = True
            continue
        value = word.lstrip("0") or "0"
        glued = not is_apart and parts[-1] not in UNIT_WORDS and parts[-1][-1].isdigit() != value[0].isdigit()
        if glued:
            parts[-1] += value
        else:
            parts.append(value)
        is_apart = False
    return " ".join(parts)


@lru_cache(maxsize=4096)
def locality_key(city: str) -> str:
    """A city in one spelling: `St. Petersburg` and `Saint Petersburg` -> `ST PETERSBURG`."""
    return " ".join(SUFFIXES.get(word, DIRECTIONS.get(word, word)) for word in _words(city))


def number_value(number: str) -> int | None:
    """The house number for sorting and for odd or even; None where it does not begin with digits."""
    digits = re.match(r"\d+", number)
    return int(digits.group()) if digits else None


def number_range(number: str) -> tuple[int, int] | None:
    """First and last house number of a range (`27 29`), on one side of the street; None for anything else.

    `12 1` (the first house behind number 12) and `45 12` (a Queens number) are no ranges.
    """
    ends = number.split(" ")
    if len(ends) != 2 or not (ends[0].isdigit() and ends[1].isdigit()):
        return None
    first, last = int(ends[0]), int(ends[1])
    if not first < last <= first + _MAXIMUM_RANGE or (last - first) % 2:
        return None
    return first, last


def _parse_any_line(line: str, unit: str) -> Address:
    before, mark, after = line.upper().partition("#")
    words, line_unit = _split_unit(_words(before))
    if mark:
        line_unit = unit_key(f"{line_unit} {after}")
    if words and words[0] == "REAR" and len(words) > 1:
        words = [words[1], "R", *words[2:]]
    if not words or not words[0][0].isdigit():
        return Address("", _street_of(words), _joined_units(line_unit, unit))
    extra, rest = _split_number(words[1:])
    number = " ".join([*_first_number(words[0]), *extra])
    return Address(number, _street_of(rest), _joined_units(line_unit, unit))


@lru_cache(maxsize=65536)
def _after_number(rest: str) -> tuple[str, str, str]:
    words, unit = _split_unit(["0", *_words(rest)])  # in place of the number, which is known
    extra, street_words = _split_number(words[1:])
    return " ".join(extra), _street_of(street_words), unit


def _joined_units(in_line: str, column: str) -> str:
    own = unit_key(column) if column else ""
    if not in_line or not own or in_line == own:
        return own or in_line
    return f"{in_line} {own}"


def _words(text: str) -> list[str]:
    upper = text.upper().translate(_HALF_SIGNS)
    if not upper.isascii():
        decomposed = unicodedata.normalize("NFKD", upper)
        upper = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return _NOT_WORD.sub(" ", upper).split()


def _first_number(word: str) -> list[str]:
    lettered = _NUMBER_AND_LETTER.match(word)
    if lettered:
        return [lettered.group(1).lstrip("0") or "0", lettered.group(2)]
    return [word.lstrip("0") or "0"]


def _split_unit(words: list[str]) -> tuple[list[str], str]:
    """Cut a unit off the end: from the first unit word on, or a bare `4B` after the street's suffix."""
    for place in range(1, len(words)):
        named = UNIT_WORDS.get(words[place])
        tail = words[place + 1 :]
        if named is None or (place == 1 and words[0].isdigit()):
            continue
        if (tail and not any(word in SUFFIXES for word in tail)) or (not tail and named in UNNAMED_UNITS):
            return words[:place], unit_key(" ".join(words[place:]))
    if len(words) > 3 and _ends_with_bare_unit(words):
        return words[:-1], unit_key(words[-1])
    return words, ""


def _ends_with_bare_unit(words: list[str]) -> bool:
    last, before = words[-1], words[-2]
    if not any(letter.isdigit() for letter in last) or "/" in last or _ORDINAL.match(last):
        return False
    return before in SUFFIXES and not any(
        SUFFIXES.get(word, word) in ROUTE_WORDS - {"RD"} for word in words[1:-1]
    )


def _split_number(words: list[str]) -> tuple[list[str], list[str]]:
    """Part what still belongs to the house number (1/2, A, R, a second number) from the street."""
    extra: list[str] = []
    while len(words) > 1:
        word, following = words[0], words[1:]
        if _FRACTION.match(word):
            extra.append(word)
        elif word == "REAR":
            extra.append("R")
        elif _is_number_part(word, following):
            extra.append(word)
        else:
            break
        words = following
    return extra, words


def _is_number_part(word: str, following: list[str]) -> bool:
    if not _NUMBER_PART.match(word) or word in DIRECTIONS or following[0] == "MILE":
        return False
    if following[0] not in SUFFIXES:
        return True
    return any(later not in DIRECTIONS for later in following[1:]) and following[-1] in SUFFIXES


def _street_of(words: list[str]) -> str:
    """Street words in their short forms. A direction that is the street's whole name (North St) stays spelled out."""
    words = _merged_directions(words)
    named = [ORDINALS.get(word, SUFFIXES.get(word, word)) for word in words]
    for place, word in enumerate(words):
        ordinal_match = _ORDINAL.match(word)
        if ordinal_match:
            named[place] = ordinal_match.group(1) + ordinal_match.group(2)
        elif word in DIRECTIONS and _is_direction(words, place):
            named[place] = DIRECTIONS[word]
        elif word.isdigit() and _is_bare_ordinal(words, place):
            named[place] = ordinal(int(word))
    return " ".join(named)


def _merged_directions(words: list[str]) -> list[str]:
    if len(words) > 2 and not (len(words) == 3 and words[2] in SUFFIXES):
        pair = DIRECTIONS.get(words[0], "") + DIRECTIONS.get(words[1], "")
        if len(pair) == 2 and pair in DIRECTIONS:
            return [pair, *words[2:]]
    return words


def _is_direction(words: list[str], place: int) -> bool:
    if place == 0:
        return len(words) > 1 and not (len(words) == 2 and words[1] in SUFFIXES)
    return place == len(words) - 1


def _is_bare_ordinal(words: list[str], place: int) -> bool:
    follows = words[place + 1] if place + 1 < len(words) else ""
    leads = place == 0 or (place == 1 and words[0] in DIRECTIONS)
    return leads and follows in SUFFIXES and follows != "MILE"
