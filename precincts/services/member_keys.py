"""What becomes of this app's rows that name one of the chapter's people when two are merged, and when one is erased."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from core.member_rows import MoveRows, blank_rows, delete_rows, keep_rows, unlink_rows
from core.people import CannotUndo, MemberKey, Moved, Pair, register_member_key, register_public_record
from precincts.enums import CaptaincyKind
from precincts.models import Absence, Fact, Training


class MoveFacts:
    """Who learned a fact: rows nobody may change, but for this one column, by a function of the owner's."""

    def merge(self, _key: MemberKey, pair: Pair) -> Moved:
        """Move all of them."""
        rows = Fact.objects.filter(member_id=pair.drop_id).order_by("pk")
        ids = list(rows.values_list("pk", flat=True))
        _move_facts(ids, pair.drop_id, pair.keep_id)
        return {"ids": ids}

    def undo(self, _key: MemberKey, pair: Pair, moved: Moved) -> None:
        """Raises CannotUndo where one is somebody else's by now."""
        if _move_facts(moved["ids"], pair.keep_id, pair.drop_id) != len(moved["ids"]):
            raise CannotUndo(_("What they learned of neighbours has been moved on since."))


def _move_facts(ids: list[int], from_id: int, to_id: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT precincts_move_facts(%s::bigint[], %s, %s)", [ids, from_id, to_id])
        [count] = cursor.fetchone()
    return int(count)


def _is_captain(row: Any) -> int:
    return int(row.kind == CaptaincyKind.CAPTAIN)


def _stands_in_for_oneself(row: Absence, pair: Pair) -> bool:
    return row.assignment.member_id in (pair.keep_id, pair.drop_id)


def _trained_oneself(row: Training, pair: Pair) -> bool:
    return {row.trainer_id, row.trained_id} == {pair.keep_id, pair.drop_id}


register_public_record(
    "precincts.Voter",
    "precincts.VoterChange",
    "precincts.ImportReject",
    "precincts.Household",
    "precincts.Building",
)

_OPEN = Q(ended_on__isnull=True)

for _charge in ("block", "precinct"):
    register_member_key(
        f"precincts.{_charge.title()}Assignment",
        "member",
        merge=MoveRows(same=(_charge,), days=True, alike=("kind",), rank=_is_captain),
        erase=blank_rows(handover_note=""),
    )
register_member_key(
    "precincts.Absence", "stand_in", merge=MoveRows(nonsense=_stands_in_for_oneself), erase=keep_rows
)
register_member_key(
    "precincts.Residence",
    "member",
    merge=MoveRows(same=(), days=True, alike=("household",)),
    erase=delete_rows,
)
register_member_key("precincts.Fact", "member", merge=MoveFacts(), erase=keep_rows)
for _line in ("Need", "Offer"):
    register_member_key(
        f"precincts.{_line}",
        "member",
        merge=MoveRows(same=("kind", "words__iexact"), among=_OPEN),
        erase=delete_rows,
    )
register_member_key("precincts.LocalIssue", "leader", merge=MoveRows(), erase=unlink_rows())
register_member_key("precincts.CommitteeSeat", "holder", merge=MoveRows(), erase=unlink_rows())
register_member_key(
    "precincts.Skill",
    "member",
    merge=MoveRows(same=("kind", "search_words"), among=Q(taken_back_at__isnull=True)),
    erase=delete_rows,
)
register_member_key(
    "precincts.Training",
    "trainer",
    merge=MoveRows(nonsense=_trained_oneself, take_out_refused=True),
    erase=keep_rows,
)
register_member_key(
    "precincts.Training",
    "trained",
    merge=MoveRows(same=(), nonsense=_trained_oneself, take_out_refused=True),
    erase=keep_rows,
)
register_member_key("precincts.VoterInvitation", "came_as", merge=MoveRows(), erase=unlink_rows())
