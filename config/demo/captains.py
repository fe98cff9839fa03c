"""Captains and backups of the demo's blocks: most blocks filled, some handed over, some vacant."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from chapters.models import Chapter, Member
from config import demo
from config.demo.people import Resident, add_resident
from core.actors import Actor
from precincts.models import Block, Precinct
from precincts.services.roster import assign_captain, assign_precinct_captain

SHARE_FILLED = (1.0, 0.8, 0.6, 0.3)
"""Share of the blocks with a captain, precinct by precinct in the order of their codes."""

FIRST_DAY = date(2023, 3, 4)
HANDOVER_NOTE = "Ring twice at the corner house. Mail ballots need a reminder a week before."


@dataclass
class Roster:
    """What was given: the captain of each filled block."""

    captains: dict[Block, Member] = field(default_factory=dict)
    backups: int = 0
    vacant: list[Block] = field(default_factory=list)


def fill_roster(
    chapter: Chapter,
    residents: list[Resident],
    staff: dict[demo.SignIn, Member],
    *,
    by: Actor,
    on: date,
) -> Roster:
    """Give most blocks a captain who lives there, at different dates up to `on`."""
    roster = Roster()
    by_block: defaultdict[int | None, list[Resident]] = defaultdict(list)
    for resident in residents:
        by_block[resident.block_id].append(resident)
    precincts = Precinct.objects.filter(chapter=chapter).in_force(on).order_by("code")
    for place, precinct in enumerate(precincts):
        blocks = list(Block.objects.open().filter(precinct=precinct).order_by("number"))
        filled = max(1, round(len(blocks) * SHARE_FILLED[place % len(SHARE_FILLED)])) if blocks else 0
        roster.vacant += blocks[filled:]
        for block in blocks[:filled]:
            _fill(roster, block, by_block[block.pk], staff, by=by, on=on)
        _lead(precinct, place, blocks[:filled], roster, staff, by=by, on=on)
    return roster


def _fill(
    roster: Roster,
    block: Block,
    neighbours: list[Resident],
    staff: dict[demo.SignIn, Member],
    *,
    by: Actor,
    on: date,
) -> None:
    """A captain for one block; every fifth block was handed over once, every third has a backup."""
    number = len(roster.captains)
    since = min(FIRST_DAY + timedelta(days=(number * 173) % 1290), on)
    people = _distinct_doors(neighbours)
    if number % 5 == 2 and len(people) > 2 and since > FIRST_DAY:
        former = add_resident(block.chapter, people[2], by=by, number=200 + number, since=FIRST_DAY)
        assign_captain(block=block, member=former, by=by, on=FIRST_DAY)
    if number == 0 and demo.CAPTAIN in staff:
        member = staff[demo.CAPTAIN]
    elif people:
        member = add_resident(block.chapter, people[0], by=by, number=number, since=since)
    else:
        member = next(iter(roster.captains.values()))
    assign_captain(block=block, member=member, by=by, on=since, note=HANDOVER_NOTE)
    roster.captains[block] = member
    if number % 3 == 0 and len(people) > 1:
        backup = add_resident(block.chapter, people[1], by=by, number=100 + number, since=since)
        assign_captain(block=block, member=backup, by=by, on=min(since + timedelta(days=60), on), backup=True)
        roster.backups += 1


def _lead(
    precinct: Precinct,
    place: int,
    blocks: list[Block],
    roster: Roster,
    staff: dict[demo.SignIn, Member],
    *,
    by: Actor,
    on: date,
) -> None:
    """A precinct captain for the first two precincts: a sign-in of the demo, then a captain who moved up."""
    if place == 0 and demo.PRECINCT_CAPTAIN in staff:
        member = staff[demo.PRECINCT_CAPTAIN]
    elif place == 1 and blocks:
        member = roster.captains[blocks[-1]]
    else:
        return
    day = min(date(2024, 2, 17) + timedelta(days=400 * place), on)
    assign_precinct_captain(precinct=precinct, member=member, by=by, on=day)


def _distinct_doors(neighbours: list[Resident]) -> list[Resident]:
    seen: dict[int, Resident] = {}
    for resident in neighbours:
        seen.setdefault(resident.household_id, resident)
    return list(seen.values())
