"""The world in which the access table is tried: a chapter with everybody in it, and another full of canaries."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from canvassing.models import WalkingGroup, WalkList
from canvassing.services.lists import keep_pdf
from chapters.enums import ChapterKind, RoleName, SuppressionReason
from chapters.models import (
    Chapter,
    Job,
    JobFile,
    Mailing,
    MailSuppression,
    Meeting,
    Member,
    Message,
    Reminder,
    Team,
    TeamMembership,
    User,
)
from chapters.selectors.actors import today_in
from chapters.services import audit, invitations
from chapters.services.availability import add_availability
from chapters.services.erasures import ask_erasure
from chapters.services.job_files import save_job_file
from chapters.services.mailings import write_mailing
from chapters.services.merges import merge_members
from chapters.services.reminders import start_recurring
from chapters.services.suppressions import suppress_address
from core import tenancy
from core.actors import Actor
from precincts.enums import CaptaincyKind, ImportKind
from precincts.models import (
    Block,
    ImportReject,
    PartyRules,
    PrecinctAssignment,
    Skill,
    Training,
    Voter,
    VoterImport,
)
from precincts.services.corrections import ask_correction
from precincts.services.facts import record_fact
from precincts.services.hand_shakes import ask_both
from precincts.services.matches import tell_apart
from precincts.services.skills import add_skill
from tests import factories as make

ANONYMOUS = "anonymous"
MEMBER = "member"
COMMITTEE = "electoral_committee"
CHAIR = "committee_chair"
CANVASSER = "canvasser"
LIAISON = "partner_liaison"
TREASURER = "treasurer"
ORGANIZER = "organizer"
BLOCK_CAPTAIN = "block_captain"
PRECINCT_CAPTAIN = "precinct_captain"
TEAM_LEADER = "team_leader"
REGION_READER = "region_reader"
OTHER_ORGANIZER = "other_organizer"

ROLES = {COMMITTEE, CHAIR, CANVASSER, LIAISON, TREASURER, ORGANIZER}
CAPTAINS = {BLOCK_CAPTAIN, PRECINCT_CAPTAIN}
MEMBERS = ROLES | CAPTAINS | {MEMBER, TEAM_LEADER}
INSIDERS = MEMBERS | {REGION_READER}
EVERYBODY = INSIDERS | {ANONYMOUS, OTHER_ORGANIZER}

# Stands in names, notes, files and numbers of the other chapter, and nowhere else.
CANARY = "Quetzalcanary"


@dataclass
class World:
    """Two chapters; `rows` holds what addresses of the first one need, by the names of URL arguments."""

    chapter: Chapter
    other: Chapter
    users: dict[str, User | None]
    members: dict[str, Member]
    rows: dict[str, Any] = field(default_factory=dict)
    other_rows: dict[str, Any] = field(default_factory=dict)


def build_world() -> World:
    """Make everything the table's addresses need."""
    region = make.make_chapter("piedmont", kind=ChapterKind.REGION)
    chapter = make.make_chapter("river-city", parent=region)
    other = make.make_chapter("elsewhere", name=f"{CANARY} chapter", parent=region)
    members = {role: make.make_member(chapter, role.title(), role) for role in sorted(ROLES)}
    members[MEMBER] = make.make_member(chapter, "Mo")
    members[BLOCK_CAPTAIN] = make.make_member(chapter, "Blanca")
    members[PRECINCT_CAPTAIN] = make.make_member(chapter, "Priya")
    members[TEAM_LEADER] = make.make_member(chapter, "Tara")
    members[REGION_READER] = make.make_member(region, "Regina", RoleName.READER)
    members[OTHER_ORGANIZER] = make.make_member(
        other, f"{CANARY}first", RoleName.ORGANIZER, last_name=f"{CANARY}last", note=f"{CANARY} note"
    )
    users: dict[str, User | None] = {who: member.user for who, member in members.items()}
    world = World(chapter=chapter, other=other, users={**users, ANONYMOUS: None}, members=members)
    world.rows = _fill(chapter, members[ORGANIZER], "Plain")
    world.other_rows = _fill(other, members[OTHER_ORGANIZER], CANARY)
    _give_charges(world)
    return world


