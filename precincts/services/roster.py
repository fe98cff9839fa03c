"""Captains and backups of blocks and precincts: giving, handing over, ending. Past years are never rewritten."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from chapters.enums import MemberKind
from chapters.models import Member
from chapters.services import audit
from core.actors import Actor
from core.errors import DomainError
from core.templatetags.formats import dated, day
from precincts.enums import CaptaincyKind
from precincts.models import Block, BlockAssignment, Precinct, PrecinctAssignment
from precincts.querysets import DatedQuerySet

Assignment = BlockAssignment | PrecinctAssignment


class CaptainOutsideChapter(DomainError):
    """The member belongs to another chapter, or left this one."""


class NotOpen(DomainError):
    """The block is closed, or the precinct's boundaries are no longer in force."""


class BlockHasCaptain(DomainError):
    """A captaincy that begins later stands in the way."""


class AssignedMeanwhile(DomainError):
    """Somebody else became captain after whoever decides had looked."""


class AlreadyAssigned(DomainError):
    """The member already stands with this block or precinct in that part."""


class DatesOutOfOrder(DomainError):
    """The day lies before the present assignment began, or after it ended."""


@dataclass(frozen=True, slots=True)
class _Roster:
    """One kind of assignment and the words for what it is of."""

    model: type[BlockAssignment] | type[PrecinctAssignment]
    field: str
    row: Block | Precinct

    @property
    def words(self) -> str:
        if isinstance(self.row, Block):
            return _("block %(block)s") % {"block": self.row}
        return _("precinct %(code)s") % {"code": self.row.code}

    def all(self) -> DatedQuerySet:
        rows: DatedQuerySet = self.model.objects.filter(**{self.field: self.row})
        return rows


def assign_captain(
    *,
    block: Block,
    member: Member,
    by: Actor,
    on: date,
    backup: bool = False,
    note: str = "",
    seen: Collection[int] | None = None,
) -> BlockAssignment:
    """Give a block to a member from a day on; the former captain's assignment ends the day before.

    What the block knows (neighbours, facts, lists) stays with the block. A former captain who began the same
    day never held it: that assignment is taken back. Backups stand beside each other.

    Args:
        note: what the next captain should know; kept with the former captain's assignment.
        seen: the block's captaincies that were known to whoever decides; None asks for none.

    Raises:
        AssignedMeanwhile: the block has a captain who is not among `seen`.
        CaptainOutsideChapter: the member belongs to another chapter, or is a former member.
        NotOpen: the block is closed.
        AlreadyAssigned: the member already is its captain (or backup).
        DatesOutOfOrder: the present captain began after that day.
        BlockHasCaptain: another captaincy begins later.
    """
    roster = _Roster(BlockAssignment, "block", block)
    assignment = _assign(roster, member=member, by=by, on=on, backup=backup, note=note, seen=seen)
    assert isinstance(assignment, BlockAssignment)
    return assignment


def assign_precinct_captain(
    *,
    precinct: Precinct,
    member: Member,
    by: Actor,
    on: date,
    backup: bool = False,
    note: str = "",
    seen: Collection[int] | None = None,
) -> PrecinctAssignment:
    """Give a precinct to a member from a day on, as `assign_captain` gives a block.

    Raises:
        AssignedMeanwhile, CaptainOutsideChapter, NotOpen, AlreadyAssigned, DatesOutOfOrder, BlockHasCaptain: as
            there.
    """
    roster = _Roster(PrecinctAssignment, "precinct", precinct)
    assignment = _assign(roster, member=member, by=by, on=on, backup=backup, note=note, seen=seen)
    assert isinstance(assignment, PrecinctAssignment)
    return assignment


@transaction.atomic
def _assign(
    roster: _Roster,
    *,
    member: Member,
    by: Actor,
    on: date,
    backup: bool,
    note: str,
    seen: Collection[int] | None,
) -> Assignment:
    member = Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    _require_member(roster, member)
    _require_open(type(roster.row).objects.select_for_update().get(pk=roster.row.pk), on)
    kind = CaptaincyKind.BACKUP if backup else CaptaincyKind.CAPTAIN
    standing = list(roster.all().exclude(ends_on__lt=on).select_related("member"))
    own = [row for row in standing if row.member_id == member.pk]
    if any(row.kind == kind for row in own):
        raise AlreadyAssigned(
            _("%(name)s is already %(kind)s of %(what)s.")
            % {"name": member, "kind": kind.label, "what": roster.words}
        )
    former = [row for row in standing if row.kind == CaptaincyKind.CAPTAIN] if not backup else []
    _require_seen(roster, former, seen)
    for row in [*own, *[row for row in former if row not in own]]:
        _end_before(roster, row, on=on, note=note if row in former else "")
    try:
        with transaction.atomic():
            assignment = roster.model.objects.create(
                **{roster.field: roster.row},
                chapter_id=roster.row.chapter_id,
                member=member,
                kind=kind,
                starts_on=on,
                given_by_id=by.user_id,
            )
    except IntegrityError as error:
        raise BlockHasCaptain(
            _("%(what)s already has somebody on some of these days; nothing was changed.")
            % {"what": roster.words},
            hint=_("Load the page again to see who, and end that assignment first."),
        ) from error
    audit.record(
        by=by,
        verb=f"precincts.{roster.field}_assigned",
        row=roster.row,
        summary=lambda: (
            _("%(name)s became %(kind)s of %(what)s on %(day)s")
            % {"name": member, "kind": kind.label, "what": roster.words, "day": dated(on)}
        ),
        detail={"member": member.pk, "former": [row.member_id for row in former]},
    )
    return assignment


