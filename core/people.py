"""What every app says of its rows that name a person: what becomes of them when two turn out to be one, and when
somebody's data are erased; and what the person did, for their page.

An app says it once for each of its foreign keys to `chapters.Member`, in its `registration`; a test over `_meta`
(tests/chapters/test_member_keys.py) fails for a key nobody speaks for.

    from core.member_rows import MoveRows, blank_rows, delete_rows, keep_rows, unlink_rows
    from core.people import HistoryLine, register_history, register_member_key, register_merge_veto

    # One place in a team for each person: the second row is taken out, and comes back when the merge is undone.
    register_member_key("chapters.TeamMember", "member", merge=MoveRows(same=("team",)), erase=delete_rows)
    # Dated rows: the days of both, once each.
    register_member_key("chapters.Role", "member", merge=MoveRows(same=("name",), days=True), erase=keep_rows)
    # Whoever hosts a meeting stays in the record as the pseudonym; what was written of them goes.
    register_member_key("chapters.Meeting", "host", merge=MoveRows(), erase=blank_rows(host_note=""))
    # The key may be empty, and the name stands beside it.
    register_member_key("precincts.CommitteeSeat", "holder", merge=MoveRows(), erase=unlink_rows(holder_name="–"))

    def list_meetings(member_id: int, reader: Actor, limit: int) -> Iterable[HistoryLine]:
        for row in Attendance.objects.visible_to(reader).filter(member_id=member_id).order_by("-on")[:limit]:
            yield HistoryLine(on=row.on, what=row.meeting.title, kind=_("meetings"), icon="calendar-event", url=...)

    register_history(list_meetings)

    # Both stand on one open roll: their ballots could not be told apart any more.
    register_merge_veto(lambda keep_id, drop_id: _("Both are on the open roll of …") if ... else None)

Free text that names the person needs no handler: erasing goes through the text of every table that has a column
`chapter` (`chapters.services.erased_words`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from django.apps import apps
from django.db import models

from core.actors import Actor
from core.errors import DomainError

Moved = dict[str, Any]
"""What a merge did with the rows of one key, as plain JSON, so that it can be undone."""


class CannotMerge(DomainError):
    """Something speaks against making one person of two."""


class CannotUndo(DomainError):
    """Something has happened since that contradicts taking a merge back."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two rows of one person, of which one goes.

    Attributes:
        keep_id, drop_id: whose rows stay theirs, and whose become the other's.
        by, on: who decided, and the day it is in the chapter.
    """

    keep_id: int
    drop_id: int
    by: Actor
    on: date


class Merging(Protocol):
    """What becomes of the rows of one key; `core.member_rows.MoveRows` for nearly all."""

    def merge(self, key: MemberKey, pair: Pair) -> Moved:
        """Let the rows of the one dropped be the kept one's, in the caller's transaction.

        Raises:
            CannotMerge: they cannot.
        """

    def undo(self, key: MemberKey, pair: Pair, moved: Moved) -> None:
        """Put back what `merge` has said it did; the dropped row is there again.

        Raises:
            CannotUndo: it has changed since.
        """


EraseHandler = Callable[["MemberKey", int], int]
"""Take a person's data (by the member's id) out of the rows of a key; returns of how many rows."""


@dataclass(frozen=True, slots=True)
class MemberKey:
    """One foreign key to a person."""

    label: str
    field: str
    merging: Merging
    erase: EraseHandler

    @property
    def model(self) -> type[models.Model]:
        return apps.get_model(self.label)

    @property
    def name(self) -> str:
        """As the record of a merge calls it."""
        return f"{self.label}.{self.field}"


_keys: dict[str, MemberKey] = {}


def register_member_key(label: str, field: str, *, merge: Merging, erase: EraseHandler) -> None:
    """Say what becomes of a foreign key's rows when two people are merged, and when one is erased.

    Args:
        label: of the model, `app.Model`.
        field: the foreign key's name.

    Raises:
        ValueError: said twice.
    """
    key = MemberKey(label, field, merge, erase)
    if key.name in _keys:
        raise ValueError(f"What becomes of {key.name} is said twice.")
    _keys[key.name] = key


def list_member_keys() -> list[MemberKey]:
    """Every key somebody speaks for, in the order they were said: lower apps first."""
    return list(_keys.values())


def get_member_key(name: str) -> MemberKey:
    """The key of a name.

    Raises:
        KeyError: no app speaks for it.
    """
    return _keys[name]


MergeVeto = Callable[[int, int], Any]
_vetoes: list[MergeVeto] = []


def register_merge_veto(veto: MergeVeto) -> None:
    """Let an app refuse a merge: called with the ids of both (kept, dropped), it answers with the reason or None."""
    _vetoes.append(veto)


def list_vetoes(keep_id: int, drop_id: int) -> list[str]:
    """Why two people cannot be merged now, in words; empty when they can."""
    return [str(said) for said in (veto(keep_id, drop_id) for veto in _vetoes) if said]


_public_records: set[str] = set()


def register_public_record(*labels: str) -> None:
    """Say that tables (`app.Model`) hold what an authority publishes: nobody's membership, and never gone through
    when one of the chapter's people is erased."""
    _public_records.update(labels)


def is_public_record(label: str) -> bool:
    """Whether a table holds what an authority publishes."""
    return label in _public_records


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    """One thing a person did.

    Attributes:
        kind: what it is counted under ("meetings", "shifts"), in words.
        until: the last day, of what took more than one; None while it goes on or for a single day.
        goes_on: it has begun and not ended.
        line: more of it in a few words.
    """

    on: date
    what: Any
    kind: Any
    icon: str = "check2-circle"
    url: str = ""
    line: Any = ""
    until: date | None = None
    goes_on: bool = False


History = Callable[[int, Actor, int], Iterable[HistoryLine]]
_histories: list[History] = []


def register_history(provider: History) -> None:
    """Let an app say what a person did, for their page.

    The provider is called with the member's id, who reads, and how many lines are shown at most; it asks the
    database the same number of questions however many lines there are.
    """
    _histories.append(provider)


def list_history(member_id: int, reader: Actor, limit: int) -> list[HistoryLine]:
    """What a person did, the latest first, from every app; at most `limit` lines."""
    lines: Iterator[HistoryLine] = (
        line for provider in _histories for line in provider(member_id, reader, limit)
    )
    return sorted(lines, key=lambda line: line.on, reverse=True)[:limit]
