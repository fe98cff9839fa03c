"""Who keeps which block: the chapter's roster, a precinct's captains, one block's years, one member's load."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import (
    BooleanField,
    Case,
    Count,
    DateField,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Concat, Trim

from core.actors import Actor
from core.permissions import get_right
from precincts.enums import CaptaincyKind
from precincts.models import (
    AreaFigures,
    Block,
    BlockAssignment,
    Precinct,
    PrecinctAssignment,
)
from precincts.querysets import natural_order


def quiet_since(on: date) -> ExpressionWrapper:
    """The day since which a captain of the row's chapter must have noted something not to be lapsing."""
    return ExpressionWrapper(Value(on) - F("chapter__quiet_weeks") * 7, output_field=DateField())


def is_silent(on: date) -> Q:
    """Whether nothing was noted behind the row's block for too long."""
    return Q(figures__last_news__isnull=True) | Q(figures__last_news__date__lt=quiet_since(on))


def captain_of_block(on: date) -> QuerySet[BlockAssignment]:
    """The captain of the outer block on a day."""
    return BlockAssignment.objects.captains().in_force(on).filter(block=OuterRef("pk"))


def empty_since(on: date) -> Coalesce:
    """Since when a block without a captain has none: the last day of the former one, or when it was made."""
    former = BlockAssignment.objects.captains().filter(block=OuterRef("pk"), ends_on__lt=on)
    return Coalesce(Subquery(former.order_by("-ends_on").values("ends_on")[:1]), F("opened_on"))


def list_roster(actor: Actor, on: date) -> QuerySet[Block]:
    """The open blocks of precincts in force that the actor may see, each with its captain and size.

    Adds: `captain_id`, `captain_name`, `since`, `vacant_since`, `last_contact`, `is_lapsing`, `voters`, `doors`,
    `backups`.
    """
    return annotate_roster(_roster_blocks(actor, on).select_related("precinct"), on)


def _roster_blocks(actor: Actor, on: date) -> QuerySet[Block]:
    here = Precinct.objects.in_force(on).values("pk")
    return Block.objects.on_roster_of(actor).open().filter(precinct__in=here)


def annotate_roster(blocks: QuerySet[Block], on: date) -> QuerySet[Block]:
    """The figures of `list_roster` added to any blocks."""
    now = captain_of_block(on)
    backups = (
        BlockAssignment.objects.in_force(on)
        .backups()
        .filter(block=OuterRef("pk"))
        .order_by()
        .values("block")
        .annotate(rows=Count("pk"))
        .values("rows")
    )
    return blocks.annotate(
        code_order=natural_order("precinct__code"),
        captain_id=Subquery(now.values("member_id")[:1]),
        captain_name=Trim(
            Subquery(
                now.annotate(name=Concat("member__first_name", Value(" "), "member__last_name")).values(
                    "name"
                )[:1]
            )
        ),
        since=Subquery(now.values("starts_on")[:1]),
        vacant_since=Case(
            When(captain_id__isnull=True, then=empty_since(on)), output_field=DateField(null=True)
        ),
        last_contact=F("figures__last_news"),
        is_lapsing=Case(
            When(is_silent(on), captain_id__isnull=False, since__lt=quiet_since(on), then=Value(True)),
            default=Value(False),
            output_field=BooleanField(),
        ),
        voters=Coalesce(F("figures__voters"), 0),
        doors=Coalesce(F("figures__doors"), 0),
        backups=Coalesce(Subquery(backups, output_field=IntegerField()), 0),
    )


@dataclass(frozen=True, slots=True)
class RosterSummary:
    """The chapter's roster in figures; `covered` counts what stands in blocks with a captain."""

    blocks: int
    filled: int
    voters: int
    covered_voters: int
    doors: int
    covered_doors: int
    captains: int

    @property
    def vacant(self) -> int:
        return self.blocks - self.filled


def get_roster_summary(actor: Actor, on: date) -> RosterSummary:
    """What the head of the roster says of the precincts the actor may see. Three queries."""
    filled = BlockAssignment.objects.in_force(on).captains()
    blocks = _roster_blocks(actor, on)
    counted = blocks.aggregate(
        blocks=Count("pk", distinct=True),
        filled=Count("pk", distinct=True, filter=Q(pk__in=filled.values("block"))),
    )
    here = Precinct.objects.in_force(on)
    if not (actor.is_system or actor.holds(*get_right("precincts.see_roster").roles)):
        here = here.filter(pk__in=actor.precinct_ids)
    figures = AreaFigures.objects.filter(precinct__in=here.values("pk"), chapter_id=actor.chapter_id)
    in_filled = Q(block__in=filled.values("block"))
    people = figures.aggregate(
        all_voters=Sum("voters", default=0),
        covered_voters=Sum("voters", filter=in_filled, default=0),
        all_doors=Sum("doors", default=0),
        covered_doors=Sum("doors", filter=in_filled, default=0),
    )
    captains = filled.filter(block__in=blocks.values("pk")).values("member").distinct().count()
    return RosterSummary(
        **counted, voters=people.pop("all_voters"), doors=people.pop("all_doors"), **people, captains=captains
    )


def list_block_assignments(block: Block, *, on: date | None = None) -> QuerySet[BlockAssignment]:
    """The years of one block, latest first, with the people: all, or those in force on a day. One query."""
    rows = BlockAssignment.objects.filter(block=block)
    rows = rows.in_force(on) if on is not None else rows
    return rows.select_related("member", "given_by").order_by("-starts_on", "-pk")


def list_precinct_assignments(precinct: Precinct, *, on: date | None = None) -> QuerySet[PrecinctAssignment]:
    """The years of one precinct, latest first, with the people: all, or those in force on a day. One query."""
    rows = PrecinctAssignment.objects.filter(precinct=precinct)
    rows = rows.in_force(on) if on is not None else rows
    return rows.select_related("member", "given_by").order_by("-starts_on", "-pk")


def find_handover(years: Iterable[BlockAssignment], on: date) -> BlockAssignment | None:
    """Of a block's years, the latest former captain who left words for the next one."""
    left = (
        year
        for year in years
        if year.kind == CaptaincyKind.CAPTAIN and year.handover_note and year.ends_on and year.ends_on < on
    )
    return max(left, key=lambda year: year.ends_on or on, default=None)


def get_workloads(member_ids: Sequence[int], on: date) -> dict[int, tuple[int, int, int]]:
    """Blocks kept, blocks backed up and listed voters in the kept ones, by member. One query."""
    rows = (
        BlockAssignment.objects.in_force(on)
        .filter(member__in=list(member_ids), block__closed_on__isnull=True)
        .annotate(size=Coalesce(F("block__figures__voters"), 0))
    )
    found: dict[int, tuple[int, int, int]] = {}
    for member_id, kind, size in rows.values_list("member_id", "kind", "size"):
        blocks, backups, kept = found.get(member_id, (0, 0, 0))
        if kind == CaptaincyKind.CAPTAIN:
            found[member_id] = (blocks + 1, backups, kept + size)
        else:
            found[member_id] = (blocks, backups + 1, kept)
    return found