def _require_seen(roster: _Roster, captains: list[Assignment], seen: Collection[int] | None) -> None:
    """Refuse to hand over from a captain of whom whoever decides does not know."""
    other = next((row for row in captains if seen is not None and row.pk not in seen), None)
    if other is not None:
        raise AssignedMeanwhile(
            _("Meanwhile %(name)s was made captain of %(what)s from %(day)s on; nothing was changed.")
            % {"name": other.member, "what": roster.words, "day": day(other.starts_on)},
            hint=_("Load the page again; hand over from them if it shall be somebody else."),
        )


def _require_open(row: Block | Precinct, on: date) -> None:
    """Refuse a block that is closed, or a precinct no longer in force; `row` is locked, so it stays as it is."""
    if isinstance(row, Block) and row.closed_on is not None:
        raise NotOpen(
            _("Block %(block)s was closed when its precinct was cut again; nobody was assigned.")
            % {"block": row},
            hint=_("Choose the block that has its doors now."),
        )
    if isinstance(row, Precinct) and row.valid_until is not None and row.valid_until < on:
        raise NotOpen(
            _("Precinct %(code)s has new boundaries since; nobody was assigned.") % {"code": row.code},
            hint=_("Choose the precinct as it is drawn now."),
        )


def _require_member(roster: _Roster, member: Member) -> None:
    if member.chapter_id != roster.row.chapter_id:
        raise CaptainOutsideChapter(
            _("This person belongs to another chapter; nobody was assigned."),
            hint=_("Choose somebody among your chapter's people, or add them there first."),
        )
    if member.kind == MemberKind.FORMER:
        raise CaptainOutsideChapter(
            _("%(name)s is a former member; nobody was assigned.") % {"name": member},
            hint=_("Make them a member or volunteer again first."),
        )


def _end_before(roster: _Roster, row: Assignment, *, on: date, note: str) -> None:
    """End an assignment the day before; one that begins that same day is taken back."""
    if row.starts_on > on:
        raise BlockHasCaptain(
            _("%(name)s begins with %(what)s on %(day)s, after the day you chose.")
            % {"name": row.member, "what": roster.words, "day": day(row.starts_on)},
            hint=_("Take that assignment back first, or choose its day or a later one."),
        )
    if row.starts_on == on:
        row.delete()
        return
    row.ends_on = on - timedelta(days=1)
    row.handover_note = note or row.handover_note
    row.save(update_fields=["ends_on", "handover_note"])


@transaction.atomic
def end_assignment(*, assignment: Assignment, by: Actor, on: date, note: str = "") -> Assignment:
    """End an assignment; `on` is its last day. What the captain leaves to know is kept as a note.

    Raises:
        DatesOutOfOrder: it ended already, or begins after that day.
    """
    row = type(assignment).objects.select_for_update().select_related("member").get(pk=assignment.pk)
    roster = _roster_of(row)
    if row.ends_on is not None and row.ends_on <= on:
        raise DatesOutOfOrder(
            _("%(name)s's time with %(what)s already ended on %(day)s.")
            % {"name": row.member, "what": roster.words, "day": day(row.ends_on)}
        )
    if on < row.starts_on:
        raise DatesOutOfOrder(
            _("%(name)s began with %(what)s on %(day)s; it cannot end before that.")
            % {"name": row.member, "what": roster.words, "day": day(row.starts_on)},
            hint=_("Choose that day or a later one."),
        )
    row.ends_on = on
    row.handover_note = note or row.handover_note
    row.save(update_fields=["ends_on", "handover_note"])
    audit.record(
        by=by,
        verb=f"precincts.{roster.field}_ended",
        row=roster.row,
        summary=lambda: (
            _("%(name)s ended as %(kind)s of %(what)s on %(day)s")
            % {
                "name": row.member,
                "kind": row.get_kind_display(),
                "what": roster.words,
                "day": dated(on),
            }
        ),
        detail={"member": row.member_id, **_details(note)},
    )
    return row


@transaction.atomic
def end_all_of(member_id: int, by: Actor, on: date) -> None:
    """End every captaincy of a member; `on` is the last day. One that begins later is taken back."""
    for model in (BlockAssignment, PrecinctAssignment):
        rows = model.objects.filter(member_id=member_id).exclude(ends_on__lte=on).order_by("pk")
        for row in rows.select_related("member"):
            if row.starts_on <= on:
                end_assignment(assignment=row, by=by, on=on)
            else:
                _take_back(row, by=by)


def _take_back(row: Assignment, *, by: Actor) -> None:
    roster = _roster_of(row)
    audit.record(
        by=by,
        verb=f"precincts.{roster.field}_ended",
        row=roster.row,
        summary=lambda: (
            _("%(name)s does not become %(kind)s of %(what)s")
            % {"name": row.member, "kind": row.get_kind_display(), "what": roster.words}
        ),
        detail={"member": row.member_id, "starts_on": row.starts_on.isoformat()},
    )
    row.delete()


def _roster_of(row: Assignment) -> _Roster:
    if isinstance(row, BlockAssignment):
        return _Roster(BlockAssignment, "block", row.block)
    return _Roster(PrecinctAssignment, "precinct", row.precinct)


def _details(note: str) -> dict[str, Any]:
    return {"with_note": True} if note else {}
