"""The doors of a block with everybody behind them: what the block book shows and a walk list prints."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, cast

from django.db.models import F, QuerySet
from django.utils import timezone

from chapters.models import Chapter
from core.actors import Actor
from core.lookups import OneOf
from core.ranges import in_force
from precincts.affiliation import Affiliation, Ballot, Learned, Regime, find_affiliation
from precincts.ballots import ReturnedBallot
from precincts.enums import ONE_AT_A_TIME, Channel, ElectionKind, FactKind, Heat, SuppressionKind, VoterStatus
from precincts.models import Block, Election, Fact, Household, Precinct, Suppression, Voter, VoterChange
from precincts.propensity import HeldElection, Propensity, bitmask, measure
from precincts.selectors.returned import Voting, get_ballots, get_voting, is_awaited
from precincts.voterfile.detail import decode_detail
from precincts.voterfile.elections import METHOD_UNKNOWN
from precincts.words import say_fact

RECENT = timedelta(days=180)
"""How long a change of the file counts as news at the door, on the screen and on paper."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One election of the chapter's consistency rule; `voted` is None where the person was not registered yet."""

    election_id: int
    held_on: date
    name: str
    voted: bool | None


@dataclass(frozen=True, slots=True)
class KnownFact:
    """One thing learned that still stands."""

    fact_id: int
    kind: str
    value: str
    text: str
    source: str
    who: str
    on: date

    @property
    def words(self) -> str:
        """What was written down, or the words for the value."""
        return say_fact(self.kind, self.value, self.text)


