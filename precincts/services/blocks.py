"""Changing blocks by hand: moving doors, taking an edit back, naming a block."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chapters.services import audit
from core.actors import Actor
from core.errors import DomainError
from core.templatetags.formats import number
from precincts.enums import BlockEditKind
from precincts.models import Block, BlockEdit, BlockMove, Household, Precinct
from precincts.selectors.blocks import count_kept_blocks, get_undoable_edit
from precincts.services.edits import (
    close_blocks,
    lock_precinct,
    order_walks,
    reopen_blocks,
    require_version,
    save_edit,
)

_NAMED_ADDRESSES = 200


class NothingToMove(DomainError):
    """None of the chosen doors is in another block of the precinct."""


class BlockClosed(DomainError):
    """The block is closed, or belongs to another precinct."""


class NothingToUndo(DomainError):
    """The precinct has no edit that stands."""


class CaptainsSinceCut(DomainError):
    """Blocks that a cut made have captains of their own since."""


@transaction.atomic
def move_households(
    *,
    precinct: Precinct,
    household_ids: Collection[int],
    to_block: Block,
    by: Actor,
    on: date,
    version: int | None = None,
) -> BlockEdit:
    """Give doors of a precinct to one of its blocks; doors already there stay.

    Raises:
        PrecinctChangedMeanwhile: the blocks are no longer those of `version`.
        BlockClosed: the block is not an open one of this precinct.
        NothingToMove: no chosen door would change its block.
    """
    lock_precinct(precinct.pk)
    require_version(precinct, version)
    if to_block.precinct_id != precinct.pk or not Block.objects.open().filter(pk=to_block.pk).exists():
        raise BlockClosed(
            _("Block %(block)s is closed or belongs to another precinct; nothing was moved.")
            % {"block": to_block},
            hint=_("Choose an open block of this precinct."),
        )
    rows = Household.objects.filter(pk__in=list(household_ids), precinct=precinct).exclude(block=to_block)
    doors = list(rows.values_list("pk", "block_id", "placed_by_street"))
    if not doors:
        raise NothingToMove(
            _("Every door you chose is already in block %(block)s.") % {"block": to_block},
            hint=_("Choose doors of another block."),
        )
    flagged = {pk: False for pk, _block, by_street in doors if by_street}
    edit = save_edit(
        precinct=precinct,
        kind=BlockEditKind.MOVE,
        moves={pk: (block_id, to_block.pk) for pk, block_id, _flag in doors},
        flagged=flagged,
        by=by,
        on=on,
        summary=lambda: _move_summary(len(doors), to_block),
        report={"flags_before": [[pk, True] for pk in flagged]},
    )
    order_walks([to_block.pk, *{block_id for _pk, block_id, _flag in doors if block_id is not None}])
    audit.record(
        by=by, verb="precincts.doors_moved", row=precinct, rows=len(doors),
        summary=lambda: _move_summary(len(doors), to_block), detail={"edit": edit.pk, "to_block": to_block.pk},
    )  # fmt: skip
    return edit


def _move_summary(doors: int, to_block: Block) -> str:
    words = ngettext(
        "Moved %(count)s door to block %(block)s", "Moved %(count)s doors to block %(block)s", doors
    )
    return words % {"count": number(doors), "block": to_block}


@transaction.atomic
def undo_last_edit(*, precinct: Precinct, by: Actor, on: date, version: int | None = None) -> BlockEdit:
    """Take the precinct's latest standing edit back whole; asked again, the one before it.

    Doors that left the precinct or were moved since stay where they are. A door whose former block is closed,
    or belongs to another precinct, comes into no block; so does whoever else stands in a block that closes.

    Raises:
        PrecinctChangedMeanwhile: the blocks are no longer those of `version`.
        NothingToUndo: no edit stands.
        CaptainsSinceCut: blocks made by that cut were given to captains since.
    """
    lock_precinct(precinct.pk)
    require_version(precinct, version)
    edit = get_undoable_edit(precinct.pk)
    if edit is None:
        raise NothingToUndo(
            _("There is no change of precinct %(code)s left to undo.") % {"code": precinct.code}
        )
    opened, closed = edit.report.get("opened", []), edit.report.get("closed", [])
    _require_no_captains(opened, on)
    close_blocks(opened, on)
    reopen_blocks(closed, edit.report.get("ended", []))
    moves = _moves_back(edit, precinct, opened)
    undo = save_edit(
        precinct=precinct,
        kind=BlockEditKind.UNDO,
        moves=moves,
        flagged={
            int(pk): bool(flag) and moves[int(pk)][1] is not None
            for pk, flag in edit.report.get("flags_before", [])
            if int(pk) in moves
        },
        by=by,
        on=on,
        summary=lambda: _("Undone: %(what)s") % {"what": edit.summary},
        undoes=edit,
        report={
            "skipped": edit.moves.exclude(household__in=list(moves)).count(),
            "list_only": _name_doors(pk for pk, (_before, after) in moves.items() if after is None),
        },
    )
    order_walks({block_id for pair in moves.values() for block_id in pair if block_id is not None})
    audit.record(
        by=by, verb="precincts.edit_undone", row=precinct, rows=len(moves), detail={"edit": edit.pk},
        summary=lambda: _("Undone: %(what)s") % {"what": edit.summary},
    )  # fmt: skip
    return undo


def _moves_back(
    edit: BlockEdit, precinct: Precinct, closed: Collection[int]
) -> dict[int, tuple[int | None, int | None]]:
    """Where each door of an edit goes when it is undone, and the doors that `closed` blocks leave behind."""
    open_ids = set(Block.objects.open().filter(precinct=precinct).values_list("pk", flat=True))
    rows = BlockMove.objects.filter(edit=edit, household__precinct=precinct).values_list(
        "household_id", "from_block_id", "to_block_id", "household__block_id"
    )
    moves = {
        household_id: (after, before if before in open_ids else None)
        for household_id, before, after, now in rows
        if now == after and (now is not None or before in open_ids)
    }
    left = Household.objects.filter(block__in=closed).exclude(pk__in=list(moves))
    return moves | {pk: (block_id, None) for pk, block_id in left.values_list("pk", "block_id")}


def _name_doors(household_ids: Iterable[int]) -> list[str]:
    """The addresses of doors that come into no block."""
    doors = Household.objects.filter(pk__in=list(household_ids)).select_related("building").order_by("pk")
    return sorted({str(door) for door in doors[:_NAMED_ADDRESSES]})


def _require_no_captains(block_ids: Collection[int], on: date) -> None:
    held = count_kept_blocks(block_ids, on)
    if held:
        raise CaptainsSinceCut(
            ngettext(
                "%(count)d block made by this cut has a captain or backup since; undoing it would close the block.",
                "%(count)d blocks made by this cut have captains or backups since; undoing it would close them.",
                held,
            )
            % {"count": held},
            hint=_("End these assignments first, or cut the precinct again: a new cut keeps its captains."),
        )


@transaction.atomic
def rename_block(*, block: Block, name: str, by: Actor) -> Block:
    """Give the block a name beside its number; an empty one takes it away.

    Raises:
        BlockClosed: the block is closed.
    """
    if block.closed_on is not None:
        raise BlockClosed(_("Block %(block)s is closed and keeps its name.") % {"block": block})
    before, block.name = block.name, " ".join(name.split())[:80]
    block.save(update_fields=["name"])
    detail: dict[str, Any] = {"before": before, "after": block.name}
    audit.record(
        by=by, verb="precincts.block_renamed", row=block, detail=detail,
        summary=lambda: _("Renamed block %(number)d to “%(name)s”") % {"number": block.number, "name": block.name},
    )  # fmt: skip
    return block
