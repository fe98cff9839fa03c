"""What there is to print, and the lists that were printed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Count, Exists, F, OuterRef, QuerySet
from django.utils.translation import gettext as _

from canvassing.models import WalkList
from chapters.models import Chapter
from core.actors import Actor
from core.ranges import in_force
from precincts.enums import CaptaincyKind, Channel, ImportKind
from precincts.models import Block, BlockAssignment, Precinct, Suppression, Voter, VoterImport
from precincts.querysets import VoterQuerySet
from precincts.selectors.absences import get_stand_ins
from precincts.selectors.neighbours import Door, list_frozen_doors
from precincts.selectors.returned import get_voting, list_accepted


@dataclass(frozen=True, slots=True)
class PrintTarget:
    """One list to print: a block, or with `block_id` None its precinct's doors that are in no block."""

    precinct_id: int
    block_id: int | None
    doors: int
    neighbours: int


@dataclass(frozen=True, slots=True)
class PrintPlan:
    """What one order would print, precinct by precinct, list-only sheets last in each.

    Attributes:
        uncut: codes of the precincts that have neighbours but no blocks yet; nothing is printed of them.
    """

    targets: tuple[PrintTarget, ...]
    uncut: tuple[str, ...] = ()

    @property
    def lists(self) -> int:
        return len(self.targets)

    @property
    def doors(self) -> int:
        return sum(target.doors for target in self.targets)

    @property
    def neighbours(self) -> int:
        return sum(target.neighbours for target in self.targets)


@dataclass(frozen=True, slots=True)
class Keepers:
    """Who keeps a block on a day; `stand_in` answers for it while the captain is away."""

    captain: str = ""
    backup: str = ""
    stand_in: str = ""


def plan_lists(
    chapter: Chapter,
    *,
    precinct: Precinct | None = None,
    block: Block | None = None,
    on: date,
    leaves_voted: bool = False,
) -> PrintPlan:
    """What printing a block, a precinct or (without either) the chapter would print. Three queries.

    People who are not to be contacted at the door are not counted: no list names them.

    Args:
        leaves_voted: whoever has voted in the election that is being voted in is left out, too; a query more.
    """
    voters = _reachable(chapter, on)
    if leaves_voted and (voting := get_voting(chapter, on)) is not None:
        voters = voters.filter(~Exists(list_accepted(voting.election).filter(voter=OuterRef("pk"))))
    blocks = Block.objects.filter(chapter=chapter).open().select_related("precinct")
    if block is not None:
        voters, blocks = voters.filter(household__block=block), blocks.filter(pk=block.pk)
    elif precinct is not None:
        voters = voters.living_in(precinct.pk)
        blocks = blocks.filter(precinct=precinct)
    counts = {
        row["household__block"]: (row["doors"], row["people"])
        for row in voters.exclude(household__block=None)
        .values("household__block")
        .annotate(doors=Count("household", distinct=True), people=Count("pk"))
    }
    loose = {} if block is not None else _count_loose(voters)
    precincts = {one.pk: one for one in Precinct.objects.filter(chapter=chapter).in_force(on)}
    targets: list[PrintTarget] = []
    uncut: list[str] = []
    by_precinct: dict[int, list[Block]] = {}
    for one in blocks.order_by("precinct__county", "precinct__code", "number"):
        by_precinct.setdefault(one.precinct_id, []).append(one)
    for precinct_id in [*by_precinct, *(pk for pk in loose if pk not in by_precinct)]:
        of_precinct = by_precinct.get(precinct_id, [])
        targets += [
            PrintTarget(precinct_id, one.pk, *counts[one.pk]) for one in of_precinct if one.pk in counts
        ]
        if precinct_id in loose and of_precinct:
            targets.append(PrintTarget(precinct_id, None, *loose[precinct_id]))
        elif precinct_id in loose and precinct_id in precincts:
            uncut.append(precincts[precinct_id].code)
    return PrintPlan(tuple(targets), tuple(sorted(uncut)))


def _reachable(chapter: Chapter, on: date) -> VoterQuerySet:
    """The listed voters at whose door one may knock."""
    reasons = Suppression.objects.filter(in_force(on), channel__in=(Channel.ANY, Channel.DOOR))
    own = reasons.filter(voter=OuterRef("pk"))
    merged = reasons.filter(voter__merged_into=OuterRef("pk"))
    reachable: VoterQuerySet = Voter.objects.filter(~Exists(own), ~Exists(merged), chapter=chapter).listed()
    return reachable


