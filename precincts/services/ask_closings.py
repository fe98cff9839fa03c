"""Asks of neighbours whom nobody can, or should, ask any more: closed with the reason, never dropped."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import Q

from chapters.enums import AskEnd
from chapters.services.asks import close_ask
from core.actors import Actor
from core.ranges import in_force
from precincts.enums import ChangeKind, Channel, SuppressionKind
from precincts.models import BlockAsk, Suppression, Voter, VoterChange

_ENDS = {
    SuppressionKind.DECEASED: AskEnd.DIED,
    SuppressionKind.MOVED: AskEnd.MOVED,
    SuppressionKind.DO_NOT_CONTACT: AskEnd.NO_CONTACT,
}
"""The reason that is said when several are in force is the first of these."""


@transaction.atomic
def close_asks_of_voter(*, voter: Voter, by: Actor, on: date) -> int:
    """Close the open asks of one neighbour who is gone, or is not to be reached; returns how many. Three queries
    where there is nothing to close.

    Asks made of a row added by hand and of the person in the file it was merged into are one person's.
    """
    person = voter.merged_into_id or voter.pk
    of_them = Q(voter=person) | Q(voter__merged_into=person)
    return _close(BlockAsk.objects.filter(of_them), by=by, on=on)


@transaction.atomic
def close_asks_after_import(*, chapter_id: int, record_id: int, by: Actor, on: date) -> int:
    """Close the open asks of a chapter's neighbours whom a file let go, or moved out of the block they were asked for.

    Args:
        record_id: the import whose changes say who moved.

    Returns:
        How many were closed.
    """
    return _close(BlockAsk.objects.filter(chapter=chapter_id), by=by, on=on, record_id=record_id)


def _close(rows: Iterable[BlockAsk], *, by: Actor, on: date, record_id: int | None = None) -> int:
    asks = list(
        rows.open()  # type: ignore[attr-defined]
        .filter(voter__isnull=False)
        .select_related("ask", "voter__household", "voter__merged_into__household")
        .order_by("ask_id")
    )
    people = {row.pk: row.voter.merged_into or row.voter for row in asks}
    barred = _find_barred([voter.pk for voter in people.values()], on)
    moved = _find_moved([voter.pk for voter in people.values()], record_id)
    closed = 0
    for row in asks:
        voter = people[row.pk]
        why = barred.get(voter.pk) or ("" if voter.is_listed else AskEnd.GONE)
        if not why and voter.pk in moved and _lives_elsewhere(voter, row):
            why = AskEnd.MOVED
        if why:
            close_ask(ask=row.ask, why=why, by=by, on=on)
            closed += 1
    return closed


def _find_barred(voter_ids: list[int], on: date) -> dict[int, AskEnd]:
    """Why nobody may knock there, by voter; as `services.asks.ask_for_block` asks it. At most one query."""
    of_them = Q(voter__in=voter_ids) | Q(voter__merged_into__in=voter_ids)
    rows = Suppression.objects.filter(of_them, in_force(on), channel__in=(Channel.ANY, Channel.DOOR))
    found: dict[int, set[str]] = {}
    for voter_id, merged_into, kind in rows.values_list("voter_id", "voter__merged_into_id", "kind"):
        found.setdefault(merged_into or voter_id, set()).add(kind)
    return {pk: next(end for kind, end in _ENDS.items() if kind in kinds) for pk, kinds in found.items()}


def _find_moved(voter_ids: list[int], record_id: int | None) -> set[int]:
    """Whom the file of one import names at another door than before. At most one query."""
    if record_id is None:
        return set()
    rows = VoterChange.objects.filter(voter_import=record_id, kind=ChangeKind.MOVED, voter__in=voter_ids)
    return set(rows.values_list("voter_id", flat=True))


def _lives_elsewhere(voter: Voter, row: BlockAsk) -> bool:
    return voter.household is None or voter.household.block_id != row.block_id
