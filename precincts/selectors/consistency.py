"""Who votes how often: the bitmask asked in one statement."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date

from django.db import models
from django.db.models import Case, F, Func, Q, Value, When
from django.db.models.lookups import GreaterThanOrEqual, LessThan
from django.utils.translation import gettext_lazy as _

from chapters.models import Chapter
from core.errors import DomainError
from precincts.models import Election, Voter
from precincts.propensity import Heat, HeldElection, bitmask, last_elections, votes_for_hot
from precincts.querysets import VoterQuerySet


class TooFewElections(DomainError):
    """The chapter has fewer elections of that kind on record than were asked about."""


class BitCount(Func):
    """How many of a mask's elections somebody voted in."""

    template = "bit_count((%(expressions)s)::bit(64))"
    output_field = models.BigIntegerField()


def list_last_elections(chapter: Chapter, *, kind: str, count: int, until: date) -> list[HeldElection]:
    """The latest elections of a kind that have a bit, latest first."""
    rows = Election.objects.filter(chapter=chapter, kind=kind, bit__isnull=False).values_list(
        "held_on", "bit"
    )
    return last_elections(
        (HeldElection(held_on, bit) for held_on, bit in rows if bit is not None), count=count, until=until
    )


def voted_at_least(*, chapter: Chapter, at_least: int, of_last: int, kind: str, until: date) -> VoterQuerySet:
    """The listed voters with at least k of the last n elections of a kind on record.

    Raises:
        TooFewElections: fewer than `at_least` are on record.
    """
    last = list_last_elections(chapter, kind=kind, count=of_last, until=until)
    if len(last) < at_least:
        raise TooFewElections(
            _("Only %(count)d elections of this kind are on record.") % {"count": len(last)},
            hint=_("Import the vote history first."),
        )
    mask = bitmask(election.bit for election in last)
    voted = BitCount(F("history").bitand(mask))
    rows: VoterQuerySet = Voter.objects.filter(chapter=chapter, is_listed=True)
    return rows.alias(voted=voted).filter(voted__gte=at_least)


def count_voted(
    *,
    chapter: Chapter,
    at_least: int,
    of_last: int,
    kind: str,
    until: date,
    precincts: Collection[int] | None = None,
) -> int:
    """How many listed voters voted in at least k of the last n elections of a kind on record.

    Raises:
        TooFewElections: fewer than `at_least` are on record.
    """
    rows = voted_at_least(chapter=chapter, at_least=at_least, of_last=of_last, kind=kind, until=until)
    return rows.count() if precincts is None else rows.living_in(*precincts).count()


def is_hot(last: Sequence[HeldElection], *, hot_from: int) -> Q:
    """The voters whom `propensity.measure` calls hot over these elections, as a condition on their rows."""
    return split_by_heat(last, hot_from=hot_from, warm_from=1)["hot"]


def split_by_heat(last: Sequence[HeldElection], *, hot_from: int, warm_from: int) -> dict[Heat, Q]:
    """What `propensity.measure` calls voters over these elections, as conditions of which each meets exactly one."""
    nobody = Q(pk__in=[])
    found: dict[Heat, Q] = {"hot": nobody, "warm": nobody, "cold": nobody, "new": ~nobody}
    for since, counted in _by_registration(last):
        voted, possible = _count_votes(counted), len(counted)
        hot = votes_for_hot(possible, len(last), hot_from)
        warm = min(warm_from, possible)
        found["hot"] |= since & Q(GreaterThanOrEqual(voted, hot))
        if warm < hot:
            found["warm"] |= since & Q(GreaterThanOrEqual(voted, warm)) & Q(LessThan(voted, hot))
        found["cold"] |= since & Q(LessThan(voted, min(warm, hot)))
    if last:
        found["new"] = Q(registered_on__gt=max(election.held_on for election in last))
    return found


def votes_since_registration(last: Sequence[HeldElection]) -> Case:
    """In how many of these elections a voter voted, of those held since they registered, as an expression."""
    return Case(
        *(When(since, then=_count_votes(counted)) for since, counted in _by_registration(last)), default=0
    )


def elections_since_registration(last: Sequence[HeldElection]) -> Case:
    """How many of these elections were held since a voter registered, as an expression."""
    whens = [When(since, then=Value(len(counted))) for since, counted in _by_registration(last)]
    return Case(*whens, default=0, output_field=models.IntegerField())


def _by_registration(last: Sequence[HeldElection]) -> Iterator[tuple[Q, list[HeldElection]]]:
    """The voters by how many of the elections were held since they registered: a condition, and those elections."""
    newest_first = sorted(last, key=lambda election: election.held_on, reverse=True)
    for possible in range(1, len(newest_first) + 1):
        counted = newest_first[:possible]
        since = Q(registered_on__lte=counted[-1].held_on)
        if possible < len(newest_first):
            since &= Q(registered_on__gt=newest_first[possible].held_on)
        else:
            since |= Q(registered_on=None)
        yield since, counted


def _count_votes(elections: Sequence[HeldElection]) -> BitCount:
    return BitCount(F("history").bitand(bitmask(election.bit for election in elections)))
