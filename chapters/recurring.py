"""When something that comes again and again comes next, by the clock on a chapter's wall. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


def next_daily(after: datetime, zone: str, clock: time) -> datetime:
    """The next moment after `after` at which that zone's clock shows the time; in UTC.

    Where the clocks jump over it in spring it comes as long after the jump as it stood after its beginning; where
    they show it twice in autumn, at the first showing.
    """
    return _next(after, zone, clock, weekday=None)


def next_weekly(after: datetime, zone: str, weekday: int, clock: time) -> datetime:
    """The same on one day of the week, 0 for Monday."""
    return _next(after, zone, clock, weekday)


def _next(after: datetime, zone: str, clock: time, weekday: int | None) -> datetime:
    place = ZoneInfo(zone)
    day = after.astimezone(place).date()
    for ahead in range(9):
        there = datetime.combine(day + timedelta(days=ahead), clock, tzinfo=place)
        if weekday is not None and there.weekday() != weekday:
            continue
        moment = there.astimezone(UTC)
        if moment > after:
            return moment
    raise AssertionError("A week has every day once.")
