"""Quiet hours: the part of the night, on a person's own clock, in which no mail is sent. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


def is_quiet(at: datetime, zone: ZoneInfo, quiet_from: time, quiet_until: time) -> bool:
    """Whether that clock stands between the two times; the first counts, the last does not.

    The hours may reach over midnight. Two equal times mean that there are none.
    """
    clock = at.astimezone(zone).time()
    if quiet_from <= quiet_until:
        return quiet_from <= clock < quiet_until
    return clock >= quiet_from or clock < quiet_until


def end_of_quiet(at: datetime, zone: ZoneInfo, quiet_from: time, quiet_until: time) -> datetime:
    """The first moment, `at` or later, outside the quiet hours; in UTC.

    An end that the clocks jump over in spring comes as long after the jump as it stood after its beginning; one that
    they show twice in autumn ends the hours at its first showing, and what is quiet again then at its second.
    """
    if not is_quiet(at, zone, quiet_from, quiet_until):
        return at.astimezone(UTC)
    day = at.astimezone(zone).date()
    ends = [
        datetime.combine(day + timedelta(days=ahead), quiet_until, tzinfo=zone)
        .replace(fold=fold)
        .astimezone(UTC)
        for ahead in (0, 1)
        for fold in (0, 1)
    ]
    return min(end for end in ends if end >= at and not is_quiet(end, zone, quiet_from, quiet_until))
