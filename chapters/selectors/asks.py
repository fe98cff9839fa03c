"""The board of asks: what is due, what comes back, who asks nobody any more, and whom nobody asks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery

from chapters.enums import OPEN_ASK_RESULTS, AskResult, MemberKind
from chapters.models import Ask, Chapter, Member, TeamMembership
from chapters.querysets import AskQuerySet
from chapters.selectors.ladder import read_next_asks
from core.actors import Actor
from core.asks import AskKind, list_ask_kinds
from core.http import chapter_url

SOON = timedelta(days=3)
"""So long before its day an ask stands on Today."""

WEEKS = (4, 8, 12, 26)
"""After so many weeks without an ask somebody may be looked for."""


@dataclass(frozen=True, slots=True)
class AskSummary:
    """The asks in figures; `due` are open ones whose day has come or is near, `late` those whose day has passed."""

    open: int
    due: int
    late: int
    said_yes: int
    without_asker: int


def list_asks(actor: Actor) -> AskQuerySet:
    """The asks the actor may see, with everybody's names; adds `next_day` and `is_settled`. One query."""
    rows: AskQuerySet = Ask.objects.visible_to(actor).with_next_day()
    settled = ExpressionWrapper(~Q(result__in=OPEN_ASK_RESULTS), output_field=BooleanField())
    return rows.annotate(is_settled=settled).select_related("asked", "asked_by", "step")


def get_ask_summary(actor: Actor, on: date) -> AskSummary:
    """What the head of the board says. One query."""
    is_open = Q(result__in=OPEN_ASK_RESULTS)
    found = (
        Ask.objects.visible_to(actor)
        .with_next_day()
        .aggregate(
            open=Count("pk", filter=is_open),
            due=Count("pk", filter=is_open & Q(next_day__lte=on + SOON)),
            late=Count("pk", filter=is_open & Q(next_day__lt=on)),
            said_yes=Count("pk", filter=Q(result=AskResult.YES)),
            without_asker=Count("pk", filter=is_open & Q(asked_by__kind=MemberKind.FORMER)),
        )
    )
    return AskSummary(**found)


def list_due_asks(actor: Actor, on: date) -> AskQuerySet:
    """Open asks whose day is near or past: one's own, and for whoever sees more the late ones of others."""
    own = Q(asked_by_id=actor.member_id, next_day__lte=on + SOON)
    return list_asks(actor).open().filter(own | Q(next_day__lt=on)).order_by("next_day", "pk")


def find_pages(rows: Sequence[Ask]) -> dict[int, str]:
    """Where each ask is answered: here, or in the app it belongs to. One query for each such app."""
    ids = [row.pk for row in rows]
    found: dict[int, str] = {}
    for kind in list_ask_kinds():
        found |= kind.find_pages(ids)
    return {row.pk: found.get(row.pk) or chapter_url("chapters:ask", plain_ask_id=row.pk) for row in rows}


def with_pages(rows: Sequence[Any]) -> Sequence[Any]:
    """Gives asks the address of their page."""
    pages = find_pages(rows)
    for row in rows:
        row.page = pages[row.pk]
    return rows


def kind_of(ask: Ask) -> AskKind | None:
    """The app's kind an ask belongs to, if any. One query for each kind."""
    return next(
        (kind for kind in list_ask_kinds() if Ask.objects.filter(kind.marks, pk=ask.pk).exists()), None
    )


def list_askers_for(ask: Ask, on: date) -> QuerySet[Member]:
    """Who may be sent to make an ask."""
    kind = kind_of(ask)
    people: QuerySet[Member] = kind.list_askers(ask, on) if kind is not None else list_askers(ask.chapter_id)
    return people.exclude(pk__in=[pk for pk in (ask.asked_id, ask.asked_by_id) if pk])


def list_askers(chapter_id: int) -> QuerySet[Member]:
    """Who may ask one of the chapter's people: everybody who is of it."""
    rows: QuerySet[Member] = Member.objects.filter(chapter_id=chapter_id)
    return rows.exclude(kind=MemberKind.FORMER)


def list_who_asks(actor: Actor) -> list[tuple[str, str]]:
    """Those with open asks, as choices of the board's filter; one's own first. One query."""
    rows = (
        Ask.objects.visible_to(actor)
        .open()
        .order_by("asked_by__last_name", "asked_by__first_name", "asked_by")
    )
    names = rows.values_list("asked_by", "asked_by__first_name", "asked_by__last_name").distinct()
    found = [(str(pk), f"{first} {last}".strip()) for pk, first, last in names]
    return sorted(found, key=lambda one: one[0] != str(actor.member_id))


