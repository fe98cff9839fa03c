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


def unlink_seats_of(member_id: int, by: Actor, on: date) -> None:
    """A seat that a former member holds stays theirs by name; it is no longer held by one of ours."""
    for seat in CommitteeSeat.objects.filter(holder_id=member_id).select_related("precinct").order_by("pk"):
        _unlink(seat, by)


def _unlink(seat: CommitteeSeat, by: Actor) -> None:
    seat.holder = None
    seat.save(update_fields=["holder"])
    audit.record(
        by=by, verb="precincts.seat_changed", row=seat, detail={"fields": ["holder"]},
        summary=lambda: _("The seat %(seat)s in precinct %(code)s is no longer held by one of ours") % _words(seat),
    )  # fmt: skip


def _save(seat: CommitteeSeat) -> None:
    """Save a seat whose holder is one of ours when exactly one of the chapter's people has the name.

    Raises:
        SeatExists, SeatDatesOutOfOrder: as the callers say.
    """
    _require_order(seat.term_starts_on, seat.term_ends_on, seat.filing_opens_on, seat.filing_closes_on)
    seat.holder = Holders(seat.chapter_id, seat.holder_name).find(seat.holder_name)
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


class Holders:
    """A chapter's people by their names, for the seats they hold. One query, when the first name is looked for."""

    def __init__(self, chapter_id: int, name: str = "") -> None:
        """Know whose people they are.

        Args:
            name: the only name that will be looked for.
        """
        people = Member.objects.filter(chapter_id=chapter_id).exclude(kind=MemberKind.FORMER)
        words = name.split()
        if words:
            ends = Q(last_name__iendswith=words[-1]) | Q(last_name="")
            people = people.filter(ends, first_name__istartswith=words[0])
        self._people = people
        self._by_name: dict[str, list[Member]] | None = None

    def find(self, name: str) -> Member | None:
        """The one person of this name; None where nobody has it, or more than one."""
        if not name.strip():
            return None
        if self._by_name is None:
            self._by_name = {}
            for member in self._people:
                self._by_name.setdefault(_folded(str(member)), []).append(member)
        found = self._by_name.get(_folded(name), [])
        return found[0] if len(found) == 1 else None


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def _words(seat: CommitteeSeat) -> dict[str, str]:
    return {"seat": str(seat), "code": seat.precinct.code}
