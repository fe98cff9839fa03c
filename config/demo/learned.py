"""What the demo's captains have learned of their neighbours."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta

from chapters.models import Member
from core.actors import Actor
from precincts.enums import FactKind, FactSource
from precincts.models import Block, Voter
from precincts.services.facts import record_fact

LEARNED: tuple[tuple[FactKind, str, str], ...] = (
    (FactKind.NOTE, "", "Works nights: after four in the afternoon."),
    (FactKind.NOTE, "", "The dog is friendly, the bell is broken. Knock."),
    (FactKind.NOTE, "", "Has lived here since 1988 and knows everybody on the street."),
    (FactKind.NOTE, "", "Asked for a yard sign."),
    (FactKind.ISSUE, "housing", "Rent went up by a third this year."),
    (FactKind.ISSUE, "buses", "The number 6 no longer stops here."),
    (FactKind.ISSUE, "schools", "Two children at Longleaf Elementary, class sizes."),
    (FactKind.ISSUE, "streets", "No crossing at the mill, cars too fast."),
    (FactKind.ISSUE, "health", "The clinic is open on two days only."),
    (FactKind.SUPPORT, "1", ""),
    (FactKind.SUPPORT, "2", ""),
    (FactKind.SUPPORT, "3", ""),
    (FactKind.SUPPORT, "4", ""),
    (FactKind.METHOD, "mail", ""),
    (FactKind.METHOD, "early", ""),
    (FactKind.METHOD, "election_day", ""),
    (FactKind.RIDE, "needs_ride", "No car, and the knee is bad."),
    (FactKind.LANGUAGE, "es", ""),
    (FactKind.HELP, "captain", "Would take over a few doors."),
    (FactKind.HELP, "host", "Has a porch for a meeting."),
    (FactKind.CONTACT, "talked", ""),
    (FactKind.CONTACT, "not_home", ""),
)
SOURCES = (FactSource.CAPTAIN, FactSource.DOOR, FactSource.CAPTAIN, FactSource.PHONE, FactSource.PAPER)
PER_BLOCK = 9


def tell_facts(captains: dict[Block, Member], *, on: date) -> int:
    """Some facts on neighbours of every captain's block, over the half year before `on`; returns how many."""
    dice = random.Random(20261122)  # noqa: S311  (the same demo each time)
    told = 0
    for block, member in captains.items():
        by = Actor(
            kind="user",
            label=str(member),
            chapter_id=member.chapter_id,
            user_id=member.user_id,
            member_id=member.pk,
        )
        voters = list(Voter.objects.listed().filter(household__block=block).order_by("state_voter_id"))
        for voter in dice.sample(voters, min(PER_BLOCK, len(voters))):
            kind, value, text = dice.choice(LEARNED)
            day = on - timedelta(days=dice.randrange(1, 180))
            at = datetime.combine(day, time(dice.randrange(14, 23), dice.randrange(60)), tzinfo=UTC)
            record_fact(
                voter=voter, kind=kind, value=value, text=text, source=dice.choice(SOURCES), by=by, at=at
            )
            told += 1
    return told
