"""A neighbour's ballot while an election is voted in, as the officials' lists name it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class ReturnedBallot:
    """One ballot; `on` is None where no list says the day, `how` a letter of `voterfile.elections.read_method`."""

    on: date | None
    how: str
    status: str
    is_accepted: bool
