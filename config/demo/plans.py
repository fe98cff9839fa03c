"""The demo's precincts with goals, local issues, and neighbours who register: met by hand, found in the later file."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from chapters.models import Chapter, Member
from core.actors import Actor
from precincts.casing import in_plain_case
from precincts.enums import ElectionKind, FactKind, FactSource, IssueState
from precincts.models import (
    Household,
    LocalIssue,
    MatchDecision,
    Precinct,
    PrecinctPlan,
    RegistrationEffort,
    Voter,
)
from precincts.selectors.matches import list_proposals
from precincts.selectors.plans import get_plan_figures
from precincts.services.drives import give_form, send_form
from precincts.services.facts import record_fact
from precincts.services.issues import add_issue
from precincts.services.matches import merge_people
from precincts.services.neighbours import add_neighbour
from precincts.services.plans import save_plan

BEFORE = timedelta(days=1700)
"""So long ago the first goals were set: past elections are measured against them."""

_BEGUN = timedelta(days=200)
_AMBITION = (Decimal("3.5"), Decimal("-2"), Decimal("6"))
"""Points that the goals lie over the suggested ones, precinct by precinct; the fourth precinct has no plan."""

_ISSUES = (
    ("The number 6 bus no longer stops at the mill", IssueState.WORKING, "Sixty signatures; the council hears us in May."),
    ("Rents went up by a third in one year", IssueState.OPEN, ""),
    ("A crossing at Longleaf Elementary", IssueState.WON, "Painted in the autumn, after three hearings."),
    ("The clinic is open on two days only", IssueState.WORKING, "Two nurses spoke at the precinct's meeting."),
    ("Street lights on the lower bank", IssueState.CLOSED, "The county has no money for it until next year."),
    ("Storm water in the cellars", IssueState.OPEN, "Seven households took photographs."),
)  # fmt: skip

MET = 5
"""So many people of the later file were met before: four had a form, three of those sent it, one is merged."""


def fill_plans(chapter: Chapter, leaders: list[Member], *, by: Actor, on: date) -> int:
    """Goals of now and of years ago, and local issues; returns how many precincts have a plan."""
    if PrecinctPlan.objects.filter(chapter=chapter).exists():
        return 0
    precincts = list(Precinct.objects.filter(chapter=chapter).in_force(on).order_by("code"))
    for precinct, more in zip(precincts, _AMBITION, strict=False):
        _set_goals(precinct, more, by=by, on=on)
    for place, (title, state, note) in enumerate(_ISSUES if precincts else ()):
        _write_down(
            precincts[place % min(3, len(precincts))], place, title, state, note, leaders, by=by, on=on
        )
    return min(len(precincts), len(_AMBITION))


def _set_goals(precinct: Precinct, more: Decimal, *, by: Actor, on: date) -> None:
    figures = get_plan_figures([precinct.pk], precinct.chapter, on)[precinct.pk]
    suggested = {one.kind: one.suggested for one in figures.kinds if one.suggested is not None}
    wished = {kind: min(Decimal(100), max(Decimal(0), goal + more)) for kind, goal in suggested.items()}
    first = on - BEFORE
    early = {kind: goal - min(goal, Decimal(5)) for kind, goal in suggested.items()}
    save_plan(precinct=precinct, began_on=first, registration_goal=None, turnout=early, by=by, on=first)
    wished.setdefault(ElectionKind.GENERAL, Decimal(60))
    save_plan(precinct=precinct, began_on=on - _BEGUN, registration_goal=60, turnout=wished, by=by, on=on)


def _write_down(
    precinct: Precinct, place: int, title: str, state: IssueState, note: str, leaders: list[Member], *,
    by: Actor, on: date,
) -> LocalIssue:  # fmt: skip
    is_open = state in (IssueState.OPEN, IssueState.WORKING)
    return add_issue(
        precinct=precinct,
        by=by,
        title=title,
        state=state,
        note=note,
        leader=leaders[place % len(leaders)] if leaders and state != IssueState.OPEN else None,
        opened_on=on - timedelta(days=40 + 55 * place),
        closed_on=None if is_open else on - timedelta(days=12 + place),
    )


def meet_newcomers(chapter: Chapter, later_file: Path, *, by: Actor, on: date) -> int:
    """Add by hand a few people whom the next file will bring, and give them forms; returns how many."""
    if RegistrationEffort.objects.filter(chapter=chapter).exists():
        return 0
    met = 0
    for place, (door, row) in enumerate(_list_newcomers(chapter, later_file)):
        day = datetime.strptime(row["registr_dt"], "%m/%d/%Y").date() - timedelta(days=8)
        at = datetime.combine(day, time(18), tzinfo=UTC)
        voter = add_neighbour(
            household=door,
            first_name=in_plain_case(row["first_name"].strip()),
            last_name=in_plain_case(row["last_name"].strip()),
            birth_year=None,
            by=by,
            at=at,
        )
        note = "Wants to register before the next election."
        record_fact(voter=voter, kind=FactKind.NOTE, text=note, source=FactSource.DOOR, by=by, at=at)
        _hand_out(voter, place, day, by=by, on=on)
        met += 1
        if met == MET:
            break
    for voter in Voter.objects.filter(chapter=chapter).by_hand().filter(registration=None)[:1]:
        give_form(voter=voter, by=by, on=on, today=on)
    return met


def _hand_out(voter: Voter, place: int, day: date, *, by: Actor, on: date) -> None:
    if place < MET - 1:
        give_form(voter=voter, by=by, on=day, today=on)
    if place < MET - 2:
        send_form(voter=voter, by=by, on=day + timedelta(days=2), today=on)


def _list_newcomers(chapter: Chapter, later_file: Path) -> Iterator[tuple[Household, dict[str, str]]]:
    """People of a file whom no file has brought yet, who will live behind a door that is known; one a door."""
    known = set(Voter.objects.filter(chapter=chapter).values_list("state_voter_id", flat=True))
    doors = {
        str(door).upper().replace(",", ""): door
        for door in Household.objects.filter(chapter=chapter, block__isnull=False).select_related("building")
    }
    with later_file.open(encoding="latin-1", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            if row["ncid"] in known or row["confidential_ind"] == "Y":
                continue
            address = " ".join(row["res_street_address"].split()).upper()
            if (door := doors.pop(address, None)) is not None:
                yield door, row


def find_newcomers(chapter: Chapter, *, by: Actor, at: datetime) -> int:
    """Merge one of those met with the file that has come meanwhile; returns how many pairs wait for a word."""
    proposals = list_proposals(by)
    if proposals and not MatchDecision.objects.filter(chapter=chapter).exists():
        first = proposals.pop(0)
        merge_people(added=first.added, registered=first.registered, by=by, at=at)
    return len(proposals)
