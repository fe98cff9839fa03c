"""Precincts' plans: the goals, and how far each is reached, from what the database holds now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, When

from chapters.models import Chapter
from core.actors import Actor
from precincts.enums import ElectionKind, VoterStatus
from precincts.goals import LIKE_ELECTIONS, Turnout, keep_held, suggest_goal
from precincts.models import (
    Election,
    LocalIssue,
    MatchDecision,
    Precinct,
    PrecinctPlan,
    RegistrationEffort,
    TurnoutGoal,
    Voter,
)
from precincts.selectors.turnout import Tally, by_precinct, count_turnout

LOOKED_AT = 2 * LIKE_ELECTIONS
"""How many of a kind's last elections are looked through for those that a precinct held."""


@dataclass(frozen=True, slots=True)
class KindFigures:
    """One kind of election in one precinct.

    Attributes:
        goal: in percent of the neighbours registered on the day; None without a goal.
        is_settled: whether anybody decided on a goal, or that there is none.
        held: the elections held here that are on record, newest first; the first `LIKE_ELECTIONS` count.
        suggested: their mean turnout in percent; None without any.
    """

    kind: str
    goal: Decimal | None
    is_settled: bool
    held: tuple[Turnout, ...]
    suggested: Decimal | None

    @property
    def newest(self) -> Turnout | None:
        return self.held[0] if self.held else None


@dataclass(frozen=True, slots=True)
class DriveFigures:
    """The drive for registrations: how many neighbours added by hand wait, and what came of their forms.

    Attributes:
        unregistered: known to somebody, in no file yet.
        given, sent: forms, since the plan began.
        found: people found in a later file and merged with it, since the plan began.
    """

    unregistered: int = 0
    given: int = 0
    sent: int = 0
    found: int = 0


@dataclass(frozen=True, slots=True)
class PlanFigures:
    """One precinct's plan with what is reached of it.

    Attributes:
        began_on: None before anybody has set goals.
        registered: listed registered neighbours.
        newly_registered: those of them who registered since the plan began; 0 without a plan.
        kinds: in the order of `ElectionKind`; those with a goal or with an election that counts.
        open_issues: local issues not closed.
    """

    began_on: date | None
    registration_goal: int | None
    registered: int
    newly_registered: int
    kinds: tuple[KindFigures, ...]
    drive: DriveFigures
    open_issues: int

    def get_kind(self, kind: str) -> KindFigures | None:
        return next((one for one in self.kinds if one.kind == kind), None)

    @property
    def has_goals(self) -> bool:
        return self.registration_goal is not None or any(one.goal is not None for one in self.kinds)


def list_plans(actor: Actor, on: date) -> QuerySet[Precinct]:
    """The precincts in force that the actor may see, each with `began_on` of its plan and `code_order`. One query."""
    seen = Precinct.objects.visible_to(actor).in_force(on).order_by().values("pk")
    return Precinct.objects.filter(pk__in=seen).with_code_order().annotate(began_on=F("plan__began_on"))


def get_goals(precinct_ids: Collection[int], on: date) -> dict[tuple[int, str], Decimal | None]:
    """The turnout goals in force on a day, by precinct and kind; None where a goal was given up. One query."""
    rows = TurnoutGoal.objects.filter(precinct_id__in=precinct_ids, starts_on__lte=on)
    return {
        (row.precinct_id, row.kind): row.percent
        for row in rows.order_by("precinct_id", "kind", "-starts_on").distinct("precinct_id", "kind")
    }


def get_plan_figures(
    precinct_ids: Collection[int], chapter: Chapter, on: date, *, looked_at: int = LOOKED_AT
) -> dict[int, PlanFigures]:
    """The plans of some precincts of a chapter, all of them, with what is reached. Nine queries.

    Args:
        looked_at: how many elections of each kind are read; at least one.
    """
    ids = list(precinct_ids)
    elections = _list_elections(chapter, on, looked_at)
    goals = get_goals(ids, on)
    plans = {row.precinct_id: row for row in PrecinctPlan.objects.filter(precinct_id__in=ids)}
    counted = _count_voters(ids)
    turnout = {
        pk: by_precinct(places) for pk, places in count_turnout(chapter, elections, precinct_ids=ids).items()
    }
    drives = _count_drives(ids, chapter, {pk: plan.began_on for pk, plan in plans.items()})
    issues = _count_issues(ids)
    found = {}
    for pk in ids:
        plan, row = plans.get(pk), counted.get(pk, {})
        found[pk] = PlanFigures(
            began_on=plan.began_on if plan else None,
            registration_goal=plan.registration_goal if plan else None,
            registered=row.get("registered", 0),
            newly_registered=row.get("newly", 0),
            kinds=tuple(_list_kinds(pk, elections, turnout, goals)),
            drive=drives.get(pk, DriveFigures()),
            open_issues=issues.get(pk, 0),
        )
    return found


