"""Who may be asked to keep a block of a precinct: its voters, and the chapter's people who live there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

from chapters.enums import OPEN_ASK_RESULTS, AskResult, MemberKind
from chapters.models import Member, Role
from core.ranges import in_force
from precincts.addresses import parse_line
from precincts.captaincy import Person, Place
from precincts.earth import Degrees, Plane
from precincts.enums import CaptaincyKind, Channel, FactKind, VoterStatus
from precincts.models import (
    BlockAsk,
    BlockAssignment,
    Fact,
    Household,
    Precinct,
    PrecinctAssignment,
    Residence,
    Suppression,
    Voter,
)
from precincts.selectors.consistency import (
    elections_since_registration,
    split_by_heat,
    votes_since_registration,
)
from precincts.selectors.consistent import Rule

NOT_AGAIN = timedelta(days=180)
"""For so long somebody who said no is not proposed for the block again."""

IN_FAVOUR, AGAINST = ("1", "2"), ("4", "5")
"""Support as it is noted: 1 strong and 2 leaning are for us, 4 leaning and 5 strong against."""


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who could be asked: what speaks for them, and which voter or member they are; the name as filed."""

    person: Person
    name: str
    voter_id: int | None = None
    member_id: int | None = None


def list_people(
    precinct: Precinct,
    keepers: Collection[BlockAssignment],
    wanting: Collection[int],
    rule: Rule,
    plane: Plane,
    on: date,
) -> dict[str, Known]:
    """Everybody who may be asked, by key: `voter:12`, or `member:7` for one of the chapter's people. Eleven queries at most.

    Args:
        keepers: captains and backups of the precinct's blocks, with their members.
        wanting: the blocks that want somebody.
    """
    keen, opponents = _read_keen(precinct, on)
    voters = _list_voters(precinct, wanting, rule, keen, opponents, plane, on)
    known = _join(voters, _list_members(precinct, keepers, plane, on), keepers)
    for key, block_ids in _list_not_again(precinct, on).items():
        if key in known:
            one = known[key]
            known[key] = replace(one, person=replace(one.person, not_for=one.person.not_for | block_ids))
    return known


def _read_keen(precinct: Precinct, on: date) -> tuple[dict[int, tuple[bool, date | None]], set[int]]:
    """Voters who support or offered to help (when last), by id, and those who are against. Three queries at most."""
    # Which ones stand is sorted out here: asked in the database, it takes all facts of the chapter for few.
    rows = Fact.objects.filter(
        Q(kind__in=(FactKind.SUPPORT, FactKind.HELP)) | Q(supersedes__isnull=False)
    ).order_by()
    columns = ("occurred_at", "pk", "voter_id", "kind", "value", "supersedes_id", "is_retraction")
    merged = Voter.objects.filter(merged_into__household__precinct=precinct)
    owners = dict(merged.order_by().values_list("pk", "merged_into_id"))
    here = rows.filter(voter__household__precinct=precinct).values_list(*columns)
    theirs = rows.filter(voter__in=list(owners)).values_list(*columns)
    found = sorted({*here, *theirs}, key=lambda row: row[:2])
    superseded = {row[5] for row in found}
    keen: dict[int, tuple[bool, date | None]] = {}
    stance: dict[int, str] = {}
    for at, pk, voter_id, kind, value, _supersedes, is_retraction in found:
        if pk in superseded or is_retraction or timezone.localdate(at) > on:
            continue
        owner = owners.get(voter_id, voter_id)
        supports, offered = keen.get(owner, (False, None))
        if kind == FactKind.HELP:
            keen[owner] = (supports, timezone.localdate(at))
        elif kind == FactKind.SUPPORT:
            stance[owner] = value
            keen[owner] = (value in IN_FAVOUR, offered)
    opponents = {voter_id for voter_id, value in stance.items() if value in AGAINST}
    return {pk: said for pk, said in keen.items() if pk not in opponents and any(said)}, opponents


