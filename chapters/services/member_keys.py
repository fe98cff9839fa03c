"""What becomes of this app's rows that name a person when two are merged, and when one is erased."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from chapters.enums import OPEN_ASK_RESULTS
from chapters.models import Ask, Call, MailPreference, MemberMerge, Message, TeamMembership, TwoPeople
from core.member_rows import MoveRows, blank_rows, delete_rows, keep_rows, pseudonym_of
from core.people import MemberKey, Pair, register_member_key

ERASED_DOMAIN = "erased.invalid"


def _is_ask_of_oneself(ask: Ask, pair: Pair) -> bool:
    return {ask.asked_id, ask.asked_by_id} == {pair.keep_id, pair.drop_id}


def _is_call_of_oneself(call: Call, pair: Pair) -> bool:
    return {call.member_id, call.called_by_id} == {pair.keep_id, pair.drop_id}


def _leads(membership: TeamMembership) -> int:
    return int(membership.is_leader)


def _are_each_other(row: TwoPeople, pair: Pair) -> bool:
    return {row.first_id, row.second_id} == {pair.keep_id, pair.drop_id}


def _want_less(kept: MailPreference, other: MailPreference) -> None:
    kept.is_off = kept.is_off or other.is_off


def address_of_erased(member_id: int) -> str:
    """What stands where an e-mail address must stand."""
    return f"{member_id}@{ERASED_DOMAIN}"


def _erase_messages(_key: MemberKey, member_id: int) -> int:
    """That there was mail, of which kind and when, stays; to which address and with what words does not."""
    rows = Message.objects.filter(member_id=member_id)
    blank: dict[str, Any] = {"params": {}, "subject": "", "text": "", "answer": "", "message_id": ""}
    return int(rows.update(email=address_of_erased(member_id), **blank))


_OPEN_STEP = Q(result__in=OPEN_ASK_RESULTS, step__isnull=False)


def _forget_merged(_key: MemberKey, member_id: int) -> int:
    """That there was a merge stays; whom it joined cannot be known, nor undone, any more."""
    blank: dict[str, Any] = {"dropped": {}, "before": {}, "after": {}, "moved": []}
    rows = MemberMerge.objects.filter(kept_id=member_id)
    return int(rows.update(dropped_name=pseudonym_of(member_id), **blank))


register_member_key(
    "chapters.Role", "member", merge=MoveRows(same=("name",), days=True, alike=("name",)), erase=keep_rows
)
register_member_key("chapters.Invitation", "member", merge=MoveRows(), erase=delete_rows)
register_member_key(
    "chapters.Ask",
    "asked",
    merge=MoveRows(same=("step",), among=_OPEN_STEP, nonsense=_is_ask_of_oneself, unlink="asked"),
    erase=blank_rows(asked_name=pseudonym_of, note=""),
)
register_member_key(
    "chapters.Ask", "asked_by", merge=MoveRows(nonsense=_is_ask_of_oneself, unlink="asked"), erase=keep_rows
)
register_member_key("chapters.Message", "member", merge=MoveRows(), erase=_erase_messages)
register_member_key(
    "chapters.MailPreference", "member", merge=MoveRows(same=("kind",), join=_want_less), erase=delete_rows
)
register_member_key(
    "chapters.TeamMembership",
    "member",
    merge=MoveRows(same=("team",), days=True, alike=("is_leader",), rank=_leads),
    erase=keep_rows,
)
register_member_key(
    "chapters.Call", "member", merge=MoveRows(nonsense=_is_call_of_oneself), erase=blank_rows(note="")
)
register_member_key(
    "chapters.Call", "called_by", merge=MoveRows(nonsense=_is_call_of_oneself), erase=keep_rows
)
register_member_key("chapters.TeamForming", "organizer", merge=MoveRows(), erase=keep_rows)
register_member_key("chapters.FormingInvite", "member", merge=MoveRows(same=("forming",)), erase=delete_rows)
register_member_key(
    "chapters.Availability", "member", merge=MoveRows(same=("weekday", "starts")), erase=delete_rows
)
register_member_key("chapters.Erasure", "member", merge=MoveRows(take_out_refused=True), erase=keep_rows)
register_member_key("chapters.MemberMerge", "kept", merge=MoveRows(), erase=_forget_merged)
for _place in ("first", "second"):
    register_member_key(
        "chapters.TwoPeople",
        _place,
        merge=MoveRows(nonsense=_are_each_other, take_out_refused=True),
        erase=delete_rows,
    )
