"""Teams of the demo town, one without a leader and one being formed; asks at every stage, and a fortnight of calls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from chapters.enums import MemberKind
from chapters.models import Ask, Chapter, LadderStep, Member, Team, TeamForming
from chapters.selectors.actors import today_in
from chapters.services.asks import answer_ask, ask_for_step, withdraw_ask
from chapters.services.calls import note_call
from chapters.services.ladder import found_ladder
from chapters.services.team_formings import (
    Slot,
    actor_of_link,
    answer_forming,
    invite_to_forming,
    offer_forming,
)
from chapters.services.teams import form_team, join_team
from config import demo
from core.actors import Actor

_PHONE = "919-555-{:04d}"
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DemoTeam:
    """One team: how many people, whether somebody leads it, how many days ago it was formed."""

    name: str
    purpose: str
    people: int
    has_leader: bool
    days: int


_TEAMS = (
    DemoTeam(
        "Tuesday callers",
        "Calls new people every other Tuesday and finds out what they would like to do.",
        6,
        True,
        90,
    ),
    DemoTeam("Soup kitchen", "Cooks when the chapter meets, and knows who can lend a pot.", 5, True, 60),
    DemoTeam("Rides to the polls", "Drives neighbours on election day.", 4, False, 20),
)

_ANSWERS: tuple[tuple[str, int, int, str], ...] = (
    ("yes", -40, -35, "Glad somebody asked."), ("yes", -30, -29, "Brings a friend, too."),
    ("no", -28, -20, "Works nights at the moment."), ("maybe", -16, -9, "Wants to hear what it is first."),
    ("later", -15, -10, "After the holidays."), ("", -12, -2, ""), ("", -8, 0, ""), ("", -3, 2, ""),
    ("", -1, 6, ""), ("withdrawn", -25, -18, ""), ("maybe", -20, -14, ""), ("yes", -18, -11, "Has a van."),
)  # fmt: skip
"""What each of them said, how many days ago the ask was made and was due, in their words."""

_CALLS: tuple[tuple[str, int, str], ...] = (
    ("talked", -13, "Talked about the road by the school."), ("no_answer", -12, ""), ("talked", -6, "Two children in the play."),
    ("call_back", -2, "At work until six."), ("wrong", -5, ""), ("talked", -1, "Will come to the soup."),
)  # fmt: skip


def fill_teams(chapter: Chapter, *, organizer: Member, by: Actor, at: datetime) -> tuple[int, int]:
    """Teams with calls, a forming, asks; returns how many teams and asks. Nothing when there are teams already."""
    if Team.objects.filter(chapter=chapter).exists():
        return 0, 0
    on = today_in(chapter, at)
    found_ladder(chapter=chapter, by=by)
    people = _give_phones(chapter, organizer)
    teams = _form_teams(chapter, people, by, on)
    asks = _make_asks(chapter, people, organizer, by, on)
    _make_calls(teams[0], by, at)
    _form_another(chapter, organizer, people, by, at)
    return len(teams), asks


def _give_phones(chapter: Chapter, organizer: Member) -> list[Member]:
    """The chapter's people without the organizer; those without a number get one that nobody has."""
    rows = Member.objects.filter(chapter=chapter).exclude(kind=MemberKind.FORMER).exclude(pk=organizer.pk)
    # Whoever canvasses leads the callers: somebody who sees no other people of the chapter.
    people = sorted(rows.order_by("pk"), key=lambda member: member.email != demo.CANVASSER.email)
    for place, member in enumerate(people, start=101):
        if not member.phone and place % 7:  # some are known without a number
            member.phone = _PHONE.format(place)
    Member.objects.bulk_update(people, ["phone"])
    return people


def _form_teams(chapter: Chapter, people: list[Member], by: Actor, on: date) -> list[Team]:
    rest = iter(people)
    teams = []
    for wish in _TEAMS:
        since = on - wish.days * _DAY
        team = form_team(chapter=chapter, name=wish.name, purpose=wish.purpose, by=by, on=since)
        for place in range(wish.people):
            member = next(rest, None)
            if member is not None:
                join_team(team=team, member=member, by=by, on=since, is_leader=wish.has_leader and place == 0)
        teams.append(team)
    return teams


def _make_asks(chapter: Chapter, people: list[Member], organizer: Member, by: Actor, on: date) -> int:
    """Asks made weeks ago and today, answered or not, due or late."""
    steps = list(LadderStep.objects.filter(chapter=chapter).order_by("position"))
    count = 0
    for place, ((result, made, due, note), member) in enumerate(zip(_ANSWERS, people[4:], strict=False)):
        step, made_on = steps[place % 6], on + made * _DAY
        ask = ask_for_step(
            member=member, step=step, asked_by=organizer if place % 3 else people[0], by=by, on=made_on,
            due_on=max(on + due * _DAY, made_on),
        )  # fmt: skip
        _answer(ask, result, note, place, by, on + due * _DAY)
        count += 1
    return count


def _answer(ask: Ask, result: str, note: str, place: int, by: Actor, on: date) -> None:
    if result == "withdrawn":
        withdraw_ask(ask=ask, by=by, on=on)
    elif result:
        back = on + (14 + place) * _DAY if result in ("maybe", "later") else None
        answer_ask(ask=ask, result=result, by=by, on=on, follow_up_on=back, note=note)


def _make_calls(team: Team, by: Actor, at: datetime) -> None:
    rows = list(team.memberships.select_related("member__chapter"))
    leader = next(row.member for row in rows if row.is_leader)
    others = [row.member for row in rows if not row.is_leader]
    for place, (result, days, note) in enumerate(_CALLS):
        when = at + days * _DAY
        note_call(
            member=others[place % len(others)], called_by=leader, team=team, result=result, by=by, at=when, note=note,
            client_id=uuid5(NAMESPACE_URL, f"demo:{team.pk}:{place}"),
            call_back_at=when + timedelta(hours=30) if result == "call_back" else None,
        )  # fmt: skip


def _form_another(
    chapter: Chapter, organizer: Member, people: list[Member], by: Actor, at: datetime
) -> TeamForming:
    """A team being formed: invited two days ago, some have chosen a first call, one wants another time."""
    zone = ZoneInfo(chapter.time_zone)
    on = today_in(chapter, at)
    slots = [
        Slot("Phone: 919-555-0199, code 4410", datetime.combine(on + 4 * _DAY, time(19), tzinfo=zone)),
        Slot("Library, 40 Ferry Road", datetime.combine(on + 6 * _DAY, time(10), tzinfo=zone), 6),
        Slot("Ferry Hall, 3 Dock Street", datetime.combine(on + 8 * _DAY, time(18, 30), tzinfo=zone)),
    ]
    sent = at - 2 * _DAY
    forming = offer_forming(
        chapter=chapter, name="Front porch", purpose="Sits on porches on Saturdays and listens to the street.",
        organizer=organizer, slots=slots, by=by, at=sent,
    )  # fmt: skip
    invite_to_forming(forming=forming, members=people[::2][:14], by=by, at=sent)
    offered = list(forming.slots.order_by("starts_at"))
    for place, invite in enumerate(forming.invites.select_related("member", "forming").order_by("pk")[:9]):
        answer = "no" if place == 7 else "no_time" if place == 8 else "slot"
        slot = offered[place % 3] if answer == "slot" else None
        answer_forming(
            invite=invite,
            answer=answer,
            slot=slot,
            by=actor_of_link(invite),
            at=sent + timedelta(hours=place + 1),
        )
    return forming