def _list_voters(
    precinct: Precinct,
    wanting: Collection[int],
    rule: Rule,
    keen: Mapping[int, tuple[bool, date | None]],
    opponents: Collection[int],
    plane: Plane,
    on: date,
) -> dict[str, Known]:
    """Hot voters of the blocks that want somebody, and all who are keen. Two queries."""
    heats = split_by_heat(rule.held, hot_from=rule.hot_from, warm_from=rule.warm_from)
    hot = heats["hot"] & ~Q(status=VoterStatus.UNREGISTERED)
    rows = (
        Voter.objects.listed()
        .filter(household__precinct=precinct)
        .filter((hot & Q(household__block__in=list(wanting))) | Q(pk__in=list(keen)))
        .annotate(
            voted=votes_since_registration(rule.held),
            possible=elections_since_registration(rule.held),
            is_hot=Case(When(hot, then=Value(True)), default=Value(False)),
        )
        .order_by("pk")
        .values_list(
            "pk", "first_name", "last_name", "suffix", "household__block_id", "household__building__lon",
            "household__building__lat", "voted", "possible", "is_hot",
        )
    )  # fmt: skip
    of_here = Q(voter__household__precinct=precinct) | Q(voter__merged_into__household__precinct=precinct)
    suppressed = Suppression.objects.filter(of_here, in_force(on), channel__in=(Channel.ANY, Channel.DOOR))
    barred = {
        merged_into or pk for pk, merged_into in suppressed.values_list("voter_id", "voter__merged_into_id")
    }
    found = {}
    for pk, first, last, suffix, block_id, lon, lat, voted, possible, is_hot in rows:
        if pk in barred or pk in opponents:
            continue
        supports, offered_on = keen.get(pk, (False, None))
        person = Person(
            key=f"voter:{pk}", block_id=block_id, place=plane.to_metres((lon, lat)), voted=voted,
            possible=possible, is_hot=is_hot, supports=supports, offered_on=offered_on,
        )  # fmt: skip
        name = " ".join(part for part in (first, last, suffix) if part)
        found[person.key] = Known(person, name, voter_id=pk)
    return found


def _list_members(
    precinct: Precinct, keepers: Collection[BlockAssignment], plane: Plane, on: date
) -> list[Known]:
    """The chapter's people who live in the precinct, and the backups of its blocks. Four queries."""
    standing: dict[int, tuple[frozenset[int], frozenset[int]]] = {}
    for row in keepers:
        backs_up, stands = standing.get(row.member_id, (frozenset(), frozenset()))
        here = frozenset({row.block_id})
        is_backup = row.kind == CaptaincyKind.BACKUP
        standing[row.member_id] = (backs_up | here if is_backup else backs_up, stands | here)
    found: dict[int, Known] = {}
    for member, voter_id, block_id, place in _list_homes(precinct, on):
        found[member.pk] = _member(member, standing, voter_id, block_id, plane.to_metres(place))
    for row in keepers:
        if row.kind == CaptaincyKind.BACKUP and row.member_id not in found:
            found[row.member_id] = _member(row.member, standing, None, None, None)
    return list(found.values())


def _member(
    member: Member,
    standing: Mapping[int, tuple[frozenset[int], frozenset[int]]],
    voter_id: int | None,
    block_id: int | None,
    place: Place | None,
) -> Known:
    backs_up, stands = standing.get(member.pk, (frozenset(), frozenset()))
    person = Person(
        key=f"member:{member.pk}", block_id=block_id, place=place, backs_up=backs_up,
        is_free_member=bool(getattr(member, "is_free", False)), not_for=stands - backs_up,
    )  # fmt: skip
    return Known(person, str(member), voter_id=voter_id, member_id=member.pk)


