"""How a precinct grows: which blocks want a captain or backup, whom to ask, which block is too large."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Avg, Count

from chapters.models import Chapter
from precincts.captaincy import Person, Place, Proposal, propose
from precincts.casing import in_plain_case
from precincts.earth import Plane
from precincts.enums import CaptaincyKind
from precincts.models import Block, BlockAsk, BlockAssignment, Precinct, Voter
from precincts.selectors.absences import StandIn, get_stand_ins
from precincts.selectors.consistent import Rule, get_rule
from precincts.selectors.growth_people import list_people


@dataclass(frozen=True, slots=True)
class Proposed:
    """One person proposed for one block, with what the reasons are said from."""

    proposal: Proposal
    person: Person
    name: str
    voter_id: int | None
    member_id: int | None

    @property
    def token(self) -> str:
        """What a form sends back: `voter:12` or `member:7`."""
        return f"member:{self.member_id}" if self.member_id is not None else f"voter:{self.voter_id}"


@dataclass(slots=True)
class GrowingBlock:
    """One open block as its precinct's growth sees it.

    Attributes:
        needs: "captain", "backup" or "" when it has both.
        asked: open asks for it.
    """

    block: Block
    voters: int = 0
    is_overloaded: bool = False
    captain: BlockAssignment | None = None
    backups: list[BlockAssignment] = field(default_factory=list)
    stand_in: StandIn | None = None
    middle: Place | None = None
    proposed: list[Proposed] = field(default_factory=list)
    asked: list[BlockAsk] = field(default_factory=list)

    @property
    def keepers(self) -> list[BlockAssignment]:
        return [self.captain, *self.backups] if self.captain is not None else self.backups

    @property
    def needs(self) -> str:
        if self.captain is None:
            return CaptaincyKind.CAPTAIN
        return "" if self.backups else CaptaincyKind.BACKUP


@dataclass(frozen=True, slots=True)
class Growth:
    """A precinct's blocks, those without a captain first; `rule` says which elections the votes are counted of."""

    blocks: list[GrowingBlock]
    rule: Rule

    @property
    def wanting(self) -> list[GrowingBlock]:
        return [one for one in self.blocks if one.needs]

    @property
    def overloaded(self) -> list[GrowingBlock]:
        return [one for one in self.blocks if one.is_overloaded]

    @property
    def away(self) -> list[GrowingBlock]:
        return [one for one in self.blocks if one.stand_in is not None]


def get_growth(precinct: Precinct, chapter: Chapter, on: date, *, each: int = 3) -> Growth:
    """The precinct's blocks with whom to ask for each that wants somebody. Sixteen queries at most."""
    blocks = _list_blocks(precinct, chapter, on)
    rule = get_rule(chapter, kind=chapter.consistency_kind, asked=chapter.consistency_elections, on=on)
    latitudes = [one.middle[1] for one in blocks.values() if one.middle is not None]
    plane = Plane(latitudes[0] if latitudes else 0.0)
    wanting = {pk: plane.to_metres(one.middle) for pk, one in blocks.items() if one.needs}
    if wanting:
        keepers = [row for one in blocks.values() for row in one.keepers]
        known = list_people(precinct, keepers, wanting, rule, plane, on)
        for block_id, proposals in propose(
            (one.person for one in known.values()), wanting, each=each
        ).items():
            blocks[block_id].proposed = [
                Proposed(one, who.person, in_plain_case(who.name), who.voter_id, who.member_id)
                for one in proposals
                for who in (known[one.key],)
            ]
    ordered = sorted(
        blocks.values(), key=lambda one: (one.captain is not None, not one.needs, one.block.number)
    )
    return Growth(ordered, rule)


def _list_blocks(precinct: Precinct, chapter: Chapter, on: date) -> dict[int, GrowingBlock]:
    """The open blocks with their size, middle (degrees), keepers and open asks. Five queries."""
    blocks = {
        block.pk: GrowingBlock(block)
        for block in Block.objects.open().filter(precinct=precinct).order_by("number")
    }
    listed = Voter.objects.listed().filter(household__block__in=list(blocks)).order_by()
    for block_id, voters, lon, lat in listed.values_list("household__block").annotate(
        Count("pk"), Avg("household__building__lon"), Avg("household__building__lat")
    ):
        one = blocks[block_id]
        one.voters, one.is_overloaded = voters, voters > chapter.most_voters
        one.middle = None if lon is None else (lon, lat)
    for row in BlockAssignment.objects.in_force(on).filter(block__in=list(blocks)).select_related("member"):
        one = blocks[row.block_id]
        if row.kind == CaptaincyKind.CAPTAIN:
            one.captain = row
        else:
            one.backups.append(row)
    for block_id, stand_in in get_stand_ins(list(blocks), on).items():
        blocks[block_id].stand_in = stand_in
    asks = BlockAsk.objects.open().without_confidential()
    for ask in (
        asks.filter(block__in=list(blocks)).select_related("ask__asked_by").order_by("ask__due_on", "pk")
    ):
        blocks[ask.block_id].asked.append(ask)
    return blocks
