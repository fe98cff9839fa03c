"""A captain away for a time: the backup stands in from the first to the last day; nothing is to be done afterwards."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from chapters.models import Member
from chapters.services import audit
from core.actors import Actor
from core.errors import DomainError
from core.templatetags.formats import dated, day
from precincts.enums import CaptaincyKind
from precincts.models import Absence, BlockAssignment
from precincts.selectors.absences import list_possible_stand_ins, list_without_stand_in
from precincts.services.roster import DatesOutOfOrder


class NobodyToStandIn(DomainError):
    """Whoever is to stand in is no backup of the block on all of these days."""


class AwayAlready(DomainError):
    """The captain is away on some of these days already."""


class NotCaptain(DomainError):
    """Only a block's captain hands it to a stand-in."""


@transaction.atomic
def hand_over_for_a_time(
    *,
    assignment: BlockAssignment,
    stand_in: Member,
    starts_on: date,
    ends_on: date,
    by: Actor,
    on: date,
    note: str = "",
) -> Absence:
    """Let a backup stand in while the captain is away; both days count.

    An absence whose stand-in is no backup any more gives way on these days, and after them.

    Raises:
        NotCaptain: the assignment is a backup's.
        DatesOutOfOrder: it ends before it begins, is over already, or lies outside the captain's time.
        NobodyToStandIn: the member is no backup of the block on all of these days.
        AwayAlready: another absence has some of these days.
    """
    row = (
        BlockAssignment.objects.select_for_update(of=("self",))
        .select_related("member", "block")
        .get(pk=assignment.pk)
    )
    if row.kind != CaptaincyKind.CAPTAIN:
        raise NotCaptain(
            _("%(name)s is a backup; only a captain hands the block over.") % {"name": row.member}
        )
    _require_order(row, starts_on, ends_on, on)
    if not list_possible_stand_ins(row, starts_on, ends_on).filter(member=stand_in).exists():
        raise NobodyToStandIn(
            _("%(name)s is no backup of block %(block)s on all of these days; nothing was saved.")
            % {"name": stand_in, "block": row.block},
            hint=_("Make somebody backup of the block first."),
        )
    _give_way(row, starts_on, ends_on, by=by)
    try:
        with transaction.atomic():
            absence = Absence.objects.create(
                chapter_id=row.chapter_id, assignment=row, stand_in=stand_in, starts_on=starts_on,
                ends_on=ends_on, note=note, given_by_id=by.user_id,
            )  # fmt: skip
    except IntegrityError as error:
        raise AwayAlready(
            _("%(name)s is away on some of these days already; nothing was saved.") % {"name": row.member},
            hint=_("Change that time, or choose other days."),
        ) from error
    audit.record(
        by=by, verb="precincts.captain_away", row=row.block, detail={"stand_in": stand_in.pk},
        summary=lambda: _("%(name)s is away from %(first)s to %(last)s; %(stand_in)s stands in for block %(block)s")
        % {
            "name": row.member, "first": dated(starts_on), "last": dated(ends_on), "stand_in": stand_in,
            "block": row.block,
        },
    )  # fmt: skip
    return absence


def _give_way(row: BlockAssignment, starts_on: date, ends_on: date, *, by: Actor) -> None:
    """End, before the first day, what stood for these days with a stand-in who is no backup any more."""
    idle = list_without_stand_in(row, starts_on, ends_on).select_related("stand_in")
    for absence in idle.select_for_update(of=("self",)).order_by("pk"):
        words = {
            "name": absence.stand_in, "first": max(absence.starts_on, starts_on), "last": absence.ends_on,
            "block": row.block,
        }  # fmt: skip
        if absence.starts_on < starts_on:
            absence.ends_on = starts_on - timedelta(days=1)
            absence.save(update_fields=["ends_on"])
        else:
            absence.delete()
        audit.record(
            by=by, verb="precincts.stand_in_ended", row=row.block, detail={"stand_in": absence.stand_in_id},
            summary=partial(_say_given_way, words),
        )  # fmt: skip


def _say_given_way(words: dict[str, Any]) -> str:
    days = {"first": dated(words["first"]), "last": dated(words["last"])}
    said = _("%(name)s, no backup of block %(block)s any more, does not stand in from %(first)s to %(last)s")
    return said % (words | days)


def _require_order(row: BlockAssignment, starts_on: date, ends_on: date, on: date) -> None:
    if ends_on < starts_on:
        raise DatesOutOfOrder(
            _("The last day lies before the first; nothing was saved."), hint=_("Change one of them.")
        )
    if ends_on < on:
        raise DatesOutOfOrder(
            _("These days are past; nobody can stand in any more."), hint=_("Choose days from today on.")
        )
    if starts_on < row.starts_on or (row.ends_on is not None and row.ends_on < ends_on):
        raise DatesOutOfOrder(
            _("%(name)s keeps the block from %(first)s%(last)s; nothing was saved.")
            % {
                "name": row.member,
                "first": day(row.starts_on),
                "last": _(" to %(day)s") % {"day": day(row.ends_on)} if row.ends_on else "",
            },
            hint=_("Choose days within that time."),
        )


@transaction.atomic
def end_absence(*, absence: Absence, by: Actor, on: date) -> None:
    """The captain is back from today on; an absence that has not begun is taken out.

    Raises:
        DatesOutOfOrder: it is over, or was taken out, already.
    """
    row = Absence.objects.select_for_update(of=("self",)).filter(pk=absence.pk).first()
    if row is None or row.ends_on < on:
        raise DatesOutOfOrder(_("The captain is back already."))
    captain, block = row.assignment.member, row.assignment.block
    if row.starts_on >= on:
        row.delete()
    else:
        row.ends_on = on - timedelta(days=1)
        row.save(update_fields=["ends_on"])
    audit.record(
        by=by, verb="precincts.captain_back", row=block,
        summary=lambda: _("%(name)s keeps block %(block)s again from %(day)s on")
        % {"name": captain, "block": block, "day": dated(on)},
    )  # fmt: skip
