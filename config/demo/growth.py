"""How the demo's chapter grows: people asked and their answers, a block that has become too large, a captain away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from django.db.models import F

from chapters.models import Chapter, Member
from core.actors import Actor
from precincts.enums import CaptaincyKind
from precincts.models import (
    Block,
    BlockAsk,
    BlockAssignment,
    Household,
    Precinct,
    PrecinctAssignment,
    Voter,
)
from precincts.selectors.asks import list_askers
from precincts.selectors.growth import GrowingBlock, Proposed, get_growth
from precincts.services.absences import hand_over_for_a_time
from precincts.services.asks import answer_block_ask, ask_for_block
from precincts.services.blocks import move_households
from precincts.services.promotions import record_training
from precincts.services.residences import settle_member

_ANSWERS = (
    ("yes", "Has wanted to do something since the bus was cut."),
    ("maybe", "Wants to see a list first, and what it takes a month."),
    ("later", "Not before the harvest is in."),
    ("no", "Cares for her mother; glad to host a porch meeting."),
    ("", ""),
    ("", ""),
)
"""What was said, ask by ask; the last ones wait for an answer."""

_AWAY_NOTE = "The Tilleys want to hear about mail ballots. Everything else can wait."


def fill_growth(chapter: Chapter, captains: dict[Block, Member], *, by: Actor, on: date) -> int:
    """Homes, a lineage, asks, one overloaded block and one captain away; returns how many were asked. Nothing when some were."""
    if BlockAsk.objects.filter(chapter=chapter).exists():
        return 0
    settle_captains(captains, by=by, on=on)
    overload_one(chapter, captains, by=by, on=on)
    send_one_away(captains, by=by, on=on)
    tell_lineage(chapter, by=by, on=on)
    return _ask(chapter, by=by, on=on)


def settle_captains(captains: dict[Block, Member], *, by: Actor, on: date) -> None:
    """The captains who are voters of their own block live at their door, as the file says."""
    for block, member in captains.items():
        voters = Voter.objects.listed().filter(
            household__block=block, first_name__iexact=member.first_name, last_name__iexact=member.last_name
        )
        voter = voters.select_related("household").first()
        if voter is not None and voter.household is not None:
            settle_member(member=member, household=voter.household, voter=voter, by=by, on=on)


def tell_lineage(chapter: Chapter, *, by: Actor, on: date) -> None:
    """The first precinct's captain brought up the second's, who brought up two block captains."""
    rows = PrecinctAssignment.objects.in_force(on).captains().filter(chapter=chapter)
    leaders = list(rows.select_related("member", "precinct").order_by("starts_on", "pk")[:2])
    for one, other in pairwise(leaders):
        record_training(
            trainer=one.member, trained=other.member, by=by, on=other.starts_on, precinct=other.precinct
        )
    if leaders:
        last = leaders[-1]
        keeping = (
            BlockAssignment.objects.in_force(on).captains().filter(chapter=chapter, block__closed_on=None)
        )
        others = keeping.exclude(member__in=[leader.member_id for leader in leaders]).select_related("block")
        nearest = sorted(others, key=lambda row: (row.block.precinct_id != last.precinct_id, row.pk))
        for row in nearest[:2]:
            trained_on = max(row.starts_on, last.starts_on)
            record_training(
                trainer=last.member, trained=row.member, by=by, on=trained_on, precinct=last.precinct
            )


def overload_one(chapter: Chapter, captains: dict[Block, Member], *, by: Actor, on: date) -> None:
    """One captain took over most of the vacant block next door: too much for one person."""
    for block in reversed(list(captains)):
        rows = Block.objects.open().filter(precinct=block.precinct_id, number=block.number + 1)
        other = rows.first()
        if other is None or other in captains:
            continue
        doors = Household.objects.filter(block=other).order_by("walk_position").values_list("pk", flat=True)
        most = list(doors)[: len(doors) * 2 // 3]
        if most:
            move_households(precinct=block.precinct, household_ids=most, to_block=block, by=by, on=on)
        return


def send_one_away(captains: dict[Block, Member], *, by: Actor, on: date) -> None:
    """The first captain with a backup, but not the one who signs in, is away for a fortnight."""
    for block, member in list(captains.items())[1:]:
        standing = BlockAssignment.objects.in_force(on).filter(block=block)
        captain, backup = standing.captains().filter(member=member).first(), standing.backups().first()
        if captain is not None and backup is not None:
            hand_over_for_a_time(
                assignment=captain, stand_in=backup.member, starts_on=max(on - timedelta(days=2), captain.starts_on),
                ends_on=on + timedelta(days=11), by=by, on=on, note=_AWAY_NOTE,
            )  # fmt: skip
            return


def _ask(chapter: Chapter, *, by: Actor, on: date) -> int:
    """Some proposed people were asked weeks ago, by whoever led there then; the last ones are to be asked now."""
    asked: set[str] = set()
    for growing, who in _list_wanted(chapter, on):
        if len(asked) == len(_ANSWERS):
            break
        place = len(asked)
        result, note = _ANSWERS[place]
        days = (on - timedelta(days=20 - 3 * place), on) if result else (on,)
        found = next(((day, asker) for day in days if (asker := _find_asker(growing, who, day))), None)
        if found is None or who.token in asked:
            continue
        day, asker = found
        row = ask_for_block(
            block=growing.block, kind=growing.needs, asked_by=asker, by=by, on=day,
            due_on=day + timedelta(days=1 + 5 * (place % 2)), voter=Voter.objects.filter(pk=who.voter_id).first(),
            member=Member.objects.filter(pk=who.member_id).first(),
        )  # fmt: skip
        if result:
            answer_block_ask(
                block_ask=row, result=result, by=by, on=min(on, day + timedelta(days=2)), note=note,
                kind=CaptaincyKind.BACKUP,
                follow_up_on=on + timedelta(days=2 * place) if result in ("maybe", "later") else None,
            )  # fmt: skip
        asked.add(who.token)
    return len(asked)


def _find_asker(growing: GrowingBlock, who: Proposed, day: date) -> Member | None:
    """Somebody who sees the one to be asked on that day: with an account before without."""
    lives_here = who.person.block_id == growing.block.pk
    askers = list_askers(growing.block.precinct, day, growing.block if lives_here else None)
    found: Member | None = (
        askers.exclude(pk=who.member_id).order_by(F("user").asc(nulls_last=True), "pk").first()
    )
    return found


def _list_wanted(chapter: Chapter, on: date) -> Iterator[tuple[GrowingBlock, Proposed]]:
    """The best proposed of the blocks that want somebody, precinct by precinct."""
    for precinct in Precinct.objects.filter(chapter=chapter).in_force(on).order_by("code"):
        for growing in get_growth(precinct, chapter, on).wanting:
            if growing.proposed:
                yield growing, growing.proposed[0]
