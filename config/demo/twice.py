"""People of the demo town who stand in the list twice, one pair merged already; and when some have time."""

from __future__ import annotations

from datetime import datetime, time

from chapters.enums import MemberKind, Weekday
from chapters.models import Availability, Chapter, Member
from chapters.services.availability import add_availability
from chapters.services.members import add_member
from chapters.services.merges import merge_members
from core.actors import Actor

_EVENINGS = (Weekday.TUESDAY, Weekday.THURSDAY)
_WEEKS = (
    (_EVENINGS, time(18), time(20, 30), ""),
    ((Weekday.SATURDAY,), time(10), time(14), "By car."),
    ((Weekday.MONDAY, Weekday.WEDNESDAY, Weekday.FRIDAY), time(9), time(12), ""),
    ((Weekday.SUNDAY,), time(13), time(17), "Every other week."),
)
_WITH_HOURS = 24


def fill_twice(chapter: Chapter, *, by: Actor, at: datetime) -> tuple[int, int]:
    """Note free hours and sign three people up a second time; returns how many have hours, and how many pairs wait."""
    people = Member.objects.filter(chapter=chapter).exclude(kind=MemberKind.FORMER).order_by("pk")
    with_hours = list(people[:_WITH_HOURS])
    if Availability.objects.filter(chapter=chapter).exists():
        return len(with_hours), 0
    for number, member in enumerate(with_hours):
        days, starts, ends, note = _WEEKS[number % len(_WEEKS)]
        add_availability(member=member, weekdays=days, starts=starts, ends=ends, note=note, by=by)
    rows = list(people.filter(user=None).exclude(last_name="")[:3])
    again = [
        add_member(
            chapter=chapter, by=by, first_name=member.first_name[:1] + ".", last_name=member.last_name,
            phone=f"919-555-{8100 + number}", kind=MemberKind.SUPPORTER, note="Signed up at the farmers' market.",
        )
        for number, member in enumerate(rows)
    ]  # fmt: skip
    for number, member in enumerate(rows):
        Member.objects.filter(pk=member.pk).update(phone=f"(919) 555-{8100 + number}")
    if rows:
        merge_members(keep=rows[0], drop=again[0], choices={"first_name": "keep"}, by=by, at=at)
    return len(with_hours), len(rows) - 1
