"""Why not to reach somebody: written down with its day, and lifted again."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from chapters.services import audit
from core.actors import Actor
from core.errors import DomainError
from core.ranges import in_force
from precincts.enums import Channel, SuppressionKind
from precincts.models import Suppression, Voter
from precincts.services.ask_closings import close_asks_of_voter


class AlreadySuppressed(DomainError):
    """The same reason is written down already."""


class NotSuppressed(DomainError):
    """No such reason is in force."""


@transaction.atomic
def suppress(*, voter: Voter, kind: SuppressionKind, by: Actor, on: date) -> Suppression:
    """Write down why nobody should reach this neighbour in any way, from a day on; open asks of them are closed.

    Raises:
        AlreadySuppressed: the reason is in force already.
    """
    if _standing(voter, kind, on).exists():
        raise AlreadySuppressed(_already(voter, kind))
    try:
        with transaction.atomic():
            row = Suppression.objects.create(
                chapter_id=voter.chapter_id, voter=voter, kind=kind, channel=Channel.ANY, starts_on=on,
                recorded_by_id=by.user_id,
            )  # fmt: skip
    except IntegrityError as error:
        raise AlreadySuppressed(_already(voter, kind)) from error
    close_asks_of_voter(voter=voter, by=by, on=on)
    audit.record(
        by=by, verb="precincts.neighbour_suppressed", row=voter, detail={"kind": kind},
        summary=lambda: _("Wrote down of %(name)s: %(reason)s")
        % {"name": voter, "reason": SuppressionKind(kind).label},
    )  # fmt: skip
    return row


@transaction.atomic
def lift(*, voter: Voter, kind: SuppressionKind, by: Actor, on: date) -> None:
    """Take such a reason back: from this day on it no longer counts; the log keeps that it was there.

    Raises:
        NotSuppressed: it is not in force.
    """
    rows = list(_standing(voter, kind, on).select_for_update())
    if not rows:
        raise NotSuppressed(
            _("Of %(name)s this is not written down: %(reason)s.")
            % {"name": voter, "reason": SuppressionKind(kind).label}
        )
    for row in rows:
        if row.starts_on >= on:
            row.delete()
        else:
            row.ends_on = on - timedelta(days=1)
            row.save(update_fields=["ends_on"])
    audit.record(
        by=by, verb="precincts.suppression_lifted", row=voter, detail={"kind": kind},
        summary=lambda: _("Took back of %(name)s: %(reason)s")
        % {"name": voter, "reason": SuppressionKind(kind).label},
    )  # fmt: skip


def is_suppressed(voter: Voter, kind: SuppressionKind, on: date) -> bool:
    """Whether the reason is in force on a day. One query."""
    return _standing(voter, kind, on).exists()


def _standing(voter: Voter, kind: SuppressionKind, on: date) -> models.QuerySet[Suppression]:
    """What stands of the person; also of the row added by hand, where that was merged into this one."""
    rows = Voter.objects.filter(Q(pk=voter.pk) | Q(merged_into=voter.pk)).values("pk")
    return Suppression.objects.filter(in_force(on), voter__in=rows, kind=kind, channel=Channel.ANY)


def _already(voter: Voter, kind: SuppressionKind) -> str:
    return _("Of %(name)s this is written down already: %(reason)s.") % {
        "name": voter,
        "reason": SuppressionKind(kind).label,
    }
