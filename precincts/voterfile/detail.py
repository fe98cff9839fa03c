"""The compact text beside a voter's bitmask: every election voted in, how, and which ballot was pulled.

`12I:DEM 13M` says: election number 12, in person, the ballot of DEM; election number 13, by mail.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from precincts.voterfile.elections import METHOD_UNKNOWN

_VOTE = re.compile(r"(\d+)([A-Z])(?::(\S+))?$")


@dataclass(frozen=True, slots=True)
class Vote:
    """One election somebody voted in. `method` is a letter of `elections.read_method`; `ballot` may be ""."""

    election_id: int
    method: str = METHOD_UNKNOWN
    ballot: str = ""


def encode_detail(votes: Iterable[Vote]) -> str:
    """The text for these votes, by election number."""
    ordered = sorted(votes, key=lambda vote: vote.election_id)
    return " ".join(
        f"{vote.election_id}{vote.method}:{vote.ballot}"
        if vote.ballot
        else f"{vote.election_id}{vote.method}"
        for vote in ordered
    )


def decode_detail(text: str) -> list[Vote]:
    """The votes a text holds.

    Raises:
        ValueError: the text was not made by `encode_detail`.
    """
    votes = []
    for part in text.split():
        found = _VOTE.match(part)
        if found is None:
            raise ValueError(f"{part!r} is no vote")
        votes.append(Vote(int(found.group(1)), found.group(2), found.group(3) or ""))
    return votes
