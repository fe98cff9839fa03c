"""A precinct's own meeting: its neighbours are invited on paper, answer by a code, and are signed in as people."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from chapters.enums import AnswerChannel, MemberKind, Standing
from chapters.models import Attendance, Meeting, Member
from chapters.selectors.actors import today_in
from chapters.services import audit
from chapters.services.attendance import require_doors_open, sign_in
from chapters.services.meeting_invitations import NobodyToInvite, invite_members, require_answer
from chapters.services.meeting_places import lock_meeting, require_ahead, require_planned
from chapters.services.members import add_member
from core.actors import Actor
from core.codes import hash_code, make_code, make_seed, read_code
from core.errors import DomainError
from precincts.casing import in_plain_case
from precincts.enums import Channel, Heat
from precincts.models import Precinct, PrecinctMeeting, Residence, Voter, VoterInvitation
from precincts.selectors.consistent import get_rule, list_consistent
from precincts.selectors.suppressions import list_barred
from precincts.services.residences import settle_member

PURPOSE = "precincts.rsvp"


class OtherPrecinct(DomainError):
    """Neighbours of another precinct were invited to it already."""


@dataclass(frozen=True, slots=True)
class InvitedVoters:
    """What became of a round of invitations.

    Attributes:
        new: printed invitations made now.
        known: neighbours who had one before.
        mailed: neighbours who are people of the chapter, invited as such by mail.
    """

    new: int
    known: int
    mailed: int


@transaction.atomic
def set_precinct(*, meeting: Meeting, precinct: Precinct, by: Actor) -> PrecinctMeeting:
    """Make a meeting a precinct's.

    Raises:
        OtherPrecinct: neighbours of another precinct were invited to it already.
        MeetingIsCancelled: it was cancelled.
    """
    meeting = lock_meeting(meeting)
    require_planned(meeting)
    party = PrecinctMeeting.objects.filter(meeting=meeting).first()
    if party is not None and party.precinct_id == precinct.pk:
        return party
    if party is not None and party.invitations.exists():
        raise OtherPrecinct(
            _("Neighbours of another precinct were invited to this meeting."), hint=_("Nothing was changed.")
        )
    party, _made = PrecinctMeeting.objects.update_or_create(
        meeting=meeting, defaults={"chapter_id": meeting.chapter_id, "precinct": precinct}
    )
    audit.record(
        by=by, verb="precincts.meeting_of_precinct", row=party,
        summary=lambda: _("%(meeting)s is a meeting of precinct %(code)s")
        % {"meeting": meeting, "code": precinct.code},
    )  # fmt: skip
    return party


@transaction.atomic
def invite_voters(
    *, party: PrecinctMeeting, heats: Collection[str], by: Actor, at: datetime
) -> InvitedVoters:
    """Invite the precinct's neighbours who vote so consistently, by the chapter's own rule.

    Who is one of the chapter's people is invited as such, by mail; all others on paper, each with a code. Who is not
    to be contacted is left out.

    Args:
        heats: "hot", "warm" and so on.

    Raises:
        NobodyToInvite: nobody in the precinct votes so.
        MeetingIsCancelled, MeetingIsOver: it is too late.
    """
    meeting = lock_meeting(party.meeting)
    require_planned(meeting)
    require_ahead(meeting, at)
    on = today_in(meeting.chapter, at)
    voters = _list_voters(party, heats, at)
    if not voters:
        raise NobodyToInvite(
            _("Nobody in precinct %(code)s votes so consistently.") % {"code": party.precinct.code},
            hint=_("Nothing was changed. Import a vote history, or ask for more."),
        )
    people = {
        row.voter_id: row.member
        for row in Residence.objects.in_force(on)
        .filter(voter__in=voters, member__kind__in=[kind for kind in MemberKind if kind != MemberKind.FORMER])
        .select_related("member")
    }
    mailed = 0
    if people:
        mailed = invite_members(meeting=meeting, members=people.values(), by=by, at=at).new
    known = set(party.invitations.values_list("voter_id", flat=True))
    rows = VoterInvitation.objects.bulk_create(
        [_new_invitation(party, pk, at) for pk in voters if pk not in known and pk not in people],
        batch_size=1000,
    )
    audit.record(
        by=by, verb="precincts.voters_invited", row=party, rows=len(rows),
        summary=lambda: _("Invited %(count)d neighbours of precinct %(code)s to %(meeting)s")
        % {"count": len(rows), "code": party.precinct.code, "meeting": meeting},
    )  # fmt: skip
    return InvitedVoters(len(rows), len(known.intersection(voters)), mailed)


def _list_voters(party: PrecinctMeeting, heats: Collection[str], at: datetime) -> list[int]:
    chapter = party.meeting.chapter
    on = today_in(chapter, at)
    rule = get_rule(chapter, kind=chapter.consistency_kind, asked=chapter.consistency_elections, on=on)
    found: list[int] = []
    for heat in heats:
        rows = list_consistent(party.precinct, rule, heat=Heat(heat)).select_related(None)
        found += (
            rows.exclude(pk__in=list_barred(on, Channel.MAIL)).order_by("pk").values_list("pk", flat=True)
        )
    return found


def _new_invitation(party: PrecinctMeeting, voter_id: int, at: datetime) -> VoterInvitation:
    seed = make_seed()
    return VoterInvitation(
        chapter_id=party.chapter_id,
        party=party,
        voter_id=voter_id,
        seed=seed,
        code_hash=hash_code(PURPOSE, make_code(PURPOSE, seed)),
        invited_at=at,
    )


def code_of(invitation: VoterInvitation) -> str:
    """The code that is printed on an invitation."""
    return make_code(PURPOSE, invitation.seed)


def find_voter_page(code: str) -> str:
    """Where a typed code of a printed invitation leads; "" when it is none."""
    known = VoterInvitation.objects.filter(code_hash=hash_code(PURPOSE, code)).exists()
    return reverse("precincts_site:voter_rsvp", kwargs={"code": code}) if known else ""


def open_voter_code(*, code: str, at: datetime) -> VoterInvitation:
    """The invitation a printed code stands for; it lives until the meeting's end, wherever that was moved.

    Raises:
        Http404: it is made up, another purpose's, or too old, or the neighbour is on no list any more.
    """
    found = read_code(code)
    rows = VoterInvitation.objects.select_related(
        "party__meeting__chapter", "party__precinct", "voter", "chapter"
    )
    row = rows.filter(code_hash=hash_code(PURPOSE, found)).first() if found else None
    if row is None or row.party.meeting.ends_at <= at or not row.voter.is_listed:
        raise Http404
    return row


def actor_of_code(invitation: VoterInvitation) -> Actor:
    """Whoever holds the paper: may answer this invitation, and nothing else."""
    return Actor.link(
        chapter_id=invitation.chapter_id, purpose=PURPOSE, subject_id=invitation.pk,
        label=_("a printed invitation"),
    )  # fmt: skip


@transaction.atomic
def answer_on_paper(
    *, invitation: VoterInvitation, answer: str, by: Actor, at: datetime, bringing: int = 0,
    channel: AnswerChannel = AnswerChannel.LINK,
) -> VoterInvitation:  # fmt: skip
    """Note a neighbour's answer; the same one again changes nothing, another one replaces it.

    Raises:
        NoSuchAnswer: the answer is none of yes, maybe and no, or too many people are brought along.
        MeetingIsCancelled, MeetingIsOver: it is too late.
    """
    bringing = require_answer(answer, bringing)
    invitation = (
        VoterInvitation.objects.select_for_update(of=("self",))
        .select_related("party__meeting", "party__precinct", "voter", "chapter")
        .get(pk=invitation.pk)
    )
    require_planned(invitation.party.meeting)
    require_ahead(invitation.party.meeting, at)
    if (invitation.answer, invitation.bringing) == (answer, bringing):
        return invitation
    invitation.answer, invitation.bringing, invitation.channel = answer, bringing, channel
    invitation.answered_at = at
    invitation.save(update_fields=["answer", "bringing", "channel", "answered_at"])
    audit.record(
        by=by, verb="precincts.voter_answered", row=invitation, detail={"answer": answer, "bringing": bringing},
        summary=lambda: _("A neighbour of precinct %(code)s answered an invitation")
        % {"code": invitation.party.precinct.code},
    )  # fmt: skip
    return invitation


@transaction.atomic
def sign_in_voter(*, invitation: VoterInvitation, by: Actor, at: datetime) -> Attendance:
    """Sign a neighbour in: they become a supporter of the chapter, who lives at their door. A second tap changes
    nothing.

    Raises:
        TooEarlyToSignIn, MeetingIsCancelled: nobody can be there.
    """
    invitation = (
        VoterInvitation.objects.select_for_update(of=("self",))
        .select_related("party__meeting__chapter", "voter__household")
        .get(pk=invitation.pk)
    )
    meeting = invitation.party.meeting
    require_doors_open(meeting, at)
    if invitation.came_as is None:
        invitation.came_as = _become_member(invitation.voter, meeting, by, at)
        invitation.save(update_fields=["came_as"])
    attendance = sign_in(meeting=meeting, member=invitation.came_as, by=by, at=at)
    if attendance.walk_in:  # they were asked, on paper
        attendance.walk_in = False
        attendance.save(update_fields=["walk_in"])
    return attendance


def _become_member(voter: Voter, meeting: Meeting, by: Actor, at: datetime) -> Member:
    on = today_in(meeting.chapter, at)
    home = (
        Residence.objects.in_force(on)
        .of_voter(voter.merged_into_id or voter.pk)
        .exclude(member__kind=MemberKind.FORMER)
        .select_related("member")
        .first()
    )
    if home is not None:
        return home.member
    member = add_member(
        chapter=meeting.chapter, by=by, first_name=in_plain_case(voter.first_name),
        last_name=in_plain_case(voter.last_name), kind=MemberKind.SUPPORTER, standing=Standing.NONE, since=on,
    )  # fmt: skip
    if voter.household is not None:
        settle_member(member=member, household=voter.household, by=by, on=on, voter=voter)
    return member
