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
    (FactKind.ISSUE, "", "Rent went up by a third this year."),
    (FactKind.ISSUE, "", "The number 6 bus no longer stops here."),
    (FactKind.ISSUE, "", "Class sizes at Longleaf Elementary."),
    (FactKind.ISSUE, "", "No crossing at the mill, cars too fast."),
    (FactKind.ISSUE, "", "The clinic is open on two days only."),
    (FactKind.SUPPORT, "1", "1 (strong)"),
    (FactKind.SUPPORT, "2", "2 (leaning)"),
    (FactKind.SUPPORT, "3", "3 (undecided)"),
    (FactKind.SUPPORT, "4", "4 (leaning against)"),
    (FactKind.METHOD, "by_mail", ""),
    (FactKind.METHOD, "early", ""),
    (FactKind.METHOD, "election_day", ""),
    (FactKind.RIDE, "needs_ride", ""),
    (FactKind.RIDE, "steps", ""),
    (FactKind.RIDE, "no_time", ""),
    (FactKind.NEED, "early_voting", ""),
    (FactKind.NEED, "company", ""),
    (FactKind.LANGUAGE, "", "Spanish"),
    (FactKind.LANGUAGE, "", "Vietnamese"),
    (FactKind.HELP, "offers_help", ""),
    (FactKind.HELP, "offers_help", "Would take over a few doors, and has a porch for a meeting."),
    (FactKind.CONTACT, "talked", ""),
    (FactKind.CONTACT, "nobody_home", ""),
    (FactKind.NEXT_STEP, "come_back", ""),
    (FactKind.NEXT_STEP, "call", ""),
)
SOURCES = (FactSource.CAPTAIN, FactSource.DOOR, FactSource.CAPTAIN, FactSource.PHONE, FactSource.PAPER)
PER_BLOCK = 12


def tell_facts(captains: dict[Block, Member], *, on: date) -> int:
    """Some facts on neighbours of every captain's block, over the half year before `on`; returns how many.

    Every sixth captain has told nothing for ten weeks.
    """
    dice = random.Random(20261122)  # noqa: S311  (the same demo each time)
    told = 0
    for place, (block, member) in enumerate(captains.items()):
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
            day = on - timedelta(days=dice.randrange(70 if place % 6 == 4 else 1, 180))
            at = datetime.combine(day, time(dice.randrange(14, 23), dice.randrange(60)), tzinfo=UTC)
            record_fact(
                voter=voter, kind=kind, value=value, text=text, source=dice.choice(SOURCES), by=by, at=at
            )
            told += 1
    return told
