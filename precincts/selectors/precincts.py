"""The chapter's precincts with their figures: how many voters, doors, blocks, captains."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from chapters.models import Chapter
from core.actors import Actor
from core.errors import DomainError
from precincts.enums import ChangeKind, ImportKind
from precincts.models import (
    AreaFigures,
    Block,
    BlockAssignment,
    Precinct,
    Voter,
    VoterChange,
    VoterImport,
)
from precincts.propensity import HeldElection
from precincts.selectors.consistency import is_hot
from precincts.selectors.neighbours import list_shown_elections


class NoSuchPrecinct(DomainError):
    """The chapter has no precinct of that code in force."""


class SeveralPrecincts(DomainError):
    """Several counties of the chapter have a precinct of that code."""


def get_precinct_by_code(chapter: Chapter, code: str, on: date) -> Precinct:
    """The precinct a person names by its code ("3-2"), or by county and code ("WAKE/3-2"), as it is on a day.

    Raises:
        NoSuchPrecinct: there is none.
        SeveralPrecincts: more than one county has it.
    """
    rows = Precinct.objects.filter(chapter=chapter).in_force(on)
    county, _slash, rest = code.partition("/")
    found = list(rows.filter(code=code)[:2]) or list(rows.filter(county__iexact=county, code=rest)[:2])
    if not found:
        raise NoSuchPrecinct(_("The chapter has no precinct %(code)s.") % {"code": code})
    if len(found) > 1:
        raise SeveralPrecincts(
            _("Several counties of the chapter have a precinct %(code)s.") % {"code": code},
            hint=_("Name the county too: %(county)s/%(code)s.") % {"county": found[0].county, "code": code},
        )
    return found[0]


def count_in_precinct(rows: QuerySet[Any]) -> Coalesce:
    """How many of the rows belong to the outer precinct, 0 when none."""
    return _of_precinct(rows, Count("pk"))


def sum_in_precinct(rows: QuerySet[AreaFigures], column: str) -> Coalesce:
    """A figure of the outer precinct, as `services.figures` counted it, 0 when none."""
    return _of_precinct(rows, Sum(column))


def _of_precinct(rows: QuerySet[Any], figure: Count | Sum) -> Coalesce:
    found = rows.filter(precinct=OuterRef("pk")).order_by().values("precinct").annotate(found=figure)
    return Coalesce(Subquery(found.values("found"), output_field=IntegerField()), 0)


def _filled_blocks(on: date) -> QuerySet[Block]:
    captains = BlockAssignment.objects.in_force(on).captains().filter(block=OuterRef("pk"))
    return Block.objects.open().filter(Exists(captains))


def list_precincts(actor: Actor, on: date) -> QuerySet[Precinct]:
    """The precincts in force that the actor may see, each with its figures.

    Adds: `listed` voters, `doors` with one, `open_blocks`, `filled` and `vacant` ones, `unplaced` doors
    (no coordinates), `code_order`.
    """
    # The rows are found first, so that a captain's joins do not multiply what is counted.
    seen = Precinct.objects.visible_to(actor).in_force(on).values("pk")
    figures = AreaFigures.objects.all()
    return (
        Precinct.objects.filter(pk__in=seen)
        .with_code_order()
        .annotate(
            listed=sum_in_precinct(figures, "voters"),
            doors=sum_in_precinct(figures, "doors"),
            open_blocks=count_in_precinct(Block.objects.open()),
            filled=count_in_precinct(_filled_blocks(on)),
            unplaced=sum_in_precinct(figures, "unplaced"),
            vacant=F("open_blocks") - F("filled"),
        )
    )


@dataclass(frozen=True, slots=True)
class PrecinctFigures:
    """What the head of a precinct's page says; voters are listed ones, doors those with a listed voter."""

    voters: int
    doors: int
    blocks: int
    filled: int
    covered: int
    unplaced: int
    list_only: int

    @property
    def vacant(self) -> int:
        return self.blocks - self.filled

    @property
    def mean(self) -> int:
        """Voters in a block, rounded to the nearest; 0 without blocks."""
        return round((self.voters - self.list_only) / self.blocks) if self.blocks else 0


