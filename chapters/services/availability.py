"""When in the week a person usually has time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time

from django.db import transaction
from django.utils.translation import gettext as _

from chapters.enums import MemberKind, Weekday
from chapters.models import Availability, Member
from chapters.services import audit
from core.actors import Actor
from core.errors import DomainError


class TimeEndsBeforeItBegins(DomainError):
    """The time ends before it begins."""


class TimesOverlap(DomainError):
    """The person has time then already."""


class HasLeft(DomainError):
    """A former member's free hours are nobody's to ask for."""


class TimeIsGone(DomainError):
    """It was taken out already."""


@transaction.atomic
def add_availability(
    *, member: Member, weekdays: Iterable[int], starts: time, ends: time, by: Actor, note: str = ""
) -> list[Availability]:
    """Note that a person usually has time on some days of the week, on their own clock; all of them or none.

    Raises:
        TimeEndsBeforeItBegins, HasLeft: nothing can be noted.
        TimesOverlap: one of the days has some of these hours already.
    """
    member = Member.objects.select_for_update(no_key=True, of=("self",)).get(pk=member.pk)
    if member.kind == MemberKind.FORMER:
        raise HasLeft(_("%(person)s has left the chapter; nothing was noted.") % {"person": member})
    if ends <= starts:
        raise TimeEndsBeforeItBegins(_("The time ends before it begins; nothing was noted."))
    days = sorted({Weekday(day) for day in weekdays})
    taken = Availability.objects.filter(
        member=member, weekday__in=days, starts__lt=ends, ends__gt=starts
    ).first()
    if taken is not None:
        raise TimesOverlap(
            _("There is time on these hours already: %(taken)s. Nothing was noted.") % {"taken": taken},
            hint=_("Take that out first, or choose other hours."),
        )
    rows = Availability.objects.bulk_create(
        Availability(
            chapter_id=member.chapter_id,
            member=member,
            weekday=day,
            starts=starts,
            ends=ends,
            note=note[:200],
        )
        for day in days
    )
    audit.record(
        by=by, verb="chapters.availability_added", row=member, rows=len(rows),
        summary=lambda: _("Noted when %(person)s has time") % {"person": member},
    )  # fmt: skip
    return rows


@transaction.atomic
def remove_availability(*, availability: Availability, by: Actor) -> None:
    """Take a time of the week out.

    Raises:
        TimeIsGone: somebody did so before.
    """
    row = (
        Availability.objects.select_for_update(of=("self",))
        .select_related("member")
        .filter(pk=availability.pk)
        .first()
    )
    if row is None:
        raise TimeIsGone(_("This was taken out already; nothing was changed."))
    row.delete()
    audit.record(
        by=by, verb="chapters.availability_removed", row=row.member,
        summary=lambda: _("Took out when %(person)s has time") % {"person": row.member},
    )  # fmt: skip


def clear_availability_of(member_id: int, by: Actor, on: object) -> None:
    """Nobody asks a former member for their free hours."""
    Availability.objects.filter(member_id=member_id).delete()
