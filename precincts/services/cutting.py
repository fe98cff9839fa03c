"""Cutting a precinct into blocks of equal voters, and cutting it again without losing anybody."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from chapters.models import Chapter
from chapters.selectors.actors import today_in
from chapters.services import audit
from core.actors import Actor
from core.errors import DomainError
from core.forms import EARLIEST_DAY
from core.jobs import JobRun
from precincts.enums import BlockEditKind
from precincts.models import Block, BlockEdit, Precinct
from precincts.selectors.blocks import list_buildings
from precincts.services.cut_plans import CutPlan, NothingToCut, TooManyBlocks, plan_cut, require_clear_wish
from precincts.services.edits import close_blocks, lock_precinct, order_walks, require_version, save_edit

_NAMED_ADDRESSES = 200


class CutTooEarly(DomainError):
    """Blocks are to count since a day ahead, or since one before a cut that was made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CutReport:
    """What a cut did in one precinct: listed voters in all, in each block by number, and in no block."""

    code: str
    voters: int
    blocks: int
    sizes: list[int]
    list_only: int
    edit_id: int | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "voters": self.voters,
            "blocks": self.blocks,
            "sizes": self.sizes,
            "list_only": self.list_only,
        }


@transaction.atomic
def cut_precinct(
    *,
    precinct: Precinct,
    by: Actor,
    on: date,
    blocks: int | None = None,
    voters_per_block: int | None = None,
    version: int | None = None,
) -> CutReport:
    """Cut one precinct into blocks of equal voters, or cut it again.

    Each new block carries on the old one it shares most voters with, captains, notes and history with it;
    old blocks that nobody carries on close on `on`. A cut that changes nothing leaves no edit behind.

    Raises:
        PrecinctChangedMeanwhile: the blocks are no longer those of `version`.
        UnclearWish, NothingToCut, TooManyBlocks: see `plan_cut`.
    """
    lock_precinct(precinct.pk)
    require_version(precinct, version)
    plan = plan_cut(precinct, blocks=blocks, voters_per_block=voters_per_block)
    edit = _carry_out(plan, by=by, on=on)
    return CutReport(
        code=precinct.code,
        voters=plan.voters,
        blocks=len(plan.blocks),
        sizes=plan.sizes,
        list_only=plan.list_only_voters,
        edit_id=edit.pk if edit else None,
    )


def cut_precincts(
    *,
    precincts: Iterable[Precinct],
    by: Actor,
    on: date,
    blocks: int | None = None,
    voters_per_block: int | None = None,
    progress: Callable[[int, int, Any], None] | None = None,
) -> list[CutReport]:
    """Cut several precincts, each in its own transaction; those without listed voters are left as they are.

    Among several, a precinct with fewer buildings than `blocks` gets a block for each building; one alone is
    refused as `cut_precinct` refuses it.

    Raises:
        UnclearWish: not exactly one of `blocks` and `voters_per_block` is given.
        NothingToCut: none of the precincts has listed voters.
    """
    require_clear_wish(blocks, voters_per_block)
    wanted = list(precincts)
    cut = _cut_or_leave if len(wanted) > 1 else cut_precinct
    reports = []
    for done, precinct in enumerate(wanted):
        if progress:
            progress(done, len(wanted), partial(_say_precinct, precinct.code))
        reports.append(cut(precinct=precinct, by=by, on=on, blocks=blocks, voters_per_block=voters_per_block))
    if progress:
        progress(len(wanted), len(wanted), "")
    if not any(report.blocks for report in reports):
        raise NothingToCut(
            gettext_lazy("No precinct has listed voters behind doors, so there is nothing to cut."),
            hint=gettext_lazy("Import a voter file first."),
        )
    return reports


def _say_precinct(code: str) -> str:
    return _("Precinct %(code)s") % {"code": code}


def _cut_or_leave(
    *, precinct: Precinct, by: Actor, on: date, blocks: int | None, voters_per_block: int | None
) -> CutReport:
    try:
        return cut_precinct(precinct=precinct, by=by, on=on, blocks=blocks, voters_per_block=voters_per_block)
    except NothingToCut:
        return CutReport(code=precinct.code, voters=0, blocks=0, sizes=[], list_only=0)
    except TooManyBlocks:
        inhabited = sum(1 for building in list_buildings(precinct.pk) if building.voters)
        return cut_precinct(precinct=precinct, by=by, on=on, blocks=inhabited)