def _fill(chapter: Chapter, organizer: Member, word: str) -> dict[str, Any]:
    """One row of each kind in a chapter, its words made of `word`."""
    by = make.actor_of(organizer)
    with tenancy.chapter_scope(chapter, by):
        rows = _fill_chapters(chapter, organizer, by, word)
        rows |= _fill_precincts(chapter, by, word) | _fill_imports(chapter, word)
        rows |= _fill_parties(rows)
        return rows | _fill_canvassing(chapter, organizer, rows, word)


def _fill_chapters(chapter: Chapter, organizer: Member, by: Actor, word: str) -> dict[str, Any]:
    person = make.make_member(
        chapter,
        f"{word}person",
        user=None,
        email=f"{word.lower()}@example.org",
        note=f"{word} note",
        phone=f"{word}1",
    )
    other = make.make_member(chapter, f"{word}other", user=None, email=f"{word.lower()}@example.org")
    merge = merge_members(
        keep=person,
        drop=make.make_member(chapter, f"{word}twice", user=None),
        choices={},
        by=by,
        at=timezone.now(),
    )
    leaving = make.make_member(chapter, f"{word}leaving", user=None)
    erasure = ask_erasure(member=leaving, by=by, at=timezone.now())
    [hours] = add_availability(
        member=person, weekdays=[0], starts=time(9), ends=time(12), note=f"{word} hours", by=by
    )
    role = make.make_role(person, RoleName.CANVASSER)
    invitation = invitations.invite(
        chapter=chapter, email=f"{word.lower()}.invited@example.org", by=by, at=timezone.now(), member=person
    )
    job = Job.objects.create(
        chapter=chapter,
        kind="chapters.import_members",
        titles={"en": f"{word} work"},
        state="failed",
        errors={"en": f"{word} fault"},
        finished_at=timezone.now(),
        asked_by=organizer.user,
        result={"note": f"{word} result"},
    )
    file: JobFile = save_job_file(
        job=job,
        filename=f"{word}.txt",
        content=ContentFile(f"{word} inside".encode()),
        content_type="text/plain",
    )
    mailing, reminder, suppression = _fill_mail(chapter, by, word)
    team, membership = _fill_team(chapter, person, word)
    forming = make.make_forming(organizer, f"{word} forming", f"{word} place", person)
    step = make.make_step(chapter, f"{word} step")
    plain_ask = make.make_ask(
        make.make_member(chapter, f"{word}asker", user=None),
        person,
        make.make_step(chapter, f"{word} second step"),
    )
    audit.record(by=by, verb="chapters.tried", summary=f"{word} act", row=person)
    meeting = make.make_meeting(
        chapter, f"{word} meeting", place=f"{word} hall", text=f"{word} words", starts_at=timezone.now()
    )
    asked = make.make_meeting_invitation(meeting, person, "yes")
    attendance = make.make_attendance(meeting, person)
    return {
        "meeting_id": meeting.pk,
        "meeting_invitation_id": asked.pk,
        "attendance_id": attendance.pk,
        "member_id": person.pk,
        "other_id": other.pk,
        "merge_id": merge.pk,
        "availability_id": hours.pk,
        "erasure_id": erasure.pk,
        "role_id": role.pk,
        "team": team,
        "team_id": team.pk,
        "membership_id": membership.pk,
        "step_id": step.pk,
        "plain_ask_id": plain_ask.pk,
        "forming_id": forming.pk,
        "invite_id": forming.invites.get().pk,
        "invitation_id": invitation.pk,
        "message_id": Message.objects.get(key=f"invitation:{invitation.pk}").pk,
        "mailing_id": mailing.pk,
        "language": "en",
        "reminder_id": reminder.pk,
        "suppression_id": suppression.pk,
        "job_id": job.pk,
        "file_id": file.pk,
    }


