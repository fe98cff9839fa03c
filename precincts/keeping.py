"""Who keeps a block on a day: its captain, or the backup who stands in while the captain is away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Charge:
    """A member's time with a block (both days count, an open end is for ever), as captain or as backup."""

    member_id: int
    first: date
    last: date | None
    is_captain: bool

    def covers(self, on: date) -> bool:
        return self.first <= on and (self.last is None or on <= self.last)


@dataclass(frozen=True, slots=True)
class Away:
    """A captain is away from one day to another (both count), and who stands in."""

    captain_id: int
    first: date
    last: date
    stand_in_id: int

    def covers(self, on: date) -> bool:
        return self.first <= on <= self.last


def keeper_on(on: date, charges: Iterable[Charge], aways: Iterable[Away]) -> int | None:
    """The one member who answers for the block on a day; None only where it has no captain.

    A stand-in who is no backup any more stands in for nobody: then the captain answers again.
    """
    standing = [charge for charge in charges if charge.covers(on)]
    captain = next((charge.member_id for charge in standing if charge.is_captain), None)
    if captain is None:
        return None
    backups = {charge.member_id for charge in standing if not charge.is_captain}
    for away in aways:
        if away.captain_id == captain and away.covers(on) and away.stand_in_id in backups:
            return away.stand_in_id
    return captain