@dataclass(frozen=True, slots=True)
class RecentChange:
    """What a re-import changed of the person within `RECENT`."""

    kind: str
    on: date
    turned_18: bool
    party_before: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """One listed person.

    Attributes:
        age: whole years on the day asked for; from the year of birth alone, the age at the year's end.
        voted: how many of the `counted` elections of `marks` the person voted in.
        suppression: why not to knock ("do_not_contact", "deceased", "moved"), or "".
        voted_by: how they voted when the file last says so, a letter of `elections.read_method`, or ""; and when.
        ballot: theirs in the election that is being voted in; None while no list names them.
    """

    voter_id: int
    first_name: str
    last_name: str
    suffix: str
    age: int | None
    gender: str
    status: str
    phone: str
    language: str
    affiliation: Affiliation
    marks: tuple[Mark, ...]
    voted: int
    counted: int
    heat: Heat
    at_door_since: date | None
    facts: tuple[KnownFact, ...]
    changes: tuple[RecentChange, ...]
    suppression: str
    voted_by: str = ""
    voted_by_on: date | None = None
    ballot: ReturnedBallot | None = None

    @property
    def has_voted(self) -> bool:
        """Whether a list says that they have voted in the election that is being voted in."""
        return self.ballot is not None and self.ballot.is_accepted

    @property
    def name(self) -> str:
        return " ".join(part for part in (self.first_name, self.last_name, self.suffix) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One household with its listed neighbours; without an id for people whose address the file leaves out."""

    household_id: int | None
    building_id: int | None
    number: str
    street: str
    unit: str
    city: str
    lon: float | None
    lat: float | None
    walk_position: int | None
    placed_by_street: bool
    neighbours: tuple[Neighbour, ...] = ()

    @property
    def building(self) -> str:
        return f"{self.number} {self.street}".strip()

    @property
    def address(self) -> str:
        return f"{self.building}, {self.unit}" if self.unit else self.building


@dataclass(frozen=True, slots=True)
class KnownElections:
    """What the chapter's elections say of its neighbours on a day.

    Attributes:
        shown: those the consistency rule counts, oldest first.
        primaries, held: days by election, of the primaries held so far and of all.
        voting: the one that is being voted in.
    """

    shown: list[Election]
    primaries: dict[int, date]
    held: dict[int, date]
    voting: Voting | None


def read_elections(chapter: Chapter, *, on: date) -> KnownElections:
    """The elections as the neighbours of a chapter are read against them. One query, while voting runs two."""
    elections = list(Election.objects.filter(chapter=chapter))
    return KnownElections(
        shown=_shown(elections, chapter, on),
        primaries=list_primaries(elections, on),
        held={election.pk: election.held_on for election in elections},
        voting=get_voting(chapter, on) if any(is_awaited(one, on) for one in elections) else None,
    )


def list_doors(block: Block, *, on: date, elections: KnownElections | None = None) -> list[Door]:
    """The block's doors with a listed neighbour, in walk order; doors not yet routed come last. Seven queries, while
    voting runs nine; one or two fewer with the elections read before.

    `walk_position` counts these doors from 1, as the paper does: an empty house in between takes no number.
    """
    rows = _in_walk_order(Household.objects.filter(block=block))
    return _with_neighbours(rows, block.chapter, on, elections, counted=True)


def get_neighbour(voter: Voter, chapter: Chapter, *, on: date) -> tuple[Door, Neighbour]:
    """One listed neighbour with their door, which holds nobody else. Seven queries, however large the block; while
    voting runs nine.

    Raises:
        LookupError: the voter is not listed.
    """
    found = _read_neighbours(Voter.objects.filter(pk=voter.pk).listed(), chapter, on)
    if not found:
        raise LookupError(f"Voter {voter.pk} is not listed.")
    ((household_id, (neighbour,)),) = found.items()
    doors = _read_doors(Household.objects.filter(pk=household_id)) if household_id is not None else []
    return replace(doors[0] if doors else _door(), neighbours=(neighbour,)), neighbour


def list_doors_without_block(precinct: Precinct, *, on: date) -> list[Door]:
    """The precinct's list-only doors, by street and number; people without any address come last."""
    rows = Household.objects.filter(precinct=precinct, block=None)
    doors = _with_neighbours(sorted(_read_doors(rows), key=_street_key), precinct.chapter, on)
    without_door = Voter.objects.filter(
        chapter_id=precinct.chapter_id, precinct=precinct, household=None
    ).listed()
    neighbours = _read_neighbours(without_door, precinct.chapter, on)[None]
    if neighbours:
        doors.append(_door(neighbours=tuple(neighbours)))
    return doors


def list_frozen_doors(
    frozen: Sequence[tuple[int | None, Sequence[int]]], chapter: Chapter, *, on: date, actor: Actor
) -> list[Door]:
    """Doors as a list has written them down (household, its voters), with the people the actor sees today.

    Left out is whoever is no longer listed, or has come into somebody else's keeping since. Who is behind which
    door, and in which order, stays as it was written; what is known of them is today's.
    """
    households = Household.objects.filter(chapter=chapter, pk__in=[pk for pk, _ in frozen if pk is not None])
    doors: dict[int | None, Door] = {door.household_id: door for door in _read_doors(households)}
    asked = [voter_id for _, voter_ids in frozen for voter_id in voter_ids]
    rows = Voter.objects.visible_to(actor).filter(chapter=chapter, pk__in=asked)
    known = {one.voter_id: one for some in _read_neighbours(rows, chapter, on).values() for one in some}
    found = []
    for household_id, voter_ids in frozen:
        neighbours = tuple(known[voter_id] for voter_id in voter_ids if voter_id in known)
        if neighbours:
            found.append(replace(doors.get(household_id) or _door(), neighbours=neighbours))
    return found


def list_shown_elections(chapter: Chapter, *, on: date) -> list[Election]:
    """The elections the chapter's consistency rule counts on a day, oldest first."""
    return _shown(Election.objects.filter(chapter=chapter, kind=chapter.consistency_kind), chapter, on)


def _shown(elections: Iterable[Election], chapter: Chapter, on: date) -> list[Election]:
    held = [
        one
        for one in elections
        if one.kind == chapter.consistency_kind and one.bit is not None and one.held_on <= on
    ]
    held.sort(key=lambda one: (one.held_on, one.pk))
    return held[-chapter.consistency_elections :]


def _in_walk_order(rows: QuerySet[Household]) -> list[Door]:
    doors = _read_doors(rows)
    return sorted(
        doors, key=lambda door: (door.walk_position is None, door.walk_position or 0, *_street_key(door))
    )


def _street_key(door: Door) -> tuple[str, int, str, int, str]:
    """Houses and units as people count them: 9 before 10, 9A after 9."""
    return (door.street.upper(), *_numeric(door.number), *_numeric(door.unit))


def _numeric(text: str) -> tuple[int, str]:
    digits = "".join(character for character in text if character.isdecimal())
    return (int(digits[:9]) if digits else 0, text.upper())


def _read_doors(rows: QuerySet[Household]) -> list[Door]:
    columns = (
        "pk", "building_id", "building__number", "building__street", "unit", "building__city", "building__lon",
        "building__lat", "walk_position", "placed_by_street",
    )  # fmt: skip
    names = (
        "household_id", "building_id", "number", "street", "unit", "city", "lon", "lat", "walk_position",
        "placed_by_street",
    )  # fmt: skip
    return [_door(**dict(zip(names, row, strict=True))) for row in rows.order_by("pk").values_list(*columns)]


def _door(**known: Any) -> Door:
    unknown: dict[str, Any] = {
        "household_id": None, "building_id": None, "number": "", "street": "", "unit": "", "city": "",
        "lon": None, "lat": None, "walk_position": None, "placed_by_street": False,
    }  # fmt: skip
    return Door(**unknown | known)


def _with_neighbours(
    doors: Iterable[Door],
    chapter: Chapter,
    on: date,
    elections: KnownElections | None = None,
    *,
    counted: bool = False,
) -> list[Door]:
    """Those of the doors where somebody is listed, with them; `counted` gives them their places from 1 on."""
    doors = list(doors)
    ids = [door.household_id for door in doors if door.household_id is not None]
    rows = Voter.objects.filter(OneOf("household_id", ids), chapter=chapter).listed()
    neighbours = _read_neighbours(rows, chapter, on, elections)
    inhabited = (door for door in doors if door.household_id in neighbours)
    return [
        replace(
            door,
            neighbours=tuple(neighbours[door.household_id]),
            walk_position=place if counted else door.walk_position,
        )
        for place, door in enumerate(inhabited, start=1)
    ]


def _read_neighbours(
    rows: QuerySet[Voter], chapter: Chapter, on: date, elections: KnownElections | None = None
) -> defaultdict[int | None, list[Neighbour]]:
    """The people of a query by household, oldest first within one door. Six queries, while voting runs eight."""
    known = elections or read_elections(chapter, on=on)
    order = (F("birth_year").asc(nulls_last=True), "last_name", "first_name", "pk")
    # As plain rows: a model of each takes twice as long.
    voters: list[Any] = list(rows.order_by(*order).values_list(*_VOTER_COLUMNS, named=True))
    ids = [voter.pk for voter in voters]
    owners = _read_owners(ids)
    facts, changes = _read_facts(owners, on), _read_changes(ids, on)
    suppressions = _read_suppressions(owners, on)
    records: dict[tuple[Any, ...], tuple[tuple[Mark, ...], Propensity]] = {}
    mask = bitmask(election.bit or 0 for election in known.shown)
    ballots = get_ballots(known.voting.election, ids) if known.voting else {}
    found: defaultdict[int | None, list[Neighbour]] = defaultdict(list)
    for voter in voters:
        is_registered = voter.status != VoterStatus.UNREGISTERED
        # A block's people have voted in a few ways only: each is measured once.
        way = (voter.history & mask, voter.registered_on, is_registered)
        if way not in records:
            records[way] = _record_of(voter, known.shown, chapter)
        marks, votes = records[way]
        method, method_on = _last_method(voter, known.held)
        neighbour = Neighbour(
            voter_id=voter.pk,
            first_name=voter.first_name,
            last_name=voter.last_name,
            suffix=voter.suffix,
            age=age_on(voter.birth_date, voter.birth_year, on),
            gender=voter.gender,
            status=voter.status,
            phone=voter.phone,
            language=voter.language,
            affiliation=affiliation_of(voter, known.primaries, _learned(facts[voter.pk]), chapter),
            marks=marks,
            voted=votes.voted,
            counted=votes.possible,
            heat=Heat(votes.heat),
            at_door_since=voter.household_since,
            facts=tuple(facts[voter.pk]),
            changes=tuple(changes[voter.pk]),
            suppression=suppressions.get(voter.pk, ""),
            voted_by=method,
            voted_by_on=method_on,
            ballot=ballots.get(voter.pk),
        )
        found[voter.household_id].append(neighbour)
    return found


_VOTER_COLUMNS = (
    "pk", "household_id", "household_since", "first_name", "last_name", "suffix", "gender", "birth_date",
    "birth_year", "state", "party", "registered_on", "status", "phone", "language", "history", "history_detail",
)  # fmt: skip


def age_on(birth_date: date | None, birth_year: int | None, on: date) -> int | None:
    """Whole years on a day; from the year of birth alone, the age at that year's end."""
    if birth_date is not None:
        return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))
    return on.year - birth_year if birth_year else None


