"""Who trained whom, chapter by chapter, up to the region and the nation; and which precincts are ready."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet

from chapters.enums import MemberKind
from chapters.models import Chapter, Member
from precincts.lineage import Cycle, Place, grow_tree, is_ready
from precincts.models import Block, BlockAssignment, Precinct, PrecinctAssignment, Training, TurnoutGoal
from precincts.selectors.plans import get_plan_figures

LOOKED_AT = 4
"""So many elections of a kind are looked through for the last two that a precinct held."""


@dataclass(frozen=True, slots=True)
class Person:
    """One person of the lineage: who they are, what they keep today, when and by whom they were trained.

    Attributes:
        precincts, blocks: the codes and names of what they keep as captain today.
        training_id: the record of who trained them.
    """

    member_id: int
    name: str
    is_former: bool
    precincts: tuple[str, ...]
    blocks: tuple[str, ...]
    trained_on: date | None
    training_id: int | None


@dataclass(frozen=True, slots=True)
class Lineage:
    """One chapter's tree: the places of its people as it is read from the top, each person once."""

    chapter: Chapter
    places: list[Place]
    people: dict[int, Person]


@dataclass(frozen=True, slots=True)
class ChapterFigures:
    """A chapter below a region or the nation, in figures that name nobody."""

    chapter: Chapter
    precincts: int
    precinct_captains: int
    blocks: int
    block_captains: int
    trained: int


def get_lineage(chapter: Chapter, on: date) -> Lineage:
    """The tree of one chapter: its precinct captains of today, and everybody who was trained or trained somebody.

    Block captains of whom nothing is recorded are not in it. Four queries.
    """
    trainings = {row.trained_id: row for row in Training.objects.filter(chapter=chapter)}
    trainer_of = {trained: row.trainer_id for trained, row in trainings.items()}
    precincts: defaultdict[int, list[str]] = defaultdict(list)
    leading = PrecinctAssignment.objects.in_force(on).captains().filter(chapter=chapter)
    for member_id, code in leading.order_by("precinct__code").values_list("member_id", "precinct__code"):
        precincts[member_id].append(code)
    everybody = {*trainer_of, *trainer_of.values(), *precincts}
    blocks: defaultdict[int, list[str]] = defaultdict(list)
    keeping = (
        BlockAssignment.objects.in_force(on).captains().filter(member__in=everybody, block__closed_on=None)
    )
    for row in keeping.select_related("block__precinct").order_by("block__precinct__code", "block__number"):
        blocks[row.member_id].append(f"{row.block.precinct.code} · {row.block}")
    people = {
        member.pk: Person(
            member.pk, str(member), member.kind == MemberKind.FORMER, tuple(precincts.get(member.pk, ())),
            tuple(blocks.get(member.pk, ())), *_say_training(trainings.get(member.pk)),
        )
        for member in Member.objects.filter(pk__in=everybody)
    }  # fmt: skip
    order = {pk: one.name.casefold() for pk, one in people.items()}
    return Lineage(chapter, grow_tree(trainer_of, precincts, order=order), people)


def _say_training(training: Training | None) -> tuple[date | None, int | None]:
    return (training.on, training.pk) if training is not None else (None, None)


def list_above(chapter: Chapter) -> list[Chapter]:
    """The chapters above, the nation first; one query a level."""
    above: list[Chapter] = []
    current = chapter
    while current.parent_id is not None and all(one.pk != current.parent_id for one in above):
        current = Chapter.objects.get(pk=current.parent_id)
        above.append(current)
    return above[::-1]


def list_below(chapter: Chapter) -> list[Chapter]:
    """All chapters below, region by region; one query a level."""
    below: list[Chapter] = []
    parents = [chapter.pk]
    while parents:
        children = list(
            Chapter.objects.filter(parent__in=parents).exclude(pk__in=[c.pk for c in below]).order_by("name")
        )
        below += children
        parents = [one.pk for one in children]
    return below


def count_chapters(chapters: Collection[Chapter], on: date) -> list[ChapterFigures]:
    """The figures of some chapters, in their order. Five queries."""
    ids = [chapter.pk for chapter in chapters]
    precincts = _count(Precinct.objects.in_force(on).filter(chapter__in=ids))
    leading = _count(PrecinctAssignment.objects.in_force(on).captains().filter(chapter__in=ids))
    blocks = _count(Block.objects.open().filter(chapter__in=ids))
    keeping = BlockAssignment.objects.in_force(on).captains().filter(chapter__in=ids, block__closed_on=None)
    kept, trained = _count(keeping), _count(Training.objects.filter(chapter__in=ids))
    return [
        ChapterFigures(
            one, precincts.get(one.pk, 0), leading.get(one.pk, 0), blocks.get(one.pk, 0), kept.get(one.pk, 0),
            trained.get(one.pk, 0),
        )
        for one in chapters
    ]  # fmt: skip