def _count_loose(voters: QuerySet[Voter]) -> dict[int, tuple[int, int]]:
    """Doors and people in no block, by precinct."""
    found: dict[int, tuple[int, int]] = {}
    rows = (
        voters.filter(household__block=None)
        .values("household__precinct", "precinct")
        .annotate(doors=Count("household", distinct=True), people=Count("pk"))
    )
    for row in rows:
        precinct_id = row["household__precinct"] or row["precinct"]
        if precinct_id is not None:
            doors, people = found.get(precinct_id, (0, 0))
            found[precinct_id] = (doors + (row["doors"] or 1), people + row["people"])
    return found


def get_keepers(block: Block, *, on: date) -> Keepers:
    """The captain and the backup of a block on a day, and who stands in. Two queries."""
    names: dict[str, list[str]] = {}
    rows = BlockAssignment.objects.in_force(on).filter(block=block).select_related("member")
    for row in rows.order_by("starts_on", "pk"):
        names.setdefault(row.kind, []).append(str(row.member))
    away = get_stand_ins([block.pk], on).get(block.pk)
    return Keepers(
        captain=", ".join(names.get(CaptaincyKind.CAPTAIN, [])),
        backup=", ".join(names.get(CaptaincyKind.BACKUP, [])),
        stand_in=str(away.member) if away is not None else "",
    )


def list_file_terms(chapter: Chapter) -> list[dict[str, str]]:
    """Where the chapter's voters come from and what may be done with their data, the newest first. One query.

    Files of one source with one permitted use count as one, with the latest date.
    """
    imports = VoterImport.objects.filter(chapter=chapter, kind=ImportKind.VOTERS, finished_at__isnull=False)
    found: dict[tuple[str, str], dict[str, str]] = {}
    for row in imports.order_by(F("obtained_on").desc(nulls_last=True), "-started_at"):
        source = row.source or row.filename
        terms = {
            "source": source,
            "obtained_on": row.obtained_on.isoformat() if row.obtained_on else "",
            "permitted_use": row.permitted_use,
        }
        found.setdefault((source, row.permitted_use), terms)
    return list(found.values())


def list_doors_of_list(walk_list: WalkList, *, on: date, actor: Actor) -> list[Door]:
    """The list's doors in its order, without those whom the actor may not see, or nobody knock at, any more."""
    doors = list_frozen_doors(walk_list.frozen_doors, walk_list.chapter, on=on, actor=actor)
    return keep_reachable(doors)


def keep_reachable(doors: Iterable[Door]) -> list[Door]:
    """The doors without the people who are not to be contacted, and without doors where nobody is left."""
    kept = []
    for door in doors:
        neighbours = tuple(one for one in door.neighbours if not one.suppression)
        if neighbours:
            kept.append(replace(door, neighbours=neighbours))
    return kept


def keep_not_voted(doors: Iterable[Door]) -> list[Door]:
    """The doors without the people who have voted already, and without doors where nobody is left."""
    kept = []
    for door in doors:
        neighbours = tuple(one for one in door.neighbours if not one.has_voted)
        if neighbours:
            kept.append(replace(door, neighbours=neighbours))
    return kept


def list_walk_lists(actor: Actor) -> QuerySet[WalkList]:
    """The lists the actor may see, with what their rows show; newest first."""
    return (
        WalkList.objects.visible_to(actor)
        .select_related("precinct", "block", "made_by", "chapter")
        .defer("doors")
    )


def count_blocks_without_list(actor: Actor, *, on: date) -> int:
    """Open blocks with a captain on a day whose neighbours were never printed; what Today asks about."""
    captains = BlockAssignment.objects.in_force(on).captains().filter(block=OuterRef("pk"))
    return Block.objects.visible_to(actor).open().filter(Exists(captains), walk_lists=None).count()


def place_of(walk_list: WalkList) -> str:
    """Where the list is walked, in words: "Precinct 3-2, block 7"."""
    if walk_list.block is None:
        return _("Precinct %(precinct)s, list-only doors") % {"precinct": walk_list.precinct.code}
    names = {"precinct": walk_list.precinct.code, "block": str(walk_list.block)}
    return _("Precinct %(precinct)s, block %(block)s") % names
