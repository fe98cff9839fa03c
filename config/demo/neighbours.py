"""Neighbours the demo's files do not know, and what its captains say the files have wrong."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from chapters.models import Member
from core.actors import Actor
from precincts.casing import in_plain_case
from precincts.enums import CorrectionKind, FactKind, FactSource, SuppressionKind
from precincts.models import Block, Household, Voter
from precincts.services.corrections import approve_correction, ask_correction, reject_correction
from precincts.services.facts import record_fact
from precincts.services.neighbours import add_neighbour
from precincts.services.suppressions import suppress

_ADDED = (("Itzel", "Morales", 1998), ("Deacon", "Whitlow", None), ("Suraya", "Haddad", 2007))
"""Somebody by hand in each of the first blocks."""

BLOCKS = 4
"""In so many blocks somebody was added and somebody has moved away; captains with an account correct the file."""

_FORM = "Bring a registration form on Saturday"


def fill_books(captains: dict[Block, Member], *, by: Actor, on: date) -> int:
    """Add people by hand, note who moved away, ask for corrections and answer two of them; returns how many asked."""
    asked = 0
    for place, (block, member) in enumerate(list(captains.items())[:BLOCKS]):
        captain = _actor(member)
        doors = list(Household.objects.filter(block=block).order_by("walk_position", "pk"))
        people = list(Voter.objects.listed().filter(household__block=block).order_by("state_voter_id"))
        if len(people) < 8 or not doors:
            continue
        at = _noon(on - timedelta(days=3 + 2 * place))
        _add(doors[place % len(doors)], place, captain=captain, at=at)
        suppress(voter=people[0], kind=SuppressionKind.MOVED, by=captain, on=at.date())
        if captain.user_id is not None:
            asked += _ask(people[1:], captain=captain, by=by, at=at)
    return asked


def _add(door: Household, place: int, *, captain: Actor, at: datetime) -> None:
    first_name, last_name, birth_year = _ADDED[place % len(_ADDED)]
    voter = add_neighbour(
        household=door, first_name=first_name, last_name=last_name, birth_year=birth_year, by=captain, at=at
    )
    record_fact(
        voter=voter, kind=FactKind.NEXT_STEP, text=_FORM, source=FactSource.CAPTAIN, by=captain, at=at
    )


def _ask(people: list[Voter], *, captain: Actor, by: Actor, at: datetime) -> int:
    """What is wrong in one block: a name, approved; a year, rejected; somebody died and a unit, both waiting."""
    name, year, died, unit = people[:4]
    right = in_plain_case(f"{name.first_name}E {name.last_name}")
    first = ask_correction(
        voter=name, what=CorrectionKind.NAME, says=right, note="So it says on the mailbox.", by=captain, at=at
    )
    approve_correction(correction=first, by=by, at=at + timedelta(days=1))
    second = ask_correction(voter=year, what=CorrectionKind.BIRTH_YEAR, says="1961", by=captain, at=at)
    answer = "The county's card has it as in the file."
    reject_correction(correction=second, by=by, at=at + timedelta(days=1), answer=answer)
    note = "Her daughter told me."
    ask_correction(voter=died, what=CorrectionKind.DECEASED, note=note, by=captain, at=at)
    ask_correction(
        voter=unit, what=CorrectionKind.UNIT, says="2", note="The bell says so.", by=captain, at=at
    )
    return 4


def _actor(member: Member) -> Actor:
    return Actor(
        kind="user",
        label=str(member),
        chapter_id=member.chapter_id,
        user_id=member.user_id,
        member_id=member.pk,
    )


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(16), tzinfo=UTC)
