"""Rows for tests, with explicit values; each app's functions stand under its own heading."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from chapters.enums import AnswerChannel, ChapterKind, MemberKind, RoleName, Standing
from chapters.models import (
    Ask,
    Attendance,
    Chapter,
    Job,
    LadderStep,
    Meeting,
    MeetingInvitation,
    Member,
    Role,
    Team,
    TeamForming,
    TeamMembership,
    User,
)
from chapters.selectors.actors import get_actor, today_in
from chapters.services.meeting_mails import PURPOSE
from chapters.services.team_formings import Slot, invite_to_forming, offer_forming
from core.actors import Actor
from core.codes import hash_code, make_code, make_seed
from precincts.enums import CaptaincyKind, ElectionKind, Heat, HelpKind, ImportKind, VoterStatus
from precincts.models import (
    Absence,
    Block,
    BlockAsk,
    BlockAssignment,
    Building,
    CommitteeSeat,
    Election,
    Household,
    LocalIssue,
    Need,
    Offer,
    Precinct,
    PrecinctMeeting,
    SavedList,
    SavedListVoter,
    Voter,
    VoterImport,
    VoterInvitation,
)
from precincts.services.figures import recount_at
from precincts.services.precinct_meetings import PURPOSE as PAPER

_numbers = count(1)

LONG_AGO = date(2024, 1, 1)
LONG_AGO_AT = datetime(2024, 1, 1, 12, tzinfo=UTC)

# --- chapters -------------------------------------------------------------------------------------------


def make_chapter(slug: str = "river-city", **fields: Any) -> Chapter:
    """A local chapter in North Carolina."""
    values: dict[str, Any] = {
        "name": slug.replace("-", " ").title(),
        "state": "NC",
        "kind": ChapterKind.CHAPTER,
    }
    return Chapter.objects.create(slug=slug, **(values | fields))


def make_user(email: str = "", **fields: Any) -> User:
    """An account without a password."""
    return User.objects.create_user(email or f"person{next(_numbers)}@example.org", **fields)


def make_member(chapter: Chapter, first_name: str = "Alice", *roles: str, **fields: Any) -> Member:
    """A member with an account (pass `user=None` for none) and with roles in force since long ago."""
    values: dict[str, Any] = {
        "last_name": "Adams",
        "kind": MemberKind.MEMBER,
        "standing": Standing.GOOD,
        "since": LONG_AGO,
    }
    values |= fields
    if "user" not in values:
        email = values.get("email") or f"{first_name.lower()}{next(_numbers)}@example.org"
        values["user"] = make_user(email, name=f"{first_name} {values['last_name']}")
        values.setdefault("email", email)
    member = Member.objects.create(chapter=chapter, first_name=first_name, **values)
    for role in roles:
        make_role(member, role)
    return member


def make_role(member: Member, name: str, starts_on: date = LONG_AGO, ends_on: date | None = None) -> Role:
    """A dated role."""
    return Role.objects.create(
        chapter=member.chapter, member=member, name=name, starts_on=starts_on, ends_on=ends_on
    )


def make_organizer(chapter: Chapter, first_name: str = "Olive") -> Member:
    """A member with the organizer's role and an account."""
    return make_member(chapter, first_name, RoleName.ORGANIZER)


def actor_of(member: Member) -> Actor:
    """The actor a member's account is today."""
    assert member.user is not None
    return get_actor(user=member.user, chapter=member.chapter, on=today_in(member.chapter))


def make_step(chapter: Chapter, title: str = "Come to a meeting", **fields: Any) -> LadderStep:
    """A small step of the ladder, done by a yes."""
    return LadderStep.objects.create(chapter=chapter, titles={"en": title}, **fields)


def make_ask(asked_by: Member, asked: Member, step: LadderStep | None = None, **fields: Any) -> Ask:
    """An open ask since a week ago, due in three weeks."""
    on = today_in(asked.chapter)
    values: dict[str, Any] = {
        "asked_name": str(asked), "asked_on": on - timedelta(days=7), "due_on": on + timedelta(days=21),
        "whats": step.titles if step is not None else {"en": "Bring a cake"},
    }  # fmt: skip
    return Ask.objects.create(
        chapter=asked.chapter, asked_by=asked_by, asked=asked, step=step, **(values | fields)
    )