def _fill_team(chapter: Chapter, person: Member, word: str) -> tuple[Team, TeamMembership]:
    """A team with the person in it, and somebody to be let go."""
    team = make.make_team(chapter, f"{word} team", purpose=f"{word} purpose")
    make.make_membership(team, person)
    return team, make.make_membership(team, make.make_member(chapter, f"{word}mate", user=None))


def _fill_mail(chapter: Chapter, by: Actor, word: str) -> tuple[Mailing, Reminder, MailSuppression]:
    """A mail to many that is being written, a line of the schedule and an address no mail goes to."""
    now = timezone.now()
    mailing = write_mailing(
        chapter=chapter, subjects={"en": f"{word} subject"}, texts={"en": f"{word} text"}, by=by, at=now,
        group="chapters.everybody", group_value="",
    )  # fmt: skip
    reminder = start_recurring(kind="chapters.asks_due", chapter=chapter, by=by, at=now)
    suppression = suppress_address(
        chapter=chapter, email=f"{word.lower()}@example.org", reason=SuppressionReason.BOUNCED, by=by, at=now,
        detail=f"{word} answer",
    )  # fmt: skip
    return mailing, reminder, suppression


def _fill_precincts(chapter: Chapter, by: Actor, word: str) -> dict[str, Any]:
    precinct = make.make_precinct(chapter, code=f"{word}-1", name=f"{word} precinct")
    block = make.make_block(precinct, number=1, name=f"{word} block")
    building = make.make_building(chapter, 12, f"{word} Street")
    door = make.make_household(building, precinct, f"{word}unit", block=block, walk_position=1)
    voter = make.make_voter(door, f"{word}first", f"{word}last")
    fact = record_fact(
        voter=voter, kind="note", text=f"{word} fact", source="captain", by=by, at=timezone.now()
    )
    spoken = record_fact(
        voter=voter, kind="skill", text=f"{word} skill", source="captain", by=by, at=timezone.now()
    )
    keeper = make.make_member(chapter, f"{word}keeper", user=None)
    add_skill(member=keeper, kind="language", text=f"{word} language", by=by, at=timezone.now())
    backup = make.make_captain(block, keeper, kind=CaptaincyKind.BACKUP)
    precinct_backup = PrecinctAssignment.objects.create(
        chapter=chapter, precinct=precinct, member=keeper, starts_on=make.LONG_AGO, kind=CaptaincyKind.BACKUP
    )
    asked = make.make_block_ask(block, by, voter, name=f"{word}first {word}last", what=f"{word} what")
    absence = make.make_absence(make.make_block(precinct, number=2, name=f"{word} ward"), f"{word}away")
    training = Training.objects.create(
        chapter=chapter, trainer=keeper, trained=absence.assignment.member, on=make.LONG_AGO
    )
    election = make.make_election(chapter, make.LONG_AGO, 1, name=f"{word} primary")
    saved = make.make_saved_list(precinct, f"{word} list", voter)
    seat = make.make_seat(precinct, f"{word} seat", holder_name=f"{word} holder")
    PartyRules.objects.create(chapter=chapter, text=f"{word} rules")
    correction = ask_correction(
        voter=voter, what="name", says=f"{word} right", note=f"{word} how", by=by, at=timezone.now()
    )
    issue = make.make_issue(precinct, f"{word} issue", note=f"{word} issue note")
    added = make.make_unregistered(door, f"{word}first", f"{word}last")
    stranger = make.make_unregistered(door, f"{word}second", f"{word}last")
    decision = tell_apart(added=stranger, registered=voter, by=by, at=timezone.now())
    need = make.make_need(voter, f"{word} need", said_by=f"{word} teller")
    helper = make.make_voter(door, f"{word}helper", f"{word}last")
    offer = make.make_offer(helper, f"{word} offer", said_by=f"{word} teller")
    hand_shake = ask_both(need=need, offer=offer, by=by, on=today_in(chapter))
    return {
        "need_id": need.pk,
        "offer_id": offer.pk,
        "hand_shake_id": hand_shake.pk,
        "side": "need",
        "election_id": election.pk,
        "issue_id": issue.pk,
        "added_id": added.pk,
        "registered_id": voter.pk,
        "decision_id": decision.pk,
        "seat_id": seat.pk,
        "ask_id": asked.pk,
        "captaincy_id": absence.assignment_id,
        "absence_id": absence.pk,
        "training_id": training.pk,
        "saved_list_id": saved.pk,
        "correction_id": correction.pk,
        "household_id": door.pk,
        "precinct_id": precinct.pk,
        "block_id": block.pk,
        "building_id": building.pk,
        "voter_id": voter.pk,
        "fact_id": fact.pk,
        "skill_id": Skill.objects.get(fact=spoken).pk,
        "assignment_id": backup.pk,
        "precinct_assignment_id": precinct_backup.pk,
        "version": 0,
        "precinct": precinct,
        "block": block,
    }


