"""Meetings of the demo town: half a dozen past ones with who came, two ahead with answers, one cancelled.

Who comes is drawn with a fixed seed, from shares like those of real chapters: "yes" means maybe.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import Exists, OuterRef

from canvassing.services.walking import NobodySignedUp, change_group, sort_into_groups
from chapters.enums import AnswerChannel, MeetingKind, MemberKind
from chapters.models import Attendance, Chapter, Meeting, MeetingInvitation, Member
from chapters.selectors.actors import get_actor, today_in
from chapters.services.attendance import sign_in
from chapters.services.meeting_invitations import (
    NobodyToInvite,
    actor_of_rsvp,
    answer_invitation,
    invite_members,
)
from chapters.services.meetings import cancel_meeting, plan_meeting
from chapters.services.message_sending import send_due
from core.actors import Actor
from precincts.enums import Heat
from precincts.models import Block, BlockAssignment, Precinct, Residence, Voter
from precincts.services.precinct_meetings import (
    actor_of_code,
    answer_on_paper,
    invite_voters,
    set_precinct,
)
from precincts.services.residences import SomebodyElse, settle_member

_SEED = 20261123
_SAYS = (("yes", 0.45), ("maybe", 0.65), ("no", 0.75))
_SHOWS = {"yes": 0.68, "maybe": 0.32, "no": 0.04, "": 0.07}


@dataclass(frozen=True, slots=True)
class DemoMeeting:
    """One meeting: in how many days, and what share of the chapter's people was asked."""

    days: int
    kind: MeetingKind
    title: str
    place: str
    hour: int
    hours: int
    share: float
    text: str = ""
    capacity: int | None = None


_PAST = (
    DemoMeeting(
        -74, MeetingKind.CHAPTER_MEETING, "September meeting", "Ferry Hall, 3 Dock Street", 19, 2, 0.8
    ),
    DemoMeeting(-61, MeetingKind.TRAINING, "How to talk at a door", "Ferry Hall, 3 Dock Street", 10, 3, 0.5),
    DemoMeeting(-47, MeetingKind.CHAPTER_MEETING, "October meeting", "Ferry Hall, 3 Dock Street", 19, 2, 0.8),
    DemoMeeting(-33, MeetingKind.SOCIAL, "Soup and songs", "The mill, 12 Mill Street", 18, 3, 0.6),
    DemoMeeting(
        -19, MeetingKind.CHAPTER_MEETING, "November meeting", "Ferry Hall, 3 Dock Street", 19, 2, 0.8
    ),
    DemoMeeting(-5, MeetingKind.PRECINCT_PARTY, "Party of the north side", "14 Lantern Street", 18, 3, 0.4),
)
_PARTY = DemoMeeting(
    9, MeetingKind.PRECINCT_PARTY, "Precinct party: who takes which block?", "Library, 40 Ferry Road", 18, 3, 0.7,
    "We look at the map together, and everybody who wants one takes a block.\n\nThere is soup, and somebody minds"
    " the children.", 30,
)  # fmt: skip
_RALLY = DemoMeeting(
    16, MeetingKind.RALLY, "Winter rally and walking party", "The square before the town hall", 10, 4, 0.9,
    "Speeches are short; then we walk in groups.",
)  # fmt: skip
_CORNERS = (
    "Ferry Road and Dock Street",
    "The mill's gate",
    "The school's steps",
    "The bus stop on Lark Road",
)
_CALLED_OFF = DemoMeeting(5, MeetingKind.STUDY, "Reading evening", "The mill, 12 Mill Street", 19, 2, 0.2)


