"""The consistent voters of a precinct: who they are, in which elections they voted, how many are hot or cold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Count, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from chapters.models import Chapter
from precincts.affiliation import Affiliation, Learned
from precincts.enums import FactKind, Heat, VoterStatus
from precincts.models import Election, Fact, Precinct, Voter
from precincts.propensity import HeldElection, measure, scale_threshold
from precincts.querysets import VoterQuerySet, natural_order
from precincts.selectors.consistency import (
    elections_since_registration,
    split_by_heat,
    votes_since_registration,
)
from precincts.selectors.neighbours import Mark, affiliation_of, list_primaries, list_rows_of, marks_of

MOST_ELECTIONS = 12
"""So many elections back can be asked about, as in the chapter's settings."""

HEATS = tuple(Heat)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What is counted: the last elections of a kind, and how many votes are called what.

    Attributes:
        asked: how many elections back were asked about.
        last: those on record, the latest first; fewer than `asked` where the chapter knows no more.
        hot_from, warm_from: the chapter's thresholds, scaled to so many elections.
        primaries: the days of all primaries by election, for the ballots pulled.
    """

    kind: str
    asked: int
    last: tuple[Election, ...]
    hot_from: int
    warm_from: int
    primaries: dict[int, date]

    @property
    def held(self) -> list[HeldElection]:
        return [HeldElection(election.held_on, election.bit or 0) for election in self.last]

    @property
    def is_short(self) -> bool:
        """Whether fewer elections are on record than were asked about."""
        return len(self.last) < self.asked


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsistentVoter:
    """One neighbour with the elections that say how consistent they are, oldest first."""

    voter: Voter
    voted: int
    possible: int
    heat: Heat
    marks: tuple[Mark, ...]
    affiliation: Affiliation

    @property
    def pk(self) -> int:
        return self.voter.pk


def get_rule(chapter: Chapter, *, kind: str, asked: int, on: date) -> Rule:
    """The rule for the last so many elections of a kind held until a day. One query."""
    elections = list(Election.objects.filter(chapter=chapter, held_on__lte=on).order_by("-held_on", "-pk"))
    last = [one for one in elections if one.kind == kind and one.bit is not None][:asked]
    of = chapter.consistency_elections
    return Rule(
        kind=kind,
        asked=asked,
        last=tuple(last),
        hot_from=scale_threshold(chapter.hot_from, of=of, asked=asked),
        warm_from=scale_threshold(chapter.warm_from, of=of, asked=asked),
        primaries=list_primaries(elections, on),
    )


def list_kinds(chapter: Chapter, on: date) -> list[str]:
    """The kinds of elections on record, and the one of the chapter's own rule. One query."""
    known = Election.objects.filter(chapter=chapter, bit__isnull=False, held_on__lte=on)
    found = set(known.order_by().values_list("kind", flat=True).distinct())
    return sorted(found | {chapter.consistency_kind})


def list_consistent(precinct: Precinct, rule: Rule, *, at_least: int = 0, heat: str = "") -> VoterQuerySet:
    """The precinct's neighbours who voted so often since they registered, with their door and block.

    Adds: `voted` of the `possible` elections, `heat_place` (0 hot to 3 new), `house_order`.
    """
    held, heats = rule.held, _split(rule)
    rows = (
        _registered_in(precinct)
        .select_related("household__building", "household__block")
        .annotate(
            voted=votes_since_registration(held),
            possible=elections_since_registration(held),
            heat_place=Case(
                *(When(heats[name], then=Value(place)) for place, name in enumerate(HEATS)), default=3
            ),
            house_order=natural_order("household__building__number"),
        )
    )
    if at_least:
        rows = rows.filter(voted__gte=at_least)
    return rows.filter(heats[Heat(heat)]) if heat else rows


def _registered_in(precinct: Precinct) -> VoterQuerySet:
    """The precinct's neighbours whom the file knows: who is not registered cannot have voted."""
    rows: VoterQuerySet = Voter.objects.filter(chapter_id=precinct.chapter_id).listed()
    return rows.exclude(status=VoterStatus.UNREGISTERED).living_in(precinct.pk)


def _split(rule: Rule) -> dict[Heat, Q]:
    heats = split_by_heat(rule.held, hot_from=rule.hot_from, warm_from=rule.warm_from)
    return {Heat(name): condition for name, condition in heats.items()}


def count_by_heat(precinct: Precinct, rule: Rule) -> dict[Heat, int]:
    """How many of the precinct's neighbours are hot, warm, cold and new. One query."""
    heats = _split(rule)
    found = _registered_in(precinct).aggregate(
        **{name.value: Count("pk", filter=heats[name]) for name in HEATS}
    )
    return {name: found[name.value] for name in HEATS}


def read_consistent(
    voters: Sequence[Voter], rule: Rule, chapter: Chapter, *, on: date
) -> list[ConsistentVoter]:
    """These voters with the elections shown and their affiliation, in the same order. One query."""
    learned = read_learned([voter.pk for voter in voters], on)
    shown, held = rule.last[::-1], rule.held
    found = []
    for voter in voters:
        votes = measure(
            voter.history, voter.registered_on, held, hot_from=rule.hot_from, warm_from=rule.warm_from
        )
        found.append(
            ConsistentVoter(
                voter=voter,
                voted=votes.voted,
                possible=votes.possible,
                heat=Heat(votes.heat),
                marks=marks_of(voter, shown),
                affiliation=affiliation_of(voter, rule.primaries, learned[voter.pk], chapter),
            )
        )
    return found


def read_learned(voter_ids: Sequence[int], on: date) -> defaultdict[int, list[Learned]]:
    """The parties that some voters named and that still stand, the newest first."""
    rows: QuerySet[Fact] = Fact.objects.filter(
        voter_id__in=list_rows_of(voter_ids),
        kind=FactKind.AFFILIATION,
        superseded_by=None,
        is_retraction=False,
        occurred_at__date__lte=on,
    ).annotate(owner_id=Coalesce("voter__merged_into_id", "voter_id"))
    found: defaultdict[int, list[Learned]] = defaultdict(list)
    for voter_id, value, text, at in rows.order_by("-occurred_at", "-pk").values_list(
        "owner_id", "value", "text", "occurred_at"
    ):
        found[voter_id].append(Learned(value or text, timezone.localdate(at)))
    return found