def _count(rows: QuerySet[Any]) -> dict[int, int]:
    return dict(rows.order_by().values_list("chapter").annotate(Count("pk")))


@dataclass(frozen=True, slots=True)
class KindCycles:
    """The last elections of one kind that a precinct held, newest first, with the goal of each day."""

    kind: str
    cycles: tuple[Cycle, ...]

    @property
    def is_ready(self) -> bool:
        return is_ready(self.cycles)


def list_cycles(precinct_ids: Collection[int], chapter: Chapter, on: date) -> dict[int, list[KindCycles]]:
    """The last two elections of each kind with a goal, by precinct. Ten queries.

    A goal that was set after an election is none of that election's.
    """
    goals: defaultdict[tuple[int, str], list[TurnoutGoal]] = defaultdict(list)
    for goal in TurnoutGoal.objects.filter(precinct__in=list(precinct_ids)).order_by("-starts_on"):
        goals[goal.precinct_id, goal.kind].append(goal)
    wanted = {precinct_id for precinct_id, _kind in goals}
    found: dict[int, list[KindCycles]] = {pk: [] for pk in precinct_ids}
    for pk, figures in get_plan_figures(wanted, chapter, on, looked_at=LOOKED_AT).items() if wanted else ():
        for kind in figures.kinds:
            rows = goals.get((pk, kind.kind))
            if rows and kind.held:
                cycles = tuple(
                    Cycle(one.held_on, one.name, one.percent, _goal_on(rows, one.held_on))
                    for one in kind.held[:2]
                )
                found[pk].append(KindCycles(kind.kind, cycles))
    return found


def _goal_on(rows: list[TurnoutGoal], day: date) -> Decimal | None:
    return next((row.percent for row in rows if row.starts_on <= day), None)


def list_block_captains(precinct: Precinct, on: date) -> list[BlockAssignment]:
    """Who keeps a block of the precinct today, by block. One query."""
    rows = (
        BlockAssignment.objects.in_force(on)
        .captains()
        .filter(block__precinct=precinct, block__closed_on=None)
    )
    return list(rows.select_related("member", "block").order_by("block__number"))


def get_leader(precinct: Precinct, on: date) -> PrecinctAssignment | None:
    """The precinct's captain on a day. One query."""
    rows = PrecinctAssignment.objects.in_force(on).captains().filter(precinct=precinct)
    return rows.select_related("member").first()


def list_free_precincts(precinct: Precinct, on: date) -> list[Precinct]:
    """The chapter's other precincts in force that have no captain on a day or later. One query."""
    led = PrecinctAssignment.objects.captains().filter(chapter=precinct.chapter_id).exclude(ends_on__lt=on)
    rows = Precinct.objects.in_force(on).filter(~Q(pk=precinct.pk), chapter=precinct.chapter_id)
    return list(
        rows.exclude(pk__in=led.values("precinct")).with_code_order().order_by("county", "code_order")
    )


def list_trainers(chapter_id: int, on: date) -> QuerySet[Member]:
    """Who may have trained somebody: captains of today, and everybody of the lineage. One query."""
    people: QuerySet[Member] = Member.objects.filter(chapter_id=chapter_id).exclude(kind=MemberKind.FORMER)
    trainings = Training.objects.filter(chapter=chapter_id)
    return people.filter(
        _keeps_something(chapter_id, on)
        | Q(pk__in=trainings.values("trainer"))
        | Q(pk__in=trainings.values("trained"))
    )


def list_untrained(people: QuerySet[Member], chapter_id: int, on: date) -> QuerySet[Member]:
    """The captains of today of whom nobody is on record as their trainer. One query."""
    trained = Training.objects.filter(chapter=chapter_id).values("trained")
    return people.filter(_keeps_something(chapter_id, on)).exclude(pk__in=trained)


def _keeps_something(chapter_id: int, on: date) -> Q:
    blocks = BlockAssignment.objects.in_force(on).filter(chapter=chapter_id).values("member")
    precincts = PrecinctAssignment.objects.in_force(on).filter(chapter=chapter_id).values("member")
    return Q(pk__in=blocks) | Q(pk__in=precincts)