def list_unasked(actor: Actor, on: date, weeks: int) -> QuerySet[Member]:
    """The people whom nobody asks and nobody has asked for so many weeks; adds `last_asked_on`, `last_result`.

    Asks are asked or answered; whoever has an open one is being asked, whenever that was.
    """
    asks = Ask.objects.filter(asked=OuterRef("pk")).exclude(result=AskResult.WITHDRAWN)
    latest = asks.order_by("-asked_on", "-pk")
    since = on - timedelta(weeks=weeks)
    rows = Member.objects.visible_to(actor).exclude(kind=MemberKind.FORMER)
    rows = rows.filter(
        ~Exists(
            asks.filter(Q(result__in=OPEN_ASK_RESULTS) | Q(asked_on__gt=since) | Q(answered_on__gt=since))
        )
    )
    if actor.member_id is not None:
        rows = rows.exclude(pk=actor.member_id)
    return rows.annotate(
        last_asked_on=Subquery(latest.values("asked_on")[:1]),
        last_result=Subquery(latest.values("result")[:1]),
    )


def count_unasked(actor: Actor, on: date, weeks: int) -> int:
    """How many people nobody has asked for so long. One query."""
    return list_unasked(actor, on, weeks).order_by().count()


def with_next_asks(chapter: Chapter, on: date) -> Callable[[Sequence[Any]], Sequence[Any]]:
    """Gives people `open_ask`, the one that is due first, and `next_ask`, what to ask for otherwise.

    A fixed number of queries for a page.
    """

    def load(rows: Sequence[Any]) -> Sequence[Any]:
        ids = [member.pk for member in rows]
        asks = get_open_asks(chapter.pk, ids)
        suggestions = read_next_asks(chapter, on, ids)
        for member in rows:
            member.open_ask = asks.get(member.pk)
            member.next_ask = suggestions.of(member.pk)
        return rows

    return load


def get_open_asks(chapter_id: int, member_ids: Sequence[int]) -> dict[int, Ask]:
    """The open ask of each person that is due first. One query."""
    rows = Ask.objects.filter(chapter_id=chapter_id, asked__in=member_ids).open().with_next_day()
    found: dict[int, Ask] = {}
    for ask in rows.select_related("asked_by").order_by("next_day", "pk"):
        found.setdefault(ask.asked_id, ask)
    return found


def narrow_by_asked(rows: Any, value: str, on: date) -> Any:
    """People who are being asked, of whom an ask is due, or whom nobody asks ("open", "due", "none")."""
    asks = Ask.objects.filter(asked=OuterRef("pk")).open().with_next_day()
    if value == "due":
        return rows.filter(Exists(asks.filter(next_day__lte=on)))
    return rows.filter(Exists(asks) if value == "open" else ~Exists(asks))


def narrow_by_next_step(rows: Any, step_id: int, chapter: Chapter, on: date) -> Any:
    """People whom the ladder suggests to ask for this step next."""
    suggestions = read_next_asks(chapter, on)
    known = {pk: suggestions.step_of(pk) for pk in suggestions.stands}
    if suggestions.step_of_newcomers == step_id:
        return rows.exclude(pk__in=[pk for pk, step in known.items() if step != step_id])
    return rows.filter(pk__in=[pk for pk, step in known.items() if step == step_id])


def list_leaders_of(member: Member, on: date) -> list[Member]:
    """Who leads a team this person is in: the nearest to ask them. One query."""
    teams = TeamMembership.objects.in_force(on).filter(member=member).values("team_id")
    leading = TeamMembership.objects.in_force(on).leaders().filter(team__in=teams).exclude(member=member)
    people = Member.objects.filter(pk__in=leading.values("member_id")).exclude(kind=MemberKind.FORMER)
    return list(people.order_by("last_name", "first_name", "pk"))


def list_asks_of(actor: Actor, member: Member) -> list[Ask]:
    """The asks of one person that the actor sees, open ones first, then the latest. One query."""
    rows = list_asks(actor).filter(asked=member)
    found = sorted(
        rows, key=lambda ask: (not ask.is_open, -(ask.answered_on or ask.asked_on).toordinal(), -ask.pk)
    )
    return found[:12]
