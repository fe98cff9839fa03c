"""What a captain hears each week: who moved in behind the doors of their block, and whom nobody has greeted yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import TruncDate

from precincts.enums import ChangeKind, VoterStatus
from precincts.models import Fact, VoterChange
from precincts.selectors.suppressions import leave_out_barred

GREET_WITHIN = timedelta(days=60)
"""A newcomer about whom nobody has noted anything for so long is a neighbour like others."""

_CAME = (ChangeKind.NEW, ChangeKind.MOVED, ChangeKind.RETURNED)
_REMOVED = (VoterStatus.REMOVED, VoterStatus.DENIED)


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody new behind a door of the block; `turned_18` lived there before."""

    block_id: int
    name: str
    address: str
    on: date
    turned_18: bool


@dataclass(frozen=True, slots=True)
class Digest:
    """A captain's week.

    Attributes:
        came: who came with the files of the week.
        to_greet: who came before and has not been spoken to, as far as anybody noted.
    """

    came: list[Newcomer]
    to_greet: list[Newcomer]

    @property
    def is_empty(self) -> bool:
        return not self.came and not self.to_greet


def list_changes(block_ids: Iterable[int], *, since: datetime, until: datetime) -> QuerySet[VoterChange]:
    """Who came into some blocks by files taken in after `since`, up to `until`, and is still listed at that door.

    The confidential, and whoever is not to be contacted in any way, are not among them.
    """
    rows = VoterChange.objects.filter(
        kind__in=_CAME, to_household__block_id__in=list(block_ids), voter__is_listed=True,
        voter__is_confidential=False, voter_import__finished_at__gt=since, voter_import__finished_at__lte=until,
    ).exclude(voter__status__in=_REMOVED)  # fmt: skip
    return leave_out_barred(rows.filter(voter__household_id=F("to_household_id")), until.date()).order_by(
        "-on", "pk"
    )


def get_digest(block_ids: Iterable[int], *, since: datetime, until: datetime) -> Digest:
    """The week of whoever keeps these blocks; two queries."""
    blocks = list(block_ids)
    noted = Fact.objects.filter(voter=OuterRef("voter")).annotate(day=TruncDate("occurred_at"))
    columns = ("voter", "to_household__building")
    came = list_changes(blocks, since=since, until=until).select_related(*columns)
    before = list_changes(blocks, since=until - GREET_WITHIN, until=since).select_related(*columns)
    return Digest(
        [_read(change) for change in came],
        [_read(change) for change in before.exclude(Exists(noted.filter(day__gte=OuterRef("on"))))],
    )


def _read(change: VoterChange) -> Newcomer:
    door = change.to_household
    assert door is not None
    assert door.block_id is not None
    return Newcomer(door.block_id, str(change.voter), str(door), change.on, change.turned_18)
