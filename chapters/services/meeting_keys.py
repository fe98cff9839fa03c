"""What becomes of meetings' rows that name a person when two are merged, and when one is erased."""

from __future__ import annotations

from chapters.models import Attendance, MeetingInvitation
from core.member_rows import MoveRows, delete_rows, keep_rows, unlink_rows
from core.people import Pair, register_member_key


def _keep_answer(kept: MeetingInvitation, other: MeetingInvitation) -> None:
    """The later answer is what the person means now."""
    if other.answered_at is None or (kept.answered_at is not None and kept.answered_at >= other.answered_at):
        return
    for name in ("answer", "bringing", "is_waiting", "answered_at", "channel"):
        setattr(kept, name, getattr(other, name))


def _join_attendance(kept: Attendance, other: Attendance) -> None:
    kept.signed_in_at = min(kept.signed_in_at, other.signed_in_at)
    kept.walk_in = kept.walk_in and other.walk_in
    if kept.brought_by_id is None and other.brought_by_id != kept.member_id:
        kept.brought_by_id = other.brought_by_id


def _brought_oneself(row: Attendance, pair: Pair) -> bool:
    return {row.member_id, row.brought_by_id} == {pair.keep_id, pair.drop_id}


register_member_key("chapters.Meeting", "host", merge=MoveRows(), erase=unlink_rows())
register_member_key(
    "chapters.MeetingInvitation",
    "member",
    merge=MoveRows(same=("meeting",), join=_keep_answer),
    erase=delete_rows,
)
register_member_key(
    "chapters.Attendance", "brought_by", merge=MoveRows(nonsense=_brought_oneself, unlink="brought_by"),
    erase=keep_rows,
)  # fmt: skip
register_member_key(
    "chapters.Attendance",
    "member",
    merge=MoveRows(same=("meeting",), join=_join_attendance, nonsense=_brought_oneself, unlink="brought_by"),
    erase=keep_rows,
)
register_member_key("chapters.CalendarFeed", "member", merge=MoveRows(same=()), erase=delete_rows)
