"""What the files have changed behind the doors of a block since somebody last looked at its book."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from django.db.models import Q
from django.utils import timezone

from precincts.enums import ChangeKind, VoterStatus
from precincts.models import Block, BookLook, VoterChange

NEWS_AT_MOST = 30
"""So many changes are shown at once; when they are seen, the next ones come."""

FIRST_LOOK = timedelta(days=180)
"""How far back the news go for somebody who has never looked."""

What = Literal[
    "new", "turned_18", "moved_in", "moved_out", "returned", "gone", "removed", "party", "name", "hidden"
]

_REMOVED = (VoterStatus.REMOVED, VoterStatus.DENIED)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsItem:
    """One change behind a door of the block.

    Attributes:
        household_id: the door of the block it happened at.
        voter_id: the neighbour, None for somebody who is no neighbour here any more.
        before, after: the party or the name, where that changed; else "".
    """

    what: What
    voter_id: int | None
    name: str
    household_id: int
    address: str
    on: date
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class BlockNews:
    """The news of a block for one reader.

    Attributes:
        through: the newest change read for it, to be sent back when they are seen.
        has_more: whether later changes wait until these are seen.
        since: when the reader last said that the news were seen, None for never.
    """

    items: list[NewsItem]
    through: int
    has_more: bool
    since: date | None


_DOOR = ("block_id", "unit", "building__number", "building__street")
_READ = (
    "kind", "on", "turned_18", "before", "after", "voter__first_name", "voter__last_name", "voter__suffix",
    "voter__is_listed", *(f"from_household__{one}" for one in _DOOR), *(f"to_household__{one}" for one in _DOOR),
)  # fmt: skip


def get_block_news(block: Block, *, user_id: int | None, on: date) -> BlockNews:
    """What changed since the user last looked, the oldest first; two queries.

    Confidential people are never in it. Whoever moved out or is gone is named: the book is open only to whoever
    keeps the block; where they went is not said.
    """
    look = BookLook.objects.filter(block=block, user_id=user_id).first()
    came = VoterChange.objects.filter(to_household__block=block)
    went = VoterChange.objects.filter(from_household__block=block)
    # As a union, for each half has an index.
    ids = came.order_by().values("pk").union(went.order_by().values("pk"), all=True)
    rows = VoterChange.objects.filter(_is_news(), pk__in=ids, voter__is_confidential=False)
    rows = rows.filter(pk__gt=look.through) if look is not None else rows.filter(on__gt=on - FIRST_LOOK)
    columns = ("voter", "from_household__building", "to_household__building")
    found = list(rows.select_related(*columns).only(*_READ).order_by("pk")[: NEWS_AT_MOST + 1])
    shown = found[:NEWS_AT_MOST]
    items = [item for change in shown if (item := _read(change, block)) is not None]
    through = shown[-1].pk if shown else 0
    since = timezone.localdate(look.looked_at) if look is not None else None
    return BlockNews(items, through, len(found) > NEWS_AT_MOST, since)


def _is_news() -> Q:
    """Whatever a captain should hear of: not a new phone number, nor somebody the file brings as removed."""
    told = Q(before__has_any_keys=["party", "first_name", "last_name"])
    struck = Q(after__status__in=_REMOVED) | Q(before__status__in=_REMOVED)
    brought_as_removed = Q(kind=ChangeKind.NEW, voter__status__in=_REMOVED)
    return (~Q(kind=ChangeKind.CHANGED) | told | struck) & ~brought_as_removed


def _read(change: VoterChange, block: Block) -> NewsItem | None:
    """The change as the block sees it; None where nothing happened behind its doors."""
    voter = change.voter
    came = change.to_household is not None and change.to_household.block_id == block.pk
    went = change.from_household is not None and change.from_household.block_id == block.pk
    what, before, after = _what(change, came=came, went=went)
    if what is None:
        return None
    here = voter.is_listed and came
    door = change.to_household if came else change.from_household
    assert door is not None
    return NewsItem(
        what=what, voter_id=voter.pk if here else None, name=str(voter), household_id=door.pk, address=str(door),
        on=change.on, before=before, after=after,
    )  # fmt: skip


def _what(change: VoterChange, *, came: bool, went: bool) -> tuple[What | None, str, str]:
    if change.kind == ChangeKind.GONE:
        return "gone", "", ""
    if change.after.get("status") in _REMOVED:
        return ("removed" if went else None), "", ""
    if went and not came:
        return "moved_out", "", ""
    if change.kind == ChangeKind.NEW:
        return ("turned_18" if change.turned_18 else "new"), "", ""
    if change.kind == ChangeKind.RETURNED or change.before.get("status") in _REMOVED:
        return "returned", "", ""
    if change.kind == ChangeKind.MOVED:
        return "moved_in", "", ""
    if "party" in change.before:
        return "party", str(change.before["party"] or ""), str(change.after.get("party") or "")
    if {"first_name", "last_name"} & set(change.before):
        former = {"first_name": change.voter.first_name, "last_name": change.voter.last_name} | change.before
        return "name", f"{former['first_name']} {former['last_name']}".strip(), ""
    return None, "", ""
