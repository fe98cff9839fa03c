"""What a clock on the wall says, and which moment that is: some times do not exist, some come twice. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo


class NoSuchTime(ValueError):
    """The clocks jump over this time.

    Attributes:
        before, after: what they show around the jump, as local times without a zone.
    """

    def __init__(self, before: datetime, after: datetime) -> None:
        super().__init__(f"The clocks jump from {before} to {after}.")
        self.before, self.after = before, after


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment in UTC, and whether the clocks show its local time a second time on that day."""

    at: datetime
    is_twice: bool


def find_moment(local: datetime, zone: str, *, later: bool = False) -> Moment:
    """The moment at which that zone's clocks show a local time (given without a zone).

    Args:
        later: take the second of two showings, in autumn; else the first.

    Raises:
        NoSuchTime: they never show it.
        OverflowError: it lies at the edge of what can be written.
    """
    place = ZoneInfo(zone)
    first = local.replace(tzinfo=place, fold=0).astimezone(UTC)
    second = local.replace(tzinfo=place, fold=1).astimezone(UTC)
    if first.astimezone(place).replace(tzinfo=None) != local.replace(fold=0):
        raise NoSuchTime(*_around(local, place))
    # Two readings that are the same moment are one time; in a gap they differ too, and are refused above.
    return Moment(second if later else first, is_twice=first != second)


def _around(local: datetime, place: ZoneInfo) -> tuple[datetime, datetime]:
    """What the clocks show right before and right after the jump over `local`."""
    before = local.replace(tzinfo=place, fold=0)
    width = (local.replace(tzinfo=place, fold=1).utcoffset() or timedelta()) - (
        before.utcoffset() or timedelta()
    )
    # Of the local times missing, the first is the one whose predecessor exists; they are whole minutes everywhere.
    missing = local
    step = timedelta(minutes=1)
    while _is_missing(missing - step, place):
        missing -= step
    return missing, missing + abs(width)


def _is_missing(local: datetime, place: ZoneInfo) -> bool:
    there = local.replace(tzinfo=place, fold=0).astimezone(UTC).astimezone(place)
    return there.replace(tzinfo=None) != local.replace(fold=0)