def run_cut(run: JobRun) -> dict[str, Any]:
    """The cut as a job: `precinct_ids` (none: all of the chapter), and `blocks` or `voters_per_block`.

    A first cut may count since an earlier day, `on`.

    Raises:
        CutTooEarly: that day is ahead, or a precinct was cut before.
    """
    chapter = Chapter.objects.get(pk=run.chapter_id)
    on = today_in(chapter)
    precincts = Precinct.objects.filter(chapter=chapter).in_force(on).with_code_order()
    if run.params.get("precinct_ids"):
        precincts = precincts.filter(pk__in=run.params["precinct_ids"])
    since = date.fromisoformat(run.params["on"]) if run.params.get("on") else on
    if since != on:
        _require_first_cut(precincts, since=since, on=on)
    reports = cut_precincts(
        precincts=precincts.order_by("county", "code_order", "pk"),
        by=run.actor,
        on=since,
        blocks=run.params.get("blocks"),
        voters_per_block=run.params.get("voters_per_block"),
        progress=run.progress,
    )
    return {"precincts": [report.as_json() for report in reports]}


def _require_first_cut(precincts: QuerySet[Precinct], *, since: date, on: date) -> None:
    if not EARLIEST_DAY <= since <= on:
        raise CutTooEarly(
            _("Blocks cannot count since a day ahead, or before 1900."), hint=_("Say a day that was.")
        )
    if BlockEdit.objects.filter(precinct__in=precincts).exists():
        raise CutTooEarly(
            _("Some of these precincts were cut before; only a first cut can count since an earlier day."),
            hint=_("Cut them without a day; nothing was changed."),
        )


def _carry_out(plan: CutPlan, *, by: Actor, on: date) -> BlockEdit | None:
    """Save a plan; None when the precinct already is as planned."""
    ended = close_blocks([block.pk for block, _voters in plan.closing], on)
    opened = [block for block in plan.blocks if block.block_id is None]
    ids = _open(plan, on)
    moves = {
        household_id: (plan.before[household_id], None if label is None else ids[label])
        for household_id, label in plan.targets.items()
        if plan.before[household_id] != (None if label is None else ids[label])
    }
    edit = None
    if moves or opened or plan.closing:
        edit = save_edit(
            precinct=plan.precinct,
            kind=BlockEditKind.CUT,
            moves=moves,
            flagged=plan.flagged,
            by=by,
            on=on,
            summary=lambda: (
                ngettext("Cut into %(count)d block", "Cut into %(count)d blocks", len(ids))
                % {"count": len(ids)}
            ),
            params=plan.params,
            report={
                "voters": plan.voters,
                "sizes": plan.sizes,
                "list_only": plan.list_only[:_NAMED_ADDRESSES],
                "list_only_voters": plan.list_only_voters,
                "opened": [ids[plan.blocks.index(block)] for block in opened],
                "closed": [block.pk for block, _voters in plan.closing],
                "ended": ended,
                "flags_before": [[household_id, not flag] for household_id, flag in plan.flagged.items()],
            },
        )
        audit.record(
            by=by,
            verb="precincts.blocks_cut",
            row=plan.precinct,
            rows=len(moves),
            summary=lambda: (
                _("Cut precinct %(code)s into %(count)d blocks")
                % {"code": plan.precinct.code, "count": len(ids)}
            ),
            detail={**plan.params, "sizes": plan.sizes},
        )
    order_walks(ids)
    return edit


def _open(plan: CutPlan, on: date) -> list[int]:
    """The block ids in the plan's order, new ones made."""
    made = iter(
        Block.objects.bulk_create(
            Block(
                chapter_id=plan.precinct.chapter_id, precinct=plan.precinct, number=block.number, opened_on=on
            )
            for block in plan.blocks
            if block.block_id is None
        )
    )
    return [next(made).pk if block.block_id is None else block.block_id for block in plan.blocks]