def get_precinct_figures(precinct: Precinct, on: date) -> PrecinctFigures:
    """The precinct's figures. Two queries."""
    filled = BlockAssignment.objects.in_force(on).captains()
    voters = Voter.objects.listed().living_in(precinct.pk)
    counted = voters.aggregate(
        voters=Count("pk"),
        doors=Count("household", distinct=True),
        covered=Count("pk", filter=Q(household__block__in=filled.values("block"))),
        unplaced=Count("household", distinct=True, filter=Q(household__building__lon__isnull=True)),
        list_only=Count("pk", filter=Q(household__block__isnull=True)),
    )
    blocks = (
        Block.objects.open()
        .filter(precinct=precinct)
        .aggregate(blocks=Count("pk"), filled=Count("pk", filter=Q(pk__in=filled.values("block"))))
    )
    return PrecinctFigures(**counted, **blocks)


@dataclass(frozen=True, slots=True)
class ChapterProgress:
    """How far the chapter has come on the way from a file to captains."""

    precincts: int
    voters: bool
    uncut: int
    blocks: int
    vacant: int


def get_chapter_progress(chapter_id: int, on: date) -> ChapterProgress:
    """What Today asks: are there voters, precincts without blocks, blocks without captains? Three queries."""
    precincts = Precinct.objects.filter(chapter_id=chapter_id).in_force(on)
    cut = Block.objects.open().filter(precinct=OuterRef("pk"))
    someone = Voter.objects.listed().filter(precinct=OuterRef("pk"))
    counted = precincts.aggregate(
        precincts=Count("pk"), uncut=Count("pk", filter=~Q(Exists(cut)) & Q(Exists(someone)))
    )
    filled = BlockAssignment.objects.in_force(on).captains().filter(block=OuterRef("pk"))
    blocks = (
        Block.objects.open()
        .filter(chapter_id=chapter_id)
        .aggregate(blocks=Count("pk"), vacant=Count("pk", filter=~Q(Exists(filled))))
    )
    voters = Voter.objects.filter(chapter_id=chapter_id).exists()
    return ChapterProgress(voters=voters, **counted, **blocks)


@dataclass(frozen=True, slots=True)
class HotCount:
    """How many voters are hot: with `needed` votes in the last `asked` elections, or as large a share of fewer."""

    voters: int
    needed: int
    asked: int


def count_hot(precinct: Precinct, chapter: Chapter, on: date) -> HotCount | None:
    """The listed voters whom the chapter's rule calls hot on a day; None before it knows an election that counts.

    Two queries.
    """
    elections = list_shown_elections(chapter, on=on)
    if not elections:
        return None
    held = [HeldElection(election.held_on, election.bit or 0) for election in elections]
    hot = Voter.objects.listed().living_in(precinct.pk).filter(is_hot(held, hot_from=chapter.hot_from))
    return HotCount(hot.count(), min(chapter.hot_from, len(held)), len(held))


def count_newcomers(precinct: Precinct) -> int:
    """Listed voters whom the chapter's latest voter file brought new, back, or from elsewhere to a door here."""
    latest = (
        VoterImport.objects.filter(chapter_id=precinct.chapter_id, kind=ImportKind.VOTERS)
        .exclude(finished_at=None)
        .order_by("-started_at")
        .values("pk")[:1]
    )
    came = VoterChange.objects.filter(
        voter_import=Subquery(latest),
        kind__in=(ChangeKind.NEW, ChangeKind.MOVED, ChangeKind.RETURNED),
        voter__in=Voter.objects.listed().living_in(precinct.pk).order_by().values("pk"),
    )
    return came.count()