class _TownServer(BaseEmailBackend):
    """Takes every mail and keeps none: the town's mailboxes do not exist."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        return len(email_messages)


def fill_meetings(chapter: Chapter, *, organizer: Member, by: Actor, at: datetime) -> int:
    """All of them; nothing when there are meetings already. Returns how many."""
    if Meeting.objects.filter(chapter=chapter).exists():
        return 0
    assert organizer.user is not None
    writer = get_actor(user=organizer.user, chapter=chapter, on=today_in(chapter))
    people = list(Member.objects.filter(chapter=chapter).exclude(kind=MemberKind.FORMER).order_by("pk"))
    dice = random.Random(_SEED)  # noqa: S311 (a made-up town)
    _settle(chapter, people, by, at)
    for planned in _PAST:
        _hold(chapter, planned, people, writer, at, dice)
    _invite_neighbours(Meeting.objects.get(chapter=chapter, title=_PAST[-1].title), writer, dice, ahead=12)
    for planned in (_PARTY, _RALLY):
        meeting = _announce(chapter, planned, people, writer, at, dice, ahead=timedelta(days=3))
        if planned is _PARTY:
            _invite_neighbours(meeting, writer, dice, ahead=11)
        else:
            _make_groups(meeting, writer, at)
    called_off = _announce(chapter, _CALLED_OFF, people, writer, at, dice, ahead=timedelta(days=4))
    yesterday = datetime.combine(
        today_in(chapter, at) - timedelta(days=1), time(12), tzinfo=ZoneInfo(chapter.time_zone)
    )
    cancel_meeting(meeting=called_off, by=writer, at=yesterday)
    _deliver(chapter, yesterday)
    return len(_PAST) + 3


def _announce(
    chapter: Chapter, planned: DemoMeeting, people: Sequence[Member], writer: Actor, at: datetime,
    dice: random.Random, *, ahead: timedelta,
) -> Meeting:  # fmt: skip
    """Plan a meeting and invite people, some time before `at`; most have answered by now."""
    zone = ZoneInfo(chapter.time_zone)
    day = today_in(chapter, at) + timedelta(days=planned.days)
    starts_at = datetime.combine(day, time(planned.hour), tzinfo=zone)
    noon = datetime.combine(today_in(chapter, at - ahead), time(12), tzinfo=zone)
    meeting = plan_meeting(
        chapter=chapter, by=writer, at=noon, kind=planned.kind, title=planned.title, place=planned.place,
        starts_at=starts_at, ends_at=starts_at + timedelta(hours=planned.hours), text=planned.text,
        capacity=planned.capacity, host=dice.choice(people),
    )  # fmt: skip
    asked = dice.sample(list(people), max(2, int(len(people) * planned.share)))
    invite_members(meeting=meeting, members=asked, by=writer, at=noon)
    _deliver(chapter, noon + timedelta(minutes=1))
    for hours, row in enumerate(meeting.invitations.select_related("member", "meeting").order_by("pk")):
        said = _say(dice)
        if said:
            answer_invitation(
                invitation=row, answer=said, by=actor_of_rsvp(row), channel=AnswerChannel.LINK,
                bringing=1 if said == "yes" and dice.random() < 0.15 else 0,
                at=noon + timedelta(hours=hours % 40),
            )  # fmt: skip
    return meeting


def _hold(
    chapter: Chapter,
    planned: DemoMeeting,
    people: Sequence[Member],
    writer: Actor,
    at: datetime,
    dice: random.Random,
) -> None:
    """A past meeting: announced two weeks before, and whoever came is signed in."""
    meeting = _announce(chapter, planned, people, writer, at, dice, ahead=timedelta(days=14 - planned.days))
    rows = MeetingInvitation.objects.filter(meeting=meeting).select_related("member").order_by("pk")
    for minute, row in enumerate(rows):
        if dice.random() < _SHOWS[row.answer]:
            sign_in(
                meeting=meeting,
                member=row.member,
                by=writer,
                at=meeting.starts_at + timedelta(minutes=minute),
            )
    there = [row.member for row in Attendance.objects.filter(meeting=meeting).select_related("member")]
    asked = {row.member_id for row in rows}
    others = [member for member in people if member.pk not in asked]
    for member in dice.sample(others, min(2, len(others))):
        bringer = dice.choice(there) if there else None
        sign_in(
            meeting=meeting,
            member=member,
            by=writer,
            at=meeting.starts_at + timedelta(minutes=50),
            brought_by=bringer,
        )


def _invite_neighbours(meeting: Meeting, writer: Actor, dice: random.Random, *, ahead: int) -> None:
    """Make a meeting a precinct's that wants captains, so many days before it; a third of its hot voters has answered."""
    on = today_in(meeting.chapter)
    vacant = (
        Block.objects.open()
        .filter(precinct=OuterRef("pk"))
        .exclude(pk__in=BlockAssignment.objects.captains().in_force(on).values("block_id"))
    )
    here = Precinct.objects.filter(chapter=meeting.chapter).in_force(on)
    precinct = here.order_by(Exists(vacant).desc(), "code").first()
    if precinct is None:
        return
    at = meeting.starts_at - timedelta(days=ahead)
    party = set_precinct(meeting=meeting, precinct=precinct, by=writer)
    try:
        invite_voters(party=party, heats=[Heat.HOT], by=writer, at=at)
    except NobodyToInvite:  # a town so small that nobody votes so often
        return
    for hours, row in enumerate(party.invitations.order_by("pk")):
        said = _say(dice) if hours % 3 == 0 else ""
        if said:
            answer_on_paper(
                invitation=row, answer=said, by=actor_of_code(row), at=at + timedelta(hours=hours % 60)
            )


def _settle(chapter: Chapter, people: Sequence[Member], by: Actor, at: datetime) -> None:
    """Note the doors of those of ours whom the file knows by name, and nobody else."""
    on = today_in(chapter, at)
    settled = set(
        Residence.objects.in_force(on).filter(member__in=people).values_list("member_id", flat=True)
    )
    for member in people:
        voters = Voter.objects.filter(
            chapter=chapter, household__isnull=False, first_name=member.first_name.upper(),
            last_name=member.last_name.upper(),
        ).select_related("household")[:2]  # fmt: skip
        found = list(voters)
        if member.pk not in settled and len(found) == 1 and found[0].household is not None:
            with suppress(SomebodyElse):  # two of ours have the name
                settle_member(member=member, household=found[0].household, by=by, on=on, voter=found[0])


def _make_groups(meeting: Meeting, writer: Actor, at: datetime) -> None:
    """Sort the rally's walkers, and give all groups but the last a corner."""
    try:
        groups = sort_into_groups(meeting=meeting, size=4, by=writer, at=at)
    except NobodySignedUp:  # a town so small that nobody's door is known
        return
    for group, corner in zip(groups[:-1], _CORNERS, strict=False):
        assert group.leader is not None
        change_group(group=group, leader=group.leader, corner=corner, by=writer)


def _say(dice: random.Random) -> str:
    """What somebody answers; "" for nobody."""
    drawn = dice.random()
    return next((answer for answer, up_to in _SAYS if drawn < up_to), "")


def _deliver(chapter: Chapter, at: datetime) -> None:
    """Let the town's own mail server take what is due; nothing leaves the machine."""
    for minute in range(10):
        now = at + timedelta(minutes=minute)
        if not send_due(now=now, chapter=chapter, mails=_TownServer()).counts:
            break