def _list_homes(precinct: Precinct, on: date) -> Iterable[tuple[Member, int | None, int | None, Degrees]]:
    """Members who live in the precinct with voter, block and place: by their door, else by the address they gave."""
    people: QuerySet[Member] = Member.objects.filter(chapter_id=precinct.chapter_id).exclude(
        kind=MemberKind.FORMER
    )
    charges = [
        rows.in_force(on).filter(member=OuterRef("pk"))
        for rows in (BlockAssignment.objects, PrecinctAssignment.objects, Role.objects)
    ]
    held = Q(Exists(charges[0])) | Q(Exists(charges[1])) | Q(Exists(charges[2]))
    people = people.annotate(is_free=Case(When(held, then=Value(False)), default=Value(True)))
    residences = Residence.objects.in_force(on).filter(household__precinct=precinct)
    homes = {
        member_id: (merged_into or voter_id, block_id, (lon, lat))
        for member_id, voter_id, merged_into, block_id, lon, lat in residences.values_list(
            "member_id", "voter_id", "voter__merged_into_id", "household__block_id", "household__building__lon",
            "household__building__lat",
        )
    }  # fmt: skip
    settled = Residence.objects.in_force(on).filter(member=OuterRef("pk"))
    unsettled = people.filter(~Q(Exists(settled)), is_free=True).exclude(address="")
    homes |= _list_named(precinct, unsettled.order_by().values_list("pk", "address"))
    for member in people.filter(pk__in=list(homes)):
        yield member, *homes[member.pk]


def _list_named(
    precinct: Precinct, addresses: Iterable[tuple[int, str]]
) -> dict[int, tuple[None, int | None, Degrees]]:
    """Block and place of the members whose address names a building of the precinct. One query."""
    keys = {pk: parse_line(address.split(",")[0]).building_key for pk, address in addresses}
    doors = Household.objects.filter(
        precinct=precinct,
        building__chapter_id=precinct.chapter_id,
        building__address_key__in=set(keys.values()),
    )
    buildings: dict[str, tuple[None, int | None, Degrees]] = {
        key: (None, block_id, (lon, lat))
        for key, block_id, lon, lat in doors.values_list(
            "building__address_key", "block_id", "building__lon", "building__lat"
        )
    }
    return {pk: buildings[key] for pk, key in keys.items() if key in buildings}


def _join(
    voters: Mapping[str, Known], members: Iterable[Known], keepers: Collection[BlockAssignment]
) -> dict[str, Known]:
    """One entry a person: a voter who is known to be a member, or has a keeper's name in the keeper's block, is one."""
    known = dict(voters)
    by_name: dict[tuple[int | None, str], list[str]] = {}
    for key, one in voters.items():
        by_name.setdefault((one.person.block_id, one.name.casefold()), []).append(key)
    for row in keepers:
        for key in by_name.get((row.block_id, str(row.member).casefold()), ()):
            known.pop(key, None)
    for member in members:
        here = (member.person.block_id, member.name.casefold())
        keys = [f"voter:{member.voter_id}"] if member.voter_id is not None else by_name.get(here, [])
        same = [voters[key] for key in keys if key in voters]
        for one in same:
            known.pop(one.person.key, None)
        known[member.person.key] = _one_person(member, same[0]) if len(same) == 1 else member
    return known


def _one_person(member: Known, voter: Known) -> Known:
    """What is known of a member with what is known of them as a voter."""
    said = voter.person
    person = replace(
        member.person, block_id=said.block_id or member.person.block_id, place=said.place or member.person.place,
        voted=said.voted, possible=said.possible, is_hot=said.is_hot, supports=said.supports,
        offered_on=said.offered_on,
    )  # fmt: skip
    return replace(member, person=person, voter_id=voter.voter_id)


def _list_not_again(precinct: Precinct, on: date) -> dict[str, frozenset[int]]:
    """The blocks for which somebody is being asked, or said no of late, by the person's key. One query."""
    lately = Q(ask__result=AskResult.NO, ask__answered_on__gt=on - NOT_AGAIN)
    rows = BlockAsk.objects.filter(
        Q(ask__result__in=OPEN_ASK_RESULTS) | lately, block__precinct=precinct
    ).values_list("block_id", "voter_id", "voter__merged_into_id", "ask__asked_id")
    found: dict[str, frozenset[int]] = {}
    for block_id, voter_id, merged_into, member_id in rows:
        for key in (f"voter:{merged_into or voter_id}", f"member:{member_id}"):
            found[key] = found.get(key, frozenset()) | {block_id}
    return found
