"""The local party's committee seats: added, changed, filled, left vacant; and the chapter's notes on the rules."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from chapters.enums import MemberKind
from chapters.models import Chapter, Member
from chapters.services import audit
from core.actors import Actor
from core.errors import DomainError
from precincts.models import CommitteeSeat, PartyRules, Precinct

FIELDS = (
    "title", "place", "kind", "holder_name", "since", "term_starts_on", "term_ends_on", "filing_opens_on",
    "filing_closes_on", "signatures_needed", "signatures_collected",
)  # fmt: skip


class SeatExists(DomainError):
    """The precinct has a seat of this title and number already."""


class SeatDatesOutOfOrder(DomainError):
    """A term or a filing window ends before it begins."""


@transaction.atomic
def add_seat(*, precinct: Precinct, by: Actor, **values: Any) -> CommitteeSeat:
    """Add a seat to a precinct; `values` are some of `FIELDS`.

    Raises:
        SeatExists: the precinct has a seat of this title and number already.
        SeatDatesOutOfOrder: a term or a filing window ends before it begins.
    """
    seat = CommitteeSeat(chapter_id=precinct.chapter_id, precinct=precinct, **values)
    _save(seat)
    audit.record(
        by=by, verb="precincts.seat_added", row=seat,
        summary=lambda: _("Added the seat %(seat)s in precinct %(code)s") % _words(seat),
    )  # fmt: skip
    return seat


@transaction.atomic
def change_seat(*, seat: CommitteeSeat, by: Actor, **values: Any) -> CommitteeSeat:
    """Change some of a seat's `FIELDS`; nothing is logged where nothing differs.

    Raises:
        SeatExists: the precinct has another seat of this title and number.
        SeatDatesOutOfOrder: a term or a filing window ends before it begins.
    """
    seat = CommitteeSeat.objects.select_for_update(of=("self",)).select_related("precinct").get(pk=seat.pk)
    changed = [name for name, value in values.items() if getattr(seat, name) != value]
    if not changed:
        return seat
    for name in changed:
        setattr(seat, name, values[name])
    _save(seat)
    audit.record(
        by=by, verb="precincts.seat_changed", row=seat, detail={"fields": changed},
        summary=lambda: _("Changed the seat %(seat)s in precinct %(code)s: %(fields)s")
        % {**_words(seat), "fields": audit.name_fields(seat, changed)},
    )  # fmt: skip
    return seat


@transaction.atomic
def remove_seat(*, seat: CommitteeSeat, by: Actor) -> None:
    """Remove a seat that the party no longer has; the log keeps that it was there."""
    words = _words(seat)
    audit.record(
        by=by, verb="precincts.seat_removed", row=seat,
        summary=lambda: _("Removed the seat %(seat)s in precinct %(code)s") % words,
    )  # fmt: skip
    seat.delete()


@transaction.atomic
def save_rules(*, chapter: Chapter, text: str, by: Actor) -> PartyRules:
    """Write down what the chapter keeps in mind of the party's rules."""
    rules, _made = PartyRules.objects.update_or_create(
        chapter=chapter, defaults={"text": text.strip(), "saved_by_id": by.user_id}
    )
    audit.record(
        by=by, verb="precincts.party_rules_saved", row=rules,
        summary=lambda: _("Wrote down the party's rules on committee seats"),
    )  # fmt: skip
    return rules


def _save(seat: CommitteeSeat) -> None:
    """Save a seat whose holder is one of ours when exactly one of the chapter's people has the name.

    Raises:
        SeatExists, SeatDatesOutOfOrder: as the callers say.
    """
    _require_order(seat.term_starts_on, seat.term_ends_on, seat.filing_opens_on, seat.filing_closes_on)
    seat.holder = _find_member(seat.chapter_id, seat.holder_name)
    try:
        with transaction.atomic():
            seat.save()
    except IntegrityError as error:
        raise SeatExists(
            _("Precinct %(code)s has the seat %(seat)s already.") % _words(seat),
            hint=_("Give the second seat of one title another number."),
        ) from error


def _require_order(*days: date | None) -> None:
    for first, last in zip(days[::2], days[1::2], strict=True):
        if first is not None and last is not None and last < first:
            raise SeatDatesOutOfOrder(
                _("A term or a filing window ends before it begins."), hint=_("Nothing was saved.")
            )


def _find_member(chapter_id: int, name: str) -> Member | None:
    words = name.split()
    if not words:
        return None
    people = Member.objects.filter(chapter_id=chapter_id).exclude(kind=MemberKind.FORMER)
    named = people.filter(Q(first_name__istartswith=words[0]) | Q(last_name__iendswith=words[-1]))
    found = [member for member in named if _same(str(member), name)]
    return found[0] if len(found) == 1 else None


def _same(one: str, other: str) -> bool:
    return one.casefold().split() == other.casefold().split()


def _words(seat: CommitteeSeat) -> dict[str, str]:
    return {"seat": str(seat), "code": seat.precinct.code}
