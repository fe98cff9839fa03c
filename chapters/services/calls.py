"""Calls to a chapter's people: what came of each, and the next step agreed in the same breath."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from chapters.enums import CallResult, MemberKind
from chapters.models import Ask, Call, LadderStep, Member, Team
from chapters.selectors.actors import today_in
from chapters.services import audit
from chapters.services.asks import USUAL_TIME, answer_ask, ask_for_step
from core.actors import Actor
from core.errors import DomainError
from core.templatetags.formats import when


class CannotCall(DomainError):
    """Whoever calls or is called has left, or both are one person."""


class CallBackInThePast(DomainError):
    """A call back is to come at a time that has passed, or at none."""


@transaction.atomic
def note_call(
    *,
    member: Member,
    called_by: Member,
    result: str,
    client_id: UUID,
    by: Actor,
    at: datetime,
    team: Team | None = None,
    note: str = "",
    call_back_at: datetime | None = None,
    step: LadderStep | None = None,
    due_on: date | None = None,
    answer: str = "",
    follow_up_on: date | None = None,
) -> Call:
    """Note what came of a call, and with `step` the ask that came of it; the same form sent twice counts once.

    Args:
        client_id: made with the form; a second row of it is never written.
        step: what they are asked for next. Where somebody is to ask them for it already, that ask is taken.
        due_on: by when to ask, a week from today when it is not said.
        answer: what they said to it on the phone, perhaps nothing yet.

    Raises:
        CannotCall, CallBackInThePast.
        AskDatesOutOfOrder, StepRetired: as `chapters.services.asks`; then nothing is saved.
    """
    # Locked, so that two sendings of one form come one after the other, and the second finds the first.
    row = Member.objects.select_for_update(of=("self",), no_key=True).get(pk=member.pk)
    known = Call.objects.filter(chapter=member.chapter_id, client_id=client_id).first()
    if known is not None:
        return known
    if MemberKind.FORMER in (row.kind, called_by.kind) or row.pk == called_by.pk:
        raise CannotCall(
            _("%(name)s cannot be called by %(caller)s; nothing was noted.")
            % {"name": member, "caller": called_by}
        )
    if result == CallResult.CALL_BACK and (call_back_at is None or call_back_at <= at):
        raise CallBackInThePast(
            _("Say a time from now on at which to call again; nothing was saved."),
            hint=_("Tomorrow evening, for instance."),
        )
    on = today_in(member.chapter, at)
    values: dict[str, Any] = {
        "chapter_id": member.chapter_id, "member": member, "called_by": called_by, "team": team,
        "called_at": at, "result": CallResult(result), "note": note.strip()[:2000], "client_id": client_id,
        "call_back_at": call_back_at if result == CallResult.CALL_BACK else None,
    }  # fmt: skip
    if step is not None:
        ask = _take_ask(member, step, called_by, by, on, due_on)
        if answer:
            ask = answer_ask(ask=ask, result=answer, by=by, on=on, follow_up_on=follow_up_on, note=note)
        values["ask"] = ask
    call = Call.objects.create(**values)
    audit.record(
        by=by, verb="chapters.called", row=member, detail={"result": str(call.result)},
        summary=lambda: _("Called %(name)s: %(result)s")
        % {
            "name": member,
            "result": _("call back %(when)s") % {"when": when(call.call_back_at)}
            if call.call_back_at
            else call.get_result_display(),
        },
    )  # fmt: skip
    return call


def _take_ask(
    member: Member, step: LadderStep, called_by: Member, by: Actor, on: date, due_on: date | None
) -> Ask:
    """The open ask of somebody for a step, or a new one."""
    ask = Ask.objects.open().filter(asked=member, step=step).first()
    if ask is not None:
        return ask
    return ask_for_step(
        member=member, step=step, asked_by=called_by, due_on=due_on or on + USUAL_TIME, by=by, on=on
    )
