"""Neighbours the file does not know: added by hand at a door, taken out again when that was a mistake."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from chapters.selectors.actors import today_in
from chapters.services import audit
from core.actors import Actor
from core.errors import DomainError
from precincts.casing import in_plain_case
from precincts.enums import VoterStatus
from precincts.models import Household, Voter
from precincts.services.ask_closings import close_asks_of_voter
from precincts.services.figures import recount_at


class NeighbourKnown(DomainError):
    """Somebody of this name stands at the door already."""


class NeighbourOfTheFile(DomainError):
    """Only somebody added by hand is taken out by hand."""


@transaction.atomic
def add_neighbour(
    *,
    household: Household,
    first_name: str,
    last_name: str,
    by: Actor,
    at: datetime,
    birth_year: int | None = None,
    phone: str = "",
) -> Voter:
    """Add somebody who lives at a door and is in no file: a neighbour without a registration.

    Raises:
        NeighbourKnown: somebody listed at the door has this name, and not another year of birth.
    """
    Household.objects.select_for_update(of=("self",)).get(pk=household.pk)
    first_name, last_name = " ".join(first_name.split()), " ".join(last_name.split())
    other = find_at_door(household, first_name=first_name, last_name=last_name, birth_year=birth_year)
    if other is not None:
        raise _known(str(other))
    try:
        with transaction.atomic():
            voter = Voter.objects.create(
                chapter_id=household.chapter_id, household=household, precinct_id=household.precinct_id,
                state=household.chapter.state,
                first_name=first_name, last_name=last_name, birth_year=birth_year, phone=phone.strip(),
                status=VoterStatus.UNREGISTERED, household_since=today_in(household.chapter, at), added_by_id=by.user_id, added_at=at,
            )  # fmt: skip
    except IntegrityError as error:
        raise _known(f"{first_name} {last_name}") from error
    recount_at(household)
    audit.record(
        by=by, verb="precincts.neighbour_added", row=voter,
        summary=lambda: _("Added %(name)s by hand at %(door)s") % {"name": voter, "door": _door(household)},
    )  # fmt: skip
    return voter


@transaction.atomic
def remove_neighbour(*, voter: Voter, by: Actor, on: date) -> None:
    """Take out somebody who was added by mistake; the row and what was noted of them stay on record.

    Raises:
        NeighbourOfTheFile: the person stands in the state's file.
    """
    voter = Voter.objects.select_for_update(of=("self",)).get(pk=voter.pk)
    if voter.state_voter_id is not None:
        raise NeighbourOfTheFile(
            _("%(name)s stands in the state's file and cannot be taken out by hand.") % {"name": voter},
            hint=_("Say what is wrong instead; an organizer decides."),
        )
    voter.gone_on = on
    voter.save(update_fields=["gone_on"])
    close_asks_of_voter(voter=voter, by=by, on=on)
    recount_at(voter.household)
    audit.record(
        by=by, verb="precincts.neighbour_removed", row=voter,
        summary=lambda: _("Took out %(name)s, who had been added by hand") % {"name": voter},
    )  # fmt: skip


def find_at_door(
    household: Household, *, first_name: str, last_name: str, birth_year: int | None
) -> Voter | None:
    """Somebody listed at the door whose name is written alike, whatever the case and the accents.

    Two people of one name are told apart by their years of birth, where both are known. Confidential people are
    never found.
    """
    wanted = _plain(f"{first_name} {last_name}")
    for other in Voter.objects.listed().filter(household=household):
        known = other.birth_year or (other.birth_date.year if other.birth_date else None)
        alike = birth_year is None or known is None or birth_year == known
        if alike and _plain(f"{other.first_name} {other.last_name}") == wanted:
            return other
    return None


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.casefold())
    return " ".join("".join(one for one in letters if not unicodedata.combining(one)).split())


def say_known(name: str) -> str:
    """The refusal in words, for the form and for whoever was faster."""
    return _("%(name)s stands at this door already; nobody was added.") % {"name": in_plain_case(name)}


def _known(name: str) -> NeighbourKnown:
    return NeighbourKnown(
        say_known(name),
        hint=_("For a second person of the same name, give the year of birth."),
    )


def _door(household: Household) -> str:
    return in_plain_case(str(household))
