"""Asks for blocks: who is to ask whom, what is due, who may ask."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from chapters.enums import MemberKind, RoleName
from chapters.models import Ask, Member, Role
from core.actors import Actor
from core.http import chapter_url
from precincts.models import Block, BlockAsk, BlockAssignment, Precinct, PrecinctAssignment


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


def seen_by(actor: Actor) -> Q:
    """Which asks for blocks the actor sees on the board of all asks."""
    return Q(block_ask__in=BlockAsk.objects.visible_to(actor).order_by().values("pk"))


def find_pages(ask_ids: list[int]) -> dict[int, str]:
    """Where asks for blocks are answered, by the ask. One query."""
    rows = BlockAsk.objects.filter(ask__in=ask_ids).values_list("ask_id", "pk")
    return {ask_id: chapter_url("precincts:ask", ask_id=pk) for ask_id, pk in rows}


def list_askers_of(ask: Ask, on: date) -> QuerySet[Member]:
    """Who may be sent to ask what another was to ask for a block. Two queries."""
    row = BlockAsk.objects.select_related("block__precinct", "voter__household").get(ask=ask)
    household = row.voter.household if row.voter is not None else None
    lives_here = row.voter is None or (household is not None and household.block_id == row.block_id)
    return list_askers(row.block.precinct, on, row.block if lives_here else None)