def marks_of(voter: Voter, elections: Sequence[Election]) -> tuple[Mark, ...]:
    """In which of these elections a voter voted, in their order."""
    return tuple(
        Mark(
            election.pk,
            election.held_on,
            election.name,
            bool(voter.history >> (election.bit or 0) & 1)
            if voter.registered_on is None or election.held_on >= voter.registered_on
            else None,
        )
        for election in elections
    )


def _last_method(voter: Voter, held: Mapping[int, date]) -> tuple[str, date | None]:
    """How the voter voted in the newest election of which the file says it, and its day."""
    said = [
        (held[vote.election_id], vote.method)
        for vote in decode_detail(voter.history_detail)
        if vote.method != METHOD_UNKNOWN and vote.election_id in held
    ]
    on, method = max(said, default=(None, ""))
    return method, on


def _record_of(
    voter: Voter, shown: Sequence[Election], chapter: Chapter
) -> tuple[tuple[Mark, ...], Propensity]:
    """In which of the elections somebody voted and what that is called; nothing counts without a registration."""
    marks = marks_of(voter, shown)
    is_registered = voter.status != VoterStatus.UNREGISTERED
    if not is_registered:
        marks = tuple(replace(mark, voted=None) for mark in marks)
    held = [HeldElection(election.held_on, election.bit or 0) for election in shown if is_registered]
    thresholds = {"hot_from": chapter.hot_from, "warm_from": chapter.warm_from}
    return marks, measure(voter.history, voter.registered_on, held, **thresholds)


