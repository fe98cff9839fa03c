"""Meetings as iCalendar (RFC 5545): a file in a mail, or a feed that a calendar program asks for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from icalendar import Calendar, Event

PRODUCT = "-//Shoeleather//Meetings//EN"
CONTENT_TYPE = "text/calendar; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Entry:
    """One meeting as a calendar shows it.

    Attributes:
        uid: the same for every version of it, anywhere.
        version: counts up with each change, so that programs take the newer one.
        stamp: when this version was written.
        is_sure: whether the reader said yes; else it stands there as tentative.
    """

    uid: str
    version: int
    title: str
    place: str
    text: str
    starts_at: datetime
    ends_at: datetime
    stamp: datetime
    url: str = ""
    is_cancelled: bool = False
    is_sure: bool = True


def write_calendar(entries: Iterable[Entry], *, name: str = "") -> bytes:
    """The entries as one calendar; nobody is named. Times are in UTC: programs show them by their reader's clock, and
    an hour that comes twice in autumn stays the one that is meant."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    if name:
        calendar.add("name", name)
        calendar.add("x-wr-calname", name)
    for entry in entries:
        calendar.add_component(_event(entry))
    return bytes(calendar.to_ical())


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.version)
    event.add("dtstamp", entry.stamp)
    event.add("dtstart", entry.starts_at.astimezone(UTC))
    event.add("dtend", entry.ends_at.astimezone(UTC))
    event.add("summary", entry.title)
    event.add("location", entry.place)
    if entry.text:
        event.add("description", entry.text)
    if entry.url:
        event.add("url", entry.url)
    status = "CANCELLED" if entry.is_cancelled else "CONFIRMED" if entry.is_sure else "TENTATIVE"
    event.add("status", status)
    return event