def make_team(chapter: Chapter, name: str = "Callers", **fields: Any) -> Team:
    """A team since long ago."""
    return Team.objects.create(chapter=chapter, name=name, **({"formed_on": LONG_AGO} | fields))


def make_membership(team: Team, member: Member, **fields: Any) -> TeamMembership:
    """Somebody in a team since long ago."""
    values = {"starts_on": LONG_AGO} | fields
    return TeamMembership.objects.create(chapter=team.chapter, team=team, member=member, **values)


def make_forming(organizer: Member, name: str, place: str, *invited: Member, days: int = 3) -> TeamForming:
    """An invitation to form a team, with one first call in so many days; these people are invited."""
    now = timezone.now()
    forming = offer_forming(
        chapter=organizer.chapter, name=name, purpose="", organizer=organizer, at=now,
        slots=[Slot(place, now + timedelta(days=days))], by=Actor.system(organizer.chapter_id),
    )  # fmt: skip
    invite_to_forming(forming=forming, members=invited, by=Actor.system(organizer.chapter_id), at=now)
    return forming


def make_job(chapter: Chapter, kind: str = "chapters.import_members", **fields: Any) -> Job:
    """A waiting job, queued a moment ago; its words (title, message, error, hint) are given in English."""
    said = {"title": "Some work"} | {
        n: fields.pop(n) for n in ("title", "message", "error", "hint") if n in fields
    }
    values: dict[str, Any] = {
        **{f"{name}s": {"en": words} for name, words in said.items()},
        "enqueued_at": timezone.now(),
    }
    return Job.objects.create(chapter=chapter, kind=kind, **(values | fields))


def minutes_ago(minutes: float) -> datetime:
    return timezone.now() - timedelta(minutes=minutes)


def make_meeting(chapter: Chapter, title: str = "Kitchen talk", **fields: Any) -> Meeting:
    """A meeting that begins in three days and lasts two hours."""
    starts_at = fields.pop("starts_at", timezone.now() + timedelta(days=3))
    values: dict[str, Any] = {
        "place": "12 Mill Street", "starts_at": starts_at, "ends_at": starts_at + timedelta(hours=2),
        "time_zone": chapter.time_zone,
    }  # fmt: skip
    return Meeting.objects.create(chapter=chapter, title=title, **(values | fields))


def make_meeting_invitation(
    meeting: Meeting, member: Member, answer: str = "", **fields: Any
) -> MeetingInvitation:
    """An invitation whose link is good until the meeting's end, with an answer or without."""
    seed = make_seed()
    values: dict[str, Any] = {
        "seed": seed, "code_hash": hash_code(PURPOSE, make_code(PURPOSE, seed)), "expires_at": meeting.ends_at,
        "invited_at": LONG_AGO_AT, "answer": answer,
    }  # fmt: skip
    if answer:
        values |= {"answered_at": LONG_AGO_AT, "channel": AnswerChannel.LINK}
    return MeetingInvitation.objects.create(
        chapter=meeting.chapter, meeting=meeting, member=member, **(values | fields)
    )


def make_attendance(meeting: Meeting, member: Member, **fields: Any) -> Attendance:
    """Somebody was there from the beginning."""
    return Attendance.objects.create(
        chapter=meeting.chapter,
        meeting=meeting,
        member=member,
        **({"signed_in_at": meeting.starts_at} | fields),
    )


# --- precincts ------------------------------------------------------------------------------------------


def make_precinct(chapter: Chapter, code: str = "3-2", **fields: Any) -> Precinct:
    """A precinct in force since long ago."""
    values: dict[str, Any] = {"county": "RIVER", "valid_from": LONG_AGO}
    return Precinct.objects.create(chapter=chapter, code=code, **(values | fields))


def make_seat(precinct: Precinct, title: str = "Committee member", **fields: Any) -> CommitteeSeat:
    """A seat of the local party, vacant unless `holder_name` is given."""
    return CommitteeSeat.objects.create(chapter=precinct.chapter, precinct=precinct, title=title, **fields)


