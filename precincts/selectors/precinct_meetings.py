"""Reading a precinct's meetings: who is invited on paper, who is there, who came from where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum

from chapters.enums import MeetingKind
from chapters.models import Attendance, Member
from core.actors import Actor
from core.permissions import has_right
from precincts.models import BlockAssignment, PrecinctMeeting, Residence, VoterInvitation
from precincts.querysets import natural_order
from precincts.selectors.roster import annotate_roster
from precincts.selectors.suppressions import leave_out_barred

PARTY_KINDS = (MeetingKind.PRECINCT_PARTY, MeetingKind.PARTY_MEETING)


@dataclass(frozen=True, slots=True)
class PaperAnswers:
    """The printed invitations of one meeting in figures."""

    invited: int
    yes: int
    maybe: int
    came: int


def get_paper_answers(party: PrecinctMeeting) -> PaperAnswers:
    """One query."""
    found = party.invitations.aggregate(
        invited=Count("pk"),
        yes=Sum(F("bringing") + 1, filter=Q(answer="yes"), default=0),
        maybe=Sum(F("bringing") + 1, filter=Q(answer="maybe"), default=0),
        came=Count("pk", filter=Q(came_as__isnull=False)),
    )
    return PaperAnswers(**found)


def count_paper_answers(meeting_id: int) -> dict[tuple[str, int], int]:
    """How many neighbours gave which answer and bring how many, for the forecast. One query."""
    rows = VoterInvitation.objects.filter(party__meeting_id=meeting_id, voter__is_listed=True).exclude(
        answer=""
    )
    counted = rows.order_by().values_list("answer", "bringing").annotate(n=Count("pk"))
    return {(answer, bringing): n for answer, bringing, n in counted}


def list_voter_invitations(party: PrecinctMeeting, actor: Actor, on: date) -> QuerySet[VoterInvitation]:
    """The printed invitations, each with its neighbour and door; who is not to be contacted is left out. One query."""
    rows = VoterInvitation.objects.visible_to(actor).filter(party=party, voter__is_listed=True)
    rows = leave_out_barred(rows, on).select_related(
        "voter__household__building", "voter__household__block", "party__meeting"
    )
    return rows.annotate(house_order=natural_order("voter__household__building__number"))


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody who is at the meeting: what they keep already, and the block they live in."""

    member: Member
    keeps: str
    lives_in: str


def list_present(party: PrecinctMeeting, on: date) -> list[Present]:
    """Who is signed in, by name. Three queries."""
    people = list(
        Member.objects.filter(attendances__meeting_id=party.meeting_id).order_by(
            "last_name", "first_name", "pk"
        )
    )
    keeps: dict[int, list[str]] = {}
    charges = BlockAssignment.objects.in_force(on).filter(member__in=people).select_related("block")
    for row in charges.order_by("block__number"):
        keeps.setdefault(row.member_id, []).append(str(row.block))
    homes = {
        row.member_id: str(row.household.block)
        for row in Residence.objects.in_force(on)
        .filter(member__in=people, household__block__isnull=False, household__precinct=party.precinct)
        .select_related("household__block")
    }
    return [
        Present(member, ", ".join(keeps.get(member.pk, [])), homes.get(member.pk, "")) for member in people
    ]


def list_party_blocks(party: PrecinctMeeting, on: date) -> list[Any]:
    """The precinct's open blocks, the vacant ones first, each with `seen`: its captaincies by id, as a form sends
    them back. Two queries."""
    blocks: list[Any] = list(annotate_roster(party.precinct.blocks.open().select_related("precinct"), on))
    captaincies = BlockAssignment.objects.captains().filter(block__in=[block.pk for block in blocks])
    known: dict[int, list[str]] = {}
    for block_id, pk in captaincies.values_list("block_id", "pk"):
        known.setdefault(block_id, []).append(str(pk))
    for block in blocks:
        block.seen = ",".join(known.get(block.pk, []))
    return sorted(blocks, key=lambda block: (block.captain_id is not None, block.number))


def list_party_attendance(actor: Actor, on: date) -> QuerySet[Attendance]:
    """Who was at which party meeting, with `home_code`, the precinct they live in, and its `code_order`. One query.

    Precinct captains see those who live in their precincts, and the meetings of these.
    """
    home = Residence.objects.in_force(on).filter(member=OuterRef("member"))
    rows = (
        Attendance.objects.visible_to(actor)
        .filter(Q(meeting__kind__in=PARTY_KINDS) | Q(meeting__precinct_meeting__isnull=False))
        .select_related("member", "meeting", "brought_by", "meeting__precinct_meeting__precinct")
        .annotate(
            home_id=Subquery(home.values("household__precinct")[:1]),
            home_code=Subquery(home.values("household__precinct__code")[:1]),
        )
    )
    if has_right(actor, "precincts.see_all"):
        return rows
    return rows.filter(
        Q(home_id__in=actor.precinct_ids) | Q(meeting__precinct_meeting__precinct_id__in=actor.precinct_ids)
    )
