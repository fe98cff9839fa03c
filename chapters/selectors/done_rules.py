"""How steps of the ladder count as done, as far as people, roles and teams go; and the languages people speak."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, time
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from chapters.enums import MeetingKind, RoleName
from chapters.models import Attendance, Availability, Chapter, Member, Role, TeamMembership
from core.ladder import Members


def find_nobody(
    _chapter_id: int, _on: date, _values: Collection[str], _members: Members
) -> dict[str, set[int]]:
    """Of steps done by a yes: who said it is read with the asks."""
    return {}


def find_holders(
    chapter_id: int, on: date, values: Collection[str], members: Members
) -> Mapping[str, set[int]]:
    """Who holds or has held a role. One query."""
    rows = Role.objects.filter(chapter_id=chapter_id, name__in=values, starts_on__lte=on)
    found: dict[str, set[int]] = defaultdict(set)
    for name, member_id in of_members(rows, members).values_list("name", "member_id"):
        found[name].add(member_id)
    return found


def list_roles(_chapter: Chapter) -> list[tuple[str, Any]]:
    """The dated roles."""
    return list(RoleName.choices)


def find_leaders(
    chapter_id: int, on: date, _values: Collection[str], members: Members
) -> dict[str, set[int]]:
    """Who leads or has led a team. One query."""
    rows = TeamMembership.objects.filter(chapter_id=chapter_id, starts_on__lte=on, is_leader=True)
    return {"": set(of_members(rows, members).values_list("member_id", flat=True))}


def find_team_members(
    chapter_id: int, on: date, _values: Collection[str], members: Members
) -> dict[str, set[int]]:
    """Who is or has been in a team. One query."""
    rows = TeamMembership.objects.filter(chapter_id=chapter_id, starts_on__lte=on)
    return {"": set(of_members(rows, members).values_list("member_id", flat=True))}


def of_members(rows: Any, members: Members) -> Any:
    """Only the rows of the members looked at."""
    return rows if members is None else rows.filter(member_id__in=members)


def list_languages(_chapter: Chapter) -> list[tuple[str, Any]]:
    """The languages of the site: those in which the chapter writes to people."""
    return list(settings.LANGUAGES)


def read_languages(chapter_id: int, members: Members) -> dict[int, set[str]]:
    """The language each wants to be written to in. One query."""
    rows = Member.objects.filter(chapter_id=chapter_id).exclude(language="")
    rows = rows if members is None else rows.filter(pk__in=members)
    return {pk: {language} for pk, language in rows.values_list("pk", "language")}


def find_who_came(
    chapter_id: int, _on: date, values: Collection[str], members: Members
) -> dict[str, set[int]]:
    """Who was at a meeting, by the meeting's kind; under "" at any. One query."""
    rows = Attendance.objects.filter(chapter_id=chapter_id)
    if "" not in values:
        rows = rows.filter(meeting__kind__in=values)
    found: dict[str, set[int]] = defaultdict(set)
    for kind, member_id in of_members(rows, members).values_list("meeting__kind", "member_id").distinct():
        found[kind].add(member_id)
        found[""].add(member_id)
    return found


def list_meeting_kinds(_chapter: Chapter) -> list[tuple[str, Any]]:
    """Any meeting, or one of a kind."""
    return [("", _("of any kind")), *MeetingKind.choices]


def find_who_brought(
    chapter_id: int, _on: date, _values: Collection[str], members: Members
) -> dict[str, set[int]]:
    """Who has brought somebody along to a meeting. One query."""
    rows = Attendance.objects.filter(chapter_id=chapter_id, brought_by__isnull=False)
    rows = rows if members is None else rows.filter(brought_by__in=members)
    return {"": set(rows.values_list("brought_by_id", flat=True).distinct())}


DAYTIME, EVENING, WEEKEND = "daytime", "evening", "weekend"
_EVENING_FROM = time(17)
_SATURDAY = 5


def list_times(_chapter: Chapter) -> list[tuple[str, Any]]:
    """When somebody may have time."""
    return [
        (DAYTIME, _("on weekdays by day")),
        (EVENING, _("on weekday evenings")),
        (WEEKEND, _("on weekends")),
    ]


def read_times(chapter_id: int, members: Members) -> dict[int, set[str]]:
    """When each usually has time; the evening begins at five. One query."""
    rows = of_members(Availability.objects.filter(chapter_id=chapter_id), members)
    found: dict[int, set[str]] = defaultdict(set)
    for member_id, weekday, starts, ends in rows.values_list("member_id", "weekday", "starts", "ends"):
        if weekday >= _SATURDAY:
            found[member_id].add(WEEKEND)
            continue
        if starts < _EVENING_FROM:
            found[member_id].add(DAYTIME)
        if ends > _EVENING_FROM:
            found[member_id].add(EVENING)
    return found
