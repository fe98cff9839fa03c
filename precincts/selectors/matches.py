"""Neighbours added by hand who are likely somebody of the file, and what was decided on such pairs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.db.models.functions import Upper

from core.actors import Actor
from precincts.models import MatchDecision, Voter
from precincts.same_person import Ground, Person, list_likely, list_spellings


@dataclass(frozen=True, slots=True)
class Proposal:
    """Two that are likely one: the row added by hand, the file's, and why."""

    added: Voter
    registered: Voter
    ground: Ground


def list_proposals(actor: Actor) -> list[Proposal]:
    """The likely pairs nobody has decided on, among the neighbours the actor may see; by name.

    One query where nobody was added by hand, else three.
    """
    added = list(
        _with_places(Voter.objects.visible_to(actor).by_hand()).order_by("last_name", "first_name", "pk")
    )
    if not added:
        return []
    registered = {one.pk: one for one in _list_candidates(actor, added)}
    decided = MatchDecision.objects.standing().filter(added__in=[one.pk for one in added])
    likely = list_likely(
        [_person(one) for one in added],
        [_person(one) for one in registered.values()],
        decided=set(decided.values_list("added_id", "registered_id")),
    )
    by_id = {one.pk: one for one in added}
    return [Proposal(by_id[m.added_id], registered[m.registered_id], m.ground) for m in likely]


def list_decisions(actor: Actor) -> QuerySet[MatchDecision]:
    """The decisions that stand on neighbours the actor may see, newest first. One query."""
    rows = MatchDecision.objects.visible_to(actor).standing()
    return rows.select_related(
        "added__household__building", "added__household__precinct", "registered", "decided_by"
    ).order_by("-decided_at", "-pk")


def _list_candidates(actor: Actor, added: Iterable[Voter]) -> QuerySet[Voter]:
    """Whoever of the file lives behind one of their doors, or has one of their last names in their precincts."""
    added = list(added)
    doors = {one.household_id for one in added if one.household_id is not None}
    names = {spelling for one in added for spelling in list_spellings(one.last_name)}
    precincts = {pk for one in added if (pk := _home(one)) is not None}
    known = Voter.objects.visible_to(actor).filter(state_voter_id__isnull=False)
    # As a union, for each half has an index.
    behind = known.filter(household_id__in=doors).order_by().values("pk")
    named = known.alias(upper=Upper("last_name")).filter(upper__in=names).living_in(*precincts)
    ids = behind.union(named.order_by().values("pk"), all=True)
    return _with_places(Voter.objects.filter(pk__in=ids))


def _with_places(rows: QuerySet[Voter]) -> QuerySet[Voter]:
    return rows.select_related("household__building", "household__precinct", "precinct", "added_by")


def _home(voter: Voter) -> int | None:
    return voter.household.precinct_id if voter.household is not None else voter.precinct_id


def _person(voter: Voter) -> Person:
    return Person(
        person_id=voter.pk,
        first_name=voter.first_name,
        last_name=voter.last_name,
        suffix=voter.suffix,
        birth_year=voter.birth_date.year if voter.birth_date else voter.birth_year,
        household_id=voter.household_id,
        precinct_id=_home(voter),
    )