def make_saved_list(precinct: Precinct, name: str = "Hot voters", *voters: Voter, **fields: Any) -> SavedList:
    """A list of these voters by the last four primaries, saved a moment ago; each voted in one of two possible."""
    values: dict[str, Any] = {
        "kind": ElectionKind.PRIMARY, "asked": 4, "hot_from": 3, "warm_from": 1, "voter_count": len(voters),
        "elections": [{"held_on": "2024-03-05", "name": "Primary"}, {"held_on": "2022-03-01", "name": "Primary"}],
        "made_at": timezone.now(),
    }  # fmt: skip
    saved = SavedList.objects.create(
        chapter=precinct.chapter, precinct=precinct, name=name, **(values | fields)
    )
    for voter in voters:
        SavedListVoter.objects.create(
            chapter=precinct.chapter,
            saved_list=saved,
            voter=voter,
            votes=1,
            voted=1,
            possible=2,
            heat=Heat.WARM,
        )
    return saved


def make_building(
    chapter: Chapter, number: int | str, street: str = "Lantern Street", **fields: Any
) -> Building:
    """An address point; without `lon` and `lat` a house number's place on a straight street (10 m apart)."""
    place = int(number) if str(number).isdigit() else 0
    row = sum(map(ord, street)) % 40
    values: dict[str, Any] = {
        "street_key": street.upper(),
        "address_key": f"{number} {street}".upper(),
        "locality": "RIVER CITY",
        "city": "River City",
        "state": "NC",
        "lon": -78.6 + place * 0.00012,
        "lat": 35.7 + row * 0.0004 + (place % 2) * 0.00015,
    }
    return Building.objects.create(chapter=chapter, number=str(number), street=street, **(values | fields))


def make_household(building: Building, precinct: Precinct | None, unit: str = "", **fields: Any) -> Household:
    """A door without a block."""
    values: dict[str, Any] = {"unit": unit, "unit_key": unit.upper()}
    return Household.objects.create(
        chapter=building.chapter, building=building, precinct=precinct, **(values | fields)
    )


def make_voter(
    household: Household, first_name: str = "Nora", last_name: str = "Neighbour", **fields: Any
) -> Voter:
    """A listed voter at a door."""
    values: dict[str, Any] = {
        "state": "NC",
        "state_voter_id": f"NC{next(_numbers)}",
        "status": VoterStatus.ACTIVE,
        "precinct": household.precinct,
        "birth_year": 1980,
        "registered_on": date(2010, 1, 1),
    }
    voter = Voter.objects.create(
        chapter=household.chapter,
        household=household,
        first_name=first_name,
        last_name=last_name,
        **(values | fields),
    )
    recount_at(household)
    return voter


def make_unregistered(
    household: Household, first_name: str = "Nora", last_name: str = "Neighbour", **fields: Any
) -> Voter:
    """A neighbour whom no file knows, added by hand."""
    values: dict[str, Any] = {
        "state_voter_id": None,
        "status": VoterStatus.UNREGISTERED,
        "birth_year": None,
        "registered_on": None,
    }
    return make_voter(household, first_name, last_name, **(values | fields))


def make_issue(precinct: Precinct, title: str = "No crossing at the mill", **fields: Any) -> LocalIssue:
    """An open local issue."""
    values: dict[str, Any] = {"opened_on": LONG_AGO}
    return LocalIssue.objects.create(
        chapter=precinct.chapter, precinct=precinct, title=title, **(values | fields)
    )


def make_need(person: Voter | Member, words: str = "To the clinic on Tuesdays", **fields: Any) -> Need:
    """An open need of a neighbour who said so at the door, or of a member."""
    return Need.objects.create(words=words, **_told_by(person, fields))


def make_offer(person: Voter | Member, words: str = "Has a car", **fields: Any) -> Offer:
    """An open offer for one at a time, a kilometre on foot."""
    return Offer.objects.create(words=words, **_told_by(person, fields))


def _told_by(person: Voter | Member, fields: dict[str, Any]) -> dict[str, Any]:
    whose = {"member": person} if isinstance(person, Member) else {"voter": person, "said_by": "themself"}
    return {"chapter": person.chapter, "kind": HelpKind.RIDE, "told_on": LONG_AGO} | whose | fields


def make_block(precinct: Precinct, number: int = 1, **fields: Any) -> Block:
    """An open block without doors."""
    values: dict[str, Any] = {"opened_on": LONG_AGO}
    return Block.objects.create(
        chapter=precinct.chapter, precinct=precinct, number=number, **(values | fields)
    )


