"""Votes delivered: an election by precinct and block, against the goals and the election before, captain or not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Max, Min, Q, QuerySet

from chapters.models import Chapter
from core.actors import Actor
from core.permissions import has_right
from core.ranges import in_force
from precincts.enums import ImportKind
from precincts.intervals import Interval, newcombe, wilson
from precincts.models import Block, BlockAssignment, BlockMove, Election, TurnoutGoal, VoterImport
from precincts.selectors.plans import get_goals
from precincts.selectors.turnout import Places, Tally, by_block, by_precinct, count_turnout, total

FEW_BLOCKS = 5
"""With fewer blocks on one side, one house can turn a comparison."""

BLOCK_ELECTIONS = 8
"""How many of the last elections a block's own page shows."""


@dataclass(frozen=True, slots=True)
class PlaceVotes:
    """One precinct or block in one election.

    Attributes:
        before: the same place in the election compared with; None where it was not held or the block was not there.
        goal: the precinct's turnout goal on the day, in percent; None without one.
        captain: who kept the block on the day, "" for nobody.
        since: since when, of the captain.
    """

    now: Tally
    before: Tally | None = None
    goal: Decimal | None = None
    captain: str = ""
    since: date | None = None

    @property
    def percent(self) -> float | None:
        return self.now.percent

    @property
    def change(self) -> float | None:
        """Points of turnout more than in the election before."""
        now, before = self.now.percent, self.before.percent if self.before else None
        return None if now is None or before is None else now - before

    @property
    def has_reached(self) -> bool | None:
        """Whether the goal was reached; None without goal or voters."""
        if self.goal is None or not self.now.registered:
            return None
        return 100 * self.now.voted >= self.goal * self.now.registered


@dataclass(frozen=True, slots=True)
class Side:
    """The blocks with a captain on the day, or those without.

    Attributes:
        before: the same blocks in the election compared with; None where none of them was there then.
        interval: of the share that voted (Wilson).
    """

    blocks: int
    now: Tally
    before: Tally | None
    interval: Interval


@dataclass(frozen=True, slots=True)
class Comparison:
    """Covered and uncovered blocks side by side; `interval` is that of the difference (Newcombe), covered first.

    Attributes:
        recent: covered blocks whose captain had begun within the last 30 days before.
        unplaced: neighbours who were in no block.
    """

    covered: Side
    uncovered: Side
    interval: Interval
    recent: int
    unplaced: Tally

    @property
    def has_both(self) -> bool:
        return bool(self.covered.now.registered and self.uncovered.now.registered)

    @property
    def points(self) -> float:
        """The difference of the two turnouts, in points."""
        return (self.covered.now.percent or 0) - (self.uncovered.now.percent or 0)

    @property
    def points_before(self) -> float | None:
        """The same difference of the same blocks in the election before."""
        sides = [side.before.percent if side.before else None for side in (self.covered, self.uncovered)]
        return None if None in sides else float(sides[0] or 0) - float(sides[1] or 0)

    @property
    def is_small(self) -> bool:
        return min(self.covered.blocks, self.uncovered.blocks) < FEW_BLOCKS


@dataclass(frozen=True, slots=True)
class Records:
    """What the records reach back to: the day of the first cut, and of the first voter file; None without."""

    first_cut: date | None
    first_file: date | None


@dataclass(frozen=True, slots=True)
class VotesReport:
    """One election over some precincts.

    Attributes:
        compared: the election before that it is compared with.
        precincts, blocks: by id; blocks as they were on the day.
    """

    election: Election
    compared: Election | None
    whole: PlaceVotes
    precincts: Mapping[int, PlaceVotes]
    blocks: Mapping[int, PlaceVotes]
    comparison: Comparison
    records: Records

    @property
    def goals(self) -> tuple[int, int]:
        """How many precincts reached their goal, of how many that had one."""
        said = [one.has_reached for one in self.precincts.values() if one.has_reached is not None]
        return sum(said), len(said)


def list_elections(chapter: Chapter, on: date) -> QuerySet[Election]:
    """The elections of which votes are known, newest first, each with `imported_at` of its last returned list."""
    is_done = Q(imports__finished_at__isnull=False)
    rows = Election.objects.filter(chapter=chapter).annotate(
        imported_at=Max("imports__finished_at", filter=is_done)
    )
    return rows.filter(
        Q(bit__isnull=False, held_on__lte=on) | Q(labels=[], imported_at__isnull=False)
    ).order_by("-held_on", "pk")


def list_comparable(election: Election, on: date) -> list[Election]:
    """The elections of the same kind before one, newest first, whose history is in. One query."""
    rows = Election.objects.filter(
        chapter_id=election.chapter_id, kind=election.kind, held_on__lt=election.held_on, bit__isnull=False
    )
    return list(rows.order_by("-held_on", "pk"))


def list_scope(actor: Actor) -> list[int] | None:
    """The precincts whose votes the actor may see; None for the whole chapter."""
    return None if has_right(actor, "precincts.see_all") else sorted(actor.precinct_ids)


