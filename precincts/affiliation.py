"""Which party somebody belongs to, and how that is known: one rule for every page, list and paper.

Three regimes, for states differ in what their files say: the party somebody registered with; the ballot they
pulled in primaries; nothing, so that only what was learned at the door counts. Not known is an answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

Regime = Literal["registered", "ballot", "learned"]
Source = Literal["registered", "ballot", "learned", ""]

NO_PARTY = frozenset({"", "UNA", "NPA", "NON", "NOP", "IND", "U", "UNAFFILIATED", "NONE", "NO PARTY"})
"""What files write where somebody has registered without a party, or pulled a ballot of none."""


@dataclass(frozen=True, slots=True)
class Ballot:
    """The ballot somebody pulled in one primary; `party` is "" where the file does not say which."""

    party: str
    on: date


@dataclass(frozen=True, slots=True)
class Learned:
    """A party that somebody named to a neighbour, and when."""

    party: str
    on: date


@dataclass(frozen=True, slots=True)
class Affiliation:
    """What is known of somebody's party, and from where; an empty party is not known.

    Attributes:
        on: the day of the registration, of the last primary in which the party's ballot was pulled, or on which it
            was learned.
        registered: what the file says of the registration, whatever the regime.
        pulled: in how many primaries the party's ballot was pulled; 0 unless that is the source.
        primaries: in how many primaries they voted with a ballot on record, of that party, another or none.
        is_unaffiliated: registered without a party where people register by party.
    """

    party: str
    source: Source
    on: date | None = None
    registered: str = ""
    pulled: int = 0
    primaries: int = 0
    is_unaffiliated: bool = False


def is_party(said: str) -> bool:
    """Whether a file's word names a party."""
    return said.strip().upper() not in NO_PARTY


def find_affiliation(
    regime: Regime,
    *,
    registered: str,
    registered_on: date | None,
    ballots: Iterable[Ballot],
    learned: Iterable[Learned],
) -> Affiliation:
    """The party by the regime of the voter's state.

    By party: the one registered; who registered without one has the newer of the last ballot and what was learned.
    By ballot: the newer of the two. Learned: the newest thing learned, whatever the file says. Of two things of one
    day, the ballot counts before what was learned.
    """
    registered = registered.strip()
    if regime == "registered" and is_party(registered):
        return Affiliation(registered, "registered", registered_on, registered)
    by_ballot = None if regime == "learned" else _by_ballot(list(ballots), registered)
    last = max((one for one in learned if one.party.strip()), key=lambda one: one.on, default=None)
    unaffiliated = regime == "registered" and bool(registered)
    if by_ballot is not None and (last is None or by_ballot.on is None or by_ballot.on >= last.on):
        return by_ballot
    if last is not None:
        return Affiliation(last.party.strip(), "learned", last.on, registered)
    return Affiliation("", "", None, registered, is_unaffiliated=unaffiliated)


def _by_ballot(ballots: list[Ballot], registered: str) -> Affiliation | None:
    """The party whose ballot was pulled last, and how often among the ballots on record."""
    pulled = [one for one in ballots if is_party(one.party)]
    if not pulled:
        return None
    last = max(pulled, key=lambda one: one.on)
    party = last.party.strip()
    times = sum(1 for one in pulled if one.party.strip().upper() == party.upper())
    on_record = sum(1 for one in ballots if one.party.strip())
    return Affiliation(party, "ballot", last.on, registered, times, on_record)