def _list_elections(chapter: Chapter, on: date, count: int) -> list[Election]:
    """The last elections of each kind that have a bit, newest first."""
    rows = Election.objects.filter(chapter=chapter, bit__isnull=False, held_on__lte=on)
    by_kind: defaultdict[str, list[Election]] = defaultdict(list)
    for row in rows.order_by("-held_on", "pk"):
        if len(by_kind[row.kind]) < count:
            by_kind[row.kind].append(row)
    return [row for some in by_kind.values() for row in some]


def living_at() -> Case:
    """The precinct a voter lives in: the door's; without a door, the file's."""
    return Case(
        When(household__isnull=False, then=F("household__precinct_id")),
        default=F("precinct_id"),
        output_field=IntegerField(),
    )


def _count_voters(precinct_ids: list[int]) -> dict[int, dict[str, int]]:
    """Registered neighbours and those newly so, by precinct."""
    began_on = Case(
        When(household__isnull=False, then=F("household__precinct__plan__began_on")),
        default=F("precinct__plan__began_on"),
    )
    rows = (
        Voter.objects.listed()
        .filter(state_voter_id__isnull=False)
        .living_in(*precinct_ids)
        .annotate(home=living_at(), began_on=began_on)
        .order_by()
        .values("home")
        .annotate(registered=Count("pk"), newly=Count("pk", filter=Q(registered_on__gte=F("began_on"))))
    )
    return {row.pop("home"): row for row in rows}


def _list_kinds(
    precinct_id: int,
    elections: Iterable[Election],
    turnout: Mapping[int, Mapping[int | None, Tally]],
    goals: dict[tuple[int, str], Decimal | None],
) -> Iterable[KindFigures]:
    by_kind: defaultdict[str, list[Turnout]] = defaultdict(list)
    for one in elections:
        tally = turnout[one.pk].get(precinct_id, Tally())
        by_kind[one.kind].append(Turnout(one.held_on, one.name, tally.voted, tally.registered))
    for kind in ElectionKind.values:
        held = keep_held(by_kind[kind])
        is_settled = (precinct_id, kind) in goals
        if held or is_settled:
            yield KindFigures(
                kind, goals.get((precinct_id, kind)), is_settled, tuple(held), suggest_goal(held)
            )


def _count_drives(
    precinct_ids: list[int], chapter: Chapter, began: dict[int, date]
) -> dict[int, DriveFigures]:
    """The drive in figures by precinct; people added by hand are few, so that each is read."""
    merged_on = MatchDecision.objects.standing().filter(added=OuterRef("pk"), is_same=True)
    rows = (
        Voter.objects.filter(chapter=chapter, state_voter_id__isnull=True)
        .filter(Q(is_listed=True) | Q(status=VoterStatus.MERGED))
        .annotate(home=living_at(), found_on=Subquery(merged_on.values("decided_at__date")[:1]))
        .filter(home__in=precinct_ids)
        .order_by()
    )
    counts: defaultdict[int, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for home, status, *days in rows.values_list(
        "home", "status", "registration__given_on", "registration__sent_on", "found_on"
    ):
        since = began.get(home, date.min)
        counts[home][0] += status == VoterStatus.UNREGISTERED
        for place, day in enumerate(days, start=1):
            counts[home][place] += day is not None and day >= since
    return {home: DriveFigures(*some) for home, some in counts.items()}


def _count_issues(precinct_ids: list[int]) -> dict[int, int]:
    rows = LocalIssue.objects.filter(precinct_id__in=precinct_ids, closed_on__isnull=True)
    return dict(rows.order_by().values_list("precinct_id").annotate(issues=Count("pk")))


def list_unregistered(actor: Actor, precinct: Precinct) -> QuerySet[Voter]:
    """The neighbours of a precinct whom somebody added by hand and no file names yet.

    Adds `given_on` and `sent_on` of their form. One query.
    """
    rows: Any = Voter.objects.visible_to(actor).by_hand().living_in(precinct.pk)
    return rows.select_related("household__building", "household__block", "added_by").annotate(
        given_on=F("registration__given_on"), sent_on=F("registration__sent_on")
    )


def get_effort(voter: Voter) -> RegistrationEffort | None:
    """How far one neighbour's registration has come; None before a form was given. One query."""
    return RegistrationEffort.objects.filter(voter=voter).first()