def affiliation_of(
    voter: Voter, primaries: Mapping[int, date], learned: Iterable[Learned], chapter: Chapter
) -> Affiliation:
    """What is known of a voter's party by the regime of their state; `primaries` are days by election."""
    # Generators: most people have registered with a party, and of them nothing else is read.
    return find_affiliation(
        cast("Regime", chapter.regime_in(voter.state)),
        registered=voter.party,
        registered_on=voter.registered_on,
        ballots=(
            Ballot(vote.ballot, primaries[vote.election_id])
            for vote in decode_detail(voter.history_detail)
            if vote.election_id in primaries
        ),
        learned=learned,
    )


def _learned(facts: Iterable[KnownFact]) -> Iterator[Learned]:
    return (Learned(fact.value or fact.text, fact.on) for fact in facts if fact.kind == FactKind.AFFILIATION)


def list_primaries(elections: Iterable[Election], on: date) -> dict[int, date]:
    """The days of the primaries held until a day, by the election's id; only there a ballot tells a party."""
    return {
        one.pk: one.held_on for one in elections if one.kind == ElectionKind.PRIMARY and one.held_on <= on
    }


def _read_owners(voter_ids: list[int]) -> dict[int, int]:
    """Some people's rows, and those added by hand that were merged into them: row to person."""
    merged = Voter.objects.filter(OneOf("merged_into_id", voter_ids)).order_by()
    return {voter_id: voter_id for voter_id in voter_ids} | dict(merged.values_list("pk", "merged_into_id"))


_FACT_COLUMNS = (
    "pk", "voter_id", "kind", "value", "text", "source", "occurred_at", "member__first_name", "member__last_name",
    "recorded_by__name", "recorded_by__email",
)  # fmt: skip


def _read_facts(owners: Mapping[int, int], on: date) -> defaultdict[int, list[KnownFact]]:
    """Facts that still stand, newest first, by person; with those of the row added by hand before the file came."""
    rows = Fact.objects.filter(
        OneOf("voter_id", owners), superseded_by=None, is_retraction=False, occurred_at__date__lte=on
    )
    found: defaultdict[int, list[KnownFact]] = defaultdict(list)
    for row in rows.order_by("-occurred_at", "-pk").values_list(*_FACT_COLUMNS):
        fact_id, voter_id, kind, value, text, source, at, first_name, last_name, name, email = row
        who = f"{first_name or ''} {last_name or ''}".strip() or name or email or ""
        known = KnownFact(fact_id, kind, value, text, source, who, timezone.localdate(at))
        others = found[owners[voter_id]]
        # Two rows merged into one person may each have a next step; the newer one counts.
        if kind not in ONE_AT_A_TIME or all(one.kind != kind for one in others):
            others.append(known)
    return found


def list_rows_of(voter_ids: Sequence[int]) -> QuerySet[Voter, int]:
    """The ids of some people's rows: their own, and those added by hand that were merged into them."""
    # As a union, for each half has an index.
    own = Voter.objects.filter(pk__in=voter_ids).order_by().values_list("pk", flat=True)
    by_hand = Voter.objects.filter(merged_into_id__in=voter_ids).order_by().values_list("pk", flat=True)
    return own.union(by_hand, all=True)


def _read_suppressions(owners: Mapping[int, int], on: date) -> dict[int, str]:
    """Why not to knock at somebody's door on a day; the gravest reason when there are several."""
    rows = Suppression.objects.filter(
        in_force(on), OneOf("voter_id", owners), channel__in=(Channel.ANY, Channel.DOOR)
    )
    gravest: list[str] = [SuppressionKind.MOVED, SuppressionKind.DO_NOT_CONTACT, SuppressionKind.DECEASED]
    found: dict[int, str] = {}
    for row_id, kind in rows.order_by().values_list("voter_id", "kind"):
        voter_id = owners[row_id]
        if voter_id not in found or gravest.index(kind) > gravest.index(found[voter_id]):
            found[voter_id] = kind
    return found


def _read_changes(voter_ids: list[int], on: date) -> defaultdict[int, list[RecentChange]]:
    rows = VoterChange.objects.filter(OneOf("voter_id", voter_ids), on__gt=on - RECENT, on__lte=on).order_by(
        "-on", "pk"
    )
    found: defaultdict[int, list[RecentChange]] = defaultdict(list)
    for voter_id, kind, day, turned_18, before in rows.values_list(
        "voter_id", "kind", "on", "turned_18", "before"
    ):
        found[voter_id].append(RecentChange(kind, day, turned_18, str(before.get("party", ""))))
    return found