def get_report(
    chapter: Chapter,
    election: Election,
    compared: Election | None,
    *,
    on: date,
    precinct_ids: Collection[int] | None = None,
) -> VotesReport:
    """One election over the chapter or some of its precincts. Seven queries, however large they are.

    Args:
        on: today; an election ahead is looked at as of then.
    """
    day = min(election.held_on, on)
    elections = [election, *([compared] if compared else [])]
    counted = count_turnout(chapter, elections, precinct_ids=precinct_ids)
    places = counted[election.pk]
    earlier: Places = counted[compared.pk] if compared else {}
    goals = _goals(places, election.kind, day)
    captains = _captains(chapter, day)
    tallies, former = by_block(places), by_block(earlier)
    homes = {block_id: precinct_id for precinct_id, block_id in places if block_id is not None}
    blocks = {
        pk: PlaceVotes(now, _held(former.get(pk)), goals.get(homes[pk]), *captains.get(pk, ("", None)))
        for pk, now in tallies.items()
    }
    before = by_precinct(earlier)
    precincts = {
        pk: PlaceVotes(now, _held(before.get(pk)), goals.get(pk))
        for pk, now in by_precinct(places).items()
        if pk is not None
    }
    whole = PlaceVotes(total(places.values()), _held(total(earlier.values())))
    unplaced = total(tally for (_precinct, block), tally in places.items() if block is None)
    comparison = _compare(blocks, unplaced, day)
    return VotesReport(election, compared, whole, precincts, blocks, comparison, get_records(chapter))


def get_records(chapter: Chapter) -> Records:
    """How far back what is known of the past reaches. Two queries."""
    files = VoterImport.objects.filter(
        chapter=chapter, kind=ImportKind.VOTERS, finished_at__isnull=False
    ).aggregate(said=Min("obtained_on"), taken=Min("finished_at"))
    first_file = files["said"] or (files["taken"].date() if files["taken"] else None)
    return Records(BlockMove.objects.filter(chapter=chapter).aggregate(day=Min("on"))["day"], first_file)


def list_block_votes(block: Block, on: date) -> list[tuple[Election, PlaceVotes, Tally]]:
    """A block's last elections, newest first, each with its votes and those of its precinct. Seven queries."""
    elections = list(list_elections(block.chapter, on)[:BLOCK_ELECTIONS])
    counted = count_turnout(block.chapter, elections, precinct_ids=[block.precinct_id])
    assignments = list(BlockAssignment.objects.captains().filter(block=block).select_related("member"))
    goals = list(TurnoutGoal.objects.filter(precinct_id=block.precinct_id).order_by("-starts_on"))
    rows = []
    for place, election in enumerate(elections):
        now = by_block(counted[election.pk]).get(block.pk, Tally())
        like = next((one for one in elections[place + 1 :] if one.kind == election.kind), None)
        before = by_block(counted[like.pk]).get(block.pk) if like else None
        day = min(election.held_on, on)
        captain = _captain_on(assignments, day)
        goal = next(
            (one.percent for one in goals if one.kind == election.kind and one.starts_on <= day), None
        )
        votes = PlaceVotes(
            now, _held(before), goal,
            str(captain.member) if captain else "", captain.starts_on if captain else None,
        )  # fmt: skip
        rows.append((election, votes, by_precinct(counted[election.pk]).get(block.precinct_id, Tally())))
    return rows


def _captain_on(assignments: Iterable[BlockAssignment], day: date) -> BlockAssignment | None:
    return next(
        (one for one in assignments if one.starts_on <= day and (one.ends_on is None or one.ends_on >= day)),
        None,
    )


def _goals(places: Places, kind: str, day: date) -> dict[int | None, Decimal | None]:
    ids = {precinct_id for precinct_id, _block in places if precinct_id is not None}
    return {precinct_id: percent for (precinct_id, of), percent in get_goals(ids, day).items() if of == kind}


def _captains(chapter: Chapter, day: date) -> dict[int, tuple[str, date]]:
    """Who kept which block on a day, and since when; also who has left since."""
    rows = BlockAssignment.objects.captains().filter(in_force(day), chapter=chapter)
    columns = rows.values_list("block_id", "member__first_name", "member__last_name", "starts_on")
    return {block_id: (f"{first} {last}".strip(), since) for block_id, first, last, since in columns}


def _held(tally: Tally | None) -> Tally | None:
    """None where nobody voted: there was no such election."""
    return tally if tally is not None and tally.voted else None


def _compare(blocks: Mapping[int, PlaceVotes], unplaced: Tally, day: date) -> Comparison:
    covered = [one for one in blocks.values() if one.captain]
    uncovered = [one for one in blocks.values() if not one.captain]
    sides = [_side(covered), _side(uncovered)]
    counts = [side.now for side in sides]
    return Comparison(
        covered=sides[0],
        uncovered=sides[1],
        interval=newcombe(counts[0].voted, counts[0].registered, counts[1].voted, counts[1].registered),
        recent=sum(1 for one in covered if one.since is not None and (day - one.since).days < 30),
        unplaced=unplaced,
    )


def _side(blocks: Sequence[PlaceVotes]) -> Side:
    now = total(one.now for one in blocks)
    before = [one.before for one in blocks if one.before is not None]
    return Side(len(blocks), now, total(before) if before else None, wilson(now.voted, now.registered))