def _fill_parties(rows: dict[str, Any]) -> dict[str, Any]:
    """The meeting is the precinct's, and its neighbour is invited on paper."""
    party = make.make_precinct_meeting(Meeting.objects.get(pk=rows["meeting_id"]), rows["precinct"])
    asked = make.make_voter_invitation(party, Voter.objects.get(pk=rows["voter_id"]))
    return {"voter_invitation_id": asked.pk}


def _fill_imports(chapter: Chapter, word: str) -> dict[str, Any]:
    record = VoterImport.objects.create(
        chapter=chapter,
        kind=ImportKind.VOTERS,
        filename=f"{word}.txt",
        source=f"{word} source",
        permitted_use=f"{word} use",
        finished_at=timezone.now(),
        counts={"rows": 1, "voters": 1, "rejected": 1},
        warnings=[f"{word} warning"],
    )
    ImportReject.objects.create(
        chapter=chapter, voter_import=record, line=2, said=f"{word} reason", text=f"{word} row"
    )
    return {"import_id": record.pk}


def _fill_canvassing(chapter: Chapter, organizer: Member, rows: dict[str, Any], word: str) -> dict[str, Any]:
    """A printed list; its number is one that the other chapter has not given."""
    block = Block.objects.get(pk=rows["block_id"])
    walk_list = WalkList.objects.create(
        chapter=chapter,
        list_number=2001 if word == CANARY else 1001,
        precinct=block.precinct,
        block=block,
        doors=[
            {"household": Voter.objects.get(pk=rows["voter_id"]).household_id, "voters": [rows["voter_id"]]}
        ],
        door_count=1,
        voter_count=1,
        captain=f"{word} captain",
        file_terms=[{"source": f"{word} source", "obtained_on": "", "permitted_use": f"{word} use"}],
        paper_size="letter",
        made_by=organizer.user,
        made_at=timezone.now(),
    )
    keep_pdf(walk_list=walk_list, content=f"%PDF- {word}".encode(), pages=1)
    meeting = Meeting.objects.get(pk=rows["meeting_id"])
    group = WalkingGroup.objects.create(
        chapter=chapter, meeting=meeting, number=1, precinct=block.precinct, leader_id=rows["member_id"]
    )
    return {"number": walk_list.list_number, "walking_group_id": group.pk}


def _give_charges(world: World) -> None:
    """The captains get the chapter's block and precinct."""
    make.make_captain(world.rows["block"], world.members[BLOCK_CAPTAIN])
    PrecinctAssignment.objects.create(
        chapter=world.chapter,
        precinct=world.rows["precinct"],
        member=world.members[PRECINCT_CAPTAIN],
        starts_on=make.LONG_AGO,
    )
    make.make_membership(world.rows["team"], world.members[TEAM_LEADER], is_leader=True)
