"""Asks for blocks: who is to ask whom, what is due, who may ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet

from chapters.enums import OPEN_ASK_RESULTS, AskResult, MemberKind, RoleName
from chapters.models import Member, Role
from core.actors import Actor
from precincts.models import Block, BlockAsk, BlockAssignment, Precinct, PrecinctAssignment
from precincts.querysets import BlockAskQuerySet, natural_order

SOON = timedelta(days=3)
"""So long before its day an ask stands on Today."""


@dataclass(frozen=True, slots=True)
class AskSummary:
    """The asks in figures; `due` are open ones whose day has come or is near, `said_yes` all that became a charge."""

    open: int
    due: int
    said_yes: int


def list_asks(actor: Actor) -> BlockAskQuerySet:
    """The asks the actor may see, with everybody's names; adds `next_day` and `code_order`. One query."""
    rows: BlockAskQuerySet = BlockAsk.objects.visible_to(actor).with_next_day()
    rows = rows.select_related("ask__asked", "ask__asked_by", "block__precinct", "voter")
    return rows.annotate(code_order=natural_order("block__precinct__code"))


def get_ask_summary(actor: Actor, on: date) -> AskSummary:
    """What the head of the list says. One query."""
    is_open = Q(ask__result__in=OPEN_ASK_RESULTS)
    rows = BlockAsk.objects.visible_to(actor).with_next_day()
    found = rows.aggregate(
        open=Count("pk", filter=is_open),
        due=Count("pk", filter=is_open & Q(next_day__lte=on + SOON)),
        said_yes=Count("pk", filter=Q(ask__result=AskResult.YES)),
    )
    return AskSummary(**found)


def list_due_asks(actor: Actor, on: date) -> BlockAskQuerySet:
    """Open asks whose day is near or past: one's own, and for whoever sees all of them also the late ones of others."""
    rows = list_asks(actor).open()
    own = Q(ask__asked_by_id=actor.member_id, next_day__lte=on + SOON)
    return rows.filter(own | Q(next_day__lt=on)).order_by("next_day", "pk")


def list_askers(precinct: Precinct, on: date, block: Block | None = None) -> QuerySet[Member]:
    """Who may be sent to ask a precinct's neighbours: organizers, who leads it, and who keeps the block. One query.

    Nobody else sees these neighbours.
    """
    organizers = Role.objects.in_force(on).filter(chapter_id=precinct.chapter_id, name=RoleName.ORGANIZER)
    leaders = PrecinctAssignment.objects.in_force(on).filter(precinct=precinct)
    may = Q(pk__in=organizers.values("member")) | Q(pk__in=leaders.values("member"))
    if block is not None:
        keepers = BlockAssignment.objects.in_force(on).filter(block=block)
        may |= Q(pk__in=keepers.values("member"))
    rows: QuerySet[Member] = Member.objects.filter(chapter_id=precinct.chapter_id)
    return rows.exclude(kind=MemberKind.FORMER).filter(may)


def list_namesakes(block_ask: BlockAsk) -> QuerySet[Member]:
    """The chapter's people who have the last name of a neighbour that was asked: one of them may be that person."""
    people: QuerySet[Member] = Member.objects.filter(chapter_id=block_ask.chapter_id)
    if block_ask.voter is None or block_ask.ask.asked_id is not None:
        return people.none()
    return people.filter(last_name__iexact=block_ask.voter.last_name).exclude(
        Q(kind=MemberKind.FORMER) | Q(pk=block_ask.ask.asked_by_id)
    )
