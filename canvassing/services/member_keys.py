"""What becomes of this app's rows that name one of the chapter's people when two are merged, and when one is erased."""

from __future__ import annotations

from core.member_rows import MoveRows, delete_rows, unlink_rows
from core.people import register_member_key

register_member_key("canvassing.WalkingGroup", "leader", merge=MoveRows(), erase=unlink_rows())
register_member_key("canvassing.Walker", "member", merge=MoveRows(same=("meeting",)), erase=delete_rows)
