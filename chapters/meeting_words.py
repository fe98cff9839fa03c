"""When a meeting is, as its own place's clocks show it."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from core.templatetags.formats import clock, day, when


def say_time(starts_at: datetime, ends_at: datetime, zone: str, *, reader_zone: str = "") -> str:
    """ "Sat 14 Nov, 18:00 to 20:00" on that zone's clocks; with the zone's name for a reader of another one."""
    with timezone.override(ZoneInfo(zone)):
        same_day = timezone.localtime(starts_at).date() == timezone.localtime(ends_at).date()
        end = clock(ends_at) if same_day else when(ends_at)
        words = _("%(start)s to %(end)s") % {"start": when(starts_at), "end": end}
        if reader_zone and reader_zone != zone:
            words = f"{words} ({say_zone(starts_at, zone)})"
    return words


def say_start(starts_at: datetime, zone: str) -> str:
    """ "Sat 14 Nov, 18:00" on that zone's clocks."""
    with timezone.override(ZoneInfo(zone)):
        return when(starts_at)


def say_day(starts_at: datetime, zone: str) -> str:
    """ "Sat 14 Nov" on that zone's clocks."""
    with timezone.override(ZoneInfo(zone)):
        return day(starts_at)


def say_zone(at: datetime, zone: str) -> str:
    """ "EST", or the place's name where the zone has no letters of its own ("Sao Paulo")."""
    short = at.astimezone(ZoneInfo(zone)).tzname() or ""
    return short if short.isalpha() else zone.rpartition("/")[2].replace("_", " ")