def make_captain(block: Block, member: Member, starts_on: date = LONG_AGO, **fields: Any) -> BlockAssignment:
    """A block's captain since long ago (`kind=CaptaincyKind.BACKUP` for a backup)."""
    values: dict[str, Any] = {"kind": CaptaincyKind.CAPTAIN}
    return BlockAssignment.objects.create(
        chapter=block.chapter, block=block, member=member, starts_on=starts_on, **(values | fields)
    )


def make_block_ask(
    block: Block,
    by: Actor,
    voter: Voter | None = None,
    *,
    name: str = "Nora Neighbour",
    what: str = "Keep it",
) -> BlockAsk:
    """An open ask, made today by whoever acts, to keep a block as captain."""
    today = today_in(block.chapter)
    ask = Ask.objects.create(
        chapter=block.chapter, asked_name=name, asked_by_id=by.member_id, whats={"en": what}, asked_on=today,
        due_on=today + timedelta(days=7),
    )  # fmt: skip
    return BlockAsk.objects.create(chapter=block.chapter, ask=ask, block=block, voter=voter)


def make_absence(block: Block, word: str) -> Absence:
    """A captain of the block, away from today on for a week, and a backup who stands in."""
    today = today_in(block.chapter)
    captain = make_captain(block, make_member(block.chapter, f"{word}captain", user=None))
    backup = make_captain(
        block, make_member(block.chapter, f"{word}backup", user=None), kind=CaptaincyKind.BACKUP
    )
    return Absence.objects.create(
        chapter=block.chapter, assignment=captain, stand_in=backup.member, starts_on=today,
        ends_on=today + timedelta(days=7), note=f"{word} note",
    )  # fmt: skip


def make_election(
    chapter: Chapter, held_on: date, bit: int | None, kind: str = ElectionKind.PRIMARY, **fields: Any
) -> Election:
    """An election whose votes stand in that bit of the voters' history."""
    values: dict[str, Any] = {"name": f"{held_on:%m/%d/%Y} {kind}", "labels": [f"{held_on:%m/%d/%Y}"]}
    return Election.objects.create(chapter=chapter, held_on=held_on, bit=bit, kind=kind, **(values | fields))


def make_street(
    precinct: Precinct, houses: int, voters_each: int = 2, street: str = "Lantern Street", **fields: Any
) -> list[Household]:
    """Houses 1 to `houses` of a street, one door each, each with as many listed voters."""
    doors = []
    for number in range(1, houses + 1):
        building = make_building(precinct.chapter, number, street, **fields)
        door = make_household(building, precinct)
        for person in range(voters_each):
            make_voter(door, f"Nora{person}", f"Number{number}")
        doors.append(door)
    return doors


def put_into_block(block: Block, *doors: Household) -> None:
    """The doors, and the neighbours behind them, are this block's."""
    Household.objects.filter(pk__in=[door.pk for door in doors]).update(block=block)
    recount_at(doors[0])


def make_precinct_meeting(meeting: Meeting, precinct: Precinct) -> PrecinctMeeting:
    """The meeting is the precinct's."""
    return PrecinctMeeting.objects.create(chapter=meeting.chapter, meeting=meeting, precinct=precinct)


def make_voter_invitation(
    party: PrecinctMeeting, voter: Voter, answer: str = "", **fields: Any
) -> VoterInvitation:
    """A printed invitation, answered or not."""
    seed = make_seed()
    values: dict[str, Any] = {
        "seed": seed, "code_hash": hash_code(PAPER, make_code(PAPER, seed)), "invited_at": LONG_AGO_AT,
        "answer": answer,
    }  # fmt: skip
    if answer:
        values |= {"answered_at": LONG_AGO_AT, "channel": AnswerChannel.LINK}
    return VoterInvitation.objects.create(
        chapter=party.chapter, party=party, voter=voter, **(values | fields)
    )


def make_import(chapter: Chapter, kind: str = ImportKind.VOTERS, **fields: Any) -> VoterImport:
    """A file that was taken in a moment ago."""
    values: dict[str, Any] = {
        "filename": "voters.txt",
        "finished_at": timezone.now(),
        "counts": {"voters": 0},
    }
    return VoterImport.objects.create(chapter=chapter, kind=kind, **(values | fields))
