"""Asks: one person is to ask another for something by a day; what they said, and when to come back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from chapters.enums import AskEnd, AskResult, MemberKind
from chapters.models import Ask, Chapter, LadderStep, Member
from chapters.services import audit
from core.actors import Actor
from core.errors import DomainError
from core.templatetags.formats import day
from core.words import Saying, in_all_languages

USUAL_TIME = timedelta(days=7)
"""How long an ask may take when nobody says otherwise."""

COME_BACK_IN = timedelta(days=14)
"""When to come back to a maybe, unless somebody says otherwise."""

ONE_DAY = timedelta(days=1)

COME_BACK = (AskResult.MAYBE, AskResult.LATER)
"""Answers after which somebody has to come back."""


class AskDatesOutOfOrder(DomainError):
    """An ask is due before it is made, answered before that, or taken up again before the answer."""


class AskIsSettled(DomainError):
    """A yes, a no or taking it back ended the ask already."""


class AlreadyAsked(DomainError):
    """Somebody is to ask this person for this step already."""


class StepRetired(DomainError):
    """The step is no longer asked, or belongs to another chapter."""


class CannotAsk(DomainError):
    """Whoever asks, or is asked, is not one of the chapter's people today, or both are one person."""


@transaction.atomic
def make_ask(
    *,
    chapter: Chapter,
    what: Saying,
    asked_by: Member,
    due_on: date,
    by: Actor,
    on: date,
    asked: Member | None = None,
    asked_name: str = "",
    step: LadderStep | None = None,
) -> Ask:
    """Note that `asked_by` is to ask somebody for something by a day.

    Args:
        what: for what; as a function where placeholders are filled.
        step: the step of the ladder it is; of one of the chapter's people only.
        asked: the person, when one of the chapter's; else
        asked_name: their name alone.

    Raises:
        CannotAsk: one of them has left or belongs elsewhere, or somebody would ask themselves.
        AskDatesOutOfOrder: it would be due before today.
        AlreadyAsked: somebody is to ask them for this step already.
    """
    for person in (asked_by, asked):
        if person is not None and (person.chapter_id != chapter.pk or person.kind == MemberKind.FORMER):
            raise CannotAsk(
                _("%(name)s is none of the chapter's people today; nothing was asked.") % {"name": person}
            )
    if asked is not None and asked.pk == asked_by.pk:
        raise CannotAsk(
            _("%(name)s would ask themselves; nothing was noted.") % {"name": asked},
            hint=_("Choose somebody else to ask."),
        )
    if due_on < on:
        raise AskDatesOutOfOrder(
            _("%(day)s is past; nobody can ask by then.") % {"day": day(due_on)},
            hint=_("Choose today or a later day."),
        )
    ask = _create(
        chapter=chapter,
        asked=asked,
        step=step,
        asked_name=str(asked) if asked is not None else asked_name[:180],
        asked_by=asked_by,
        whats=in_all_languages(what, longest=200),
        asked_on=on,
        due_on=due_on,
        made_by_id=by.user_id,
    )
    audit.record(
        by=by, verb="chapters.ask_made", row=ask,
        summary=lambda: _("%(who)s is to ask %(name)s: %(what)s")
        % {"who": asked_by, "name": ask.asked_name, "what": ask.what},
    )  # fmt: skip
    return ask


def _create(**values: Any) -> Ask:
    try:
        with transaction.atomic():
            return Ask.objects.create(**values)
    except IntegrityError as error:
        if "ask_open_once_for_a_step" not in str(error):
            raise
        raise AlreadyAsked(
            _("Somebody is to ask %(name)s for “%(step)s” already.")
            % {"name": values["asked"], "step": values["step"]},
            hint=_("The board of asks says who, and by when."),
        ) from error


def ask_for_step(
    *, member: Member, step: LadderStep, asked_by: Member, due_on: date, by: Actor, on: date
) -> Ask:
    """Note that `asked_by` is to ask one of the chapter's people for a step of the ladder.

    Raises:
        StepRetired: the step is no longer asked.
        CannotAsk, AskDatesOutOfOrder, AlreadyAsked: as `make_ask`.
    """
    step = LadderStep.objects.get(pk=step.pk)
    if step.retired_on is not None or step.chapter_id != member.chapter_id:
        raise StepRetired(
            _("“%(step)s” is no longer asked; nothing was noted.") % {"step": step},
            hint=_("Choose another step of the ladder."),
        )
    return make_ask(
        chapter=member.chapter, what=lambda: step, asked_by=asked_by, due_on=due_on, by=by, on=on, asked=member,
        step=step,
    )  # fmt: skip


@transaction.atomic
def reassign_ask(*, ask: Ask, asked_by: Member, by: Actor, on: date, due_on: date | None = None) -> Ask:
    """Let somebody else ask; one that is overdue is due anew, a week from today unless it is said.

    Raises:
        AskIsSettled: it was answered with yes or no, or taken back.
        CannotAsk: the new one has left, belongs elsewhere, or is the one asked.
        AskDatesOutOfOrder: the new day is past.
    """
    ask = _lock_open(ask)
    left = asked_by.kind == MemberKind.FORMER or asked_by.chapter_id != ask.chapter_id
    if left or asked_by.pk == ask.asked_id:
        raise CannotAsk(
            _("%(name)s cannot ask %(asked)s; nothing was changed.")
            % {"name": asked_by, "asked": ask.asked_name},
            hint=_("Choose somebody else to ask."),
        )
    if due_on is not None and due_on < on:
        raise AskDatesOutOfOrder(
            _("%(day)s is past; nobody can ask by then.") % {"day": day(due_on)},
            hint=_("Choose today or a later day."),
        )
    former, ask.asked_by = ask.asked_by, asked_by
    if ask.follow_up_on is None:
        ask.due_on = due_on or max(ask.due_on, on + USUAL_TIME)
    elif due_on is not None:
        ask.follow_up_on = max(due_on, ask.answered_on + ONE_DAY) if ask.answered_on else due_on
    ask.save(update_fields=["asked_by", "due_on", "follow_up_on"])
    audit.record(
        by=by, verb="chapters.ask_reassigned", row=ask, detail={"from": former.pk, "to": asked_by.pk},
        summary=lambda: _("%(who)s asks %(name)s instead of %(former)s: %(what)s")
        % {"who": asked_by, "name": ask.asked_name, "former": former, "what": ask.what},
    )  # fmt: skip
    return ask


@transaction.atomic
def answer_ask(
    *, ask: Ask, result: str, by: Actor, on: date, follow_up_on: date | None = None, note: str = ""
) -> Ask:
    """Note what somebody said. Maybe and later need a day to come back; they can be answered again.

    Raises:
        AskIsSettled: it was answered with yes or no, or taken back.
        AskDatesOutOfOrder: the day to come back is missing, or not after today.
    """
    ask = _lock_open(ask)
    if result in COME_BACK and (follow_up_on is None or follow_up_on <= on):
        raise AskDatesOutOfOrder(
            _("Say a day after today on which to come back; nothing was saved."),
            hint=_("In two weeks, for instance."),
        )
    ask.result, ask.answered_on = AskResult(result), max(on, ask.asked_on)
    ask.follow_up_on = follow_up_on if result in COME_BACK else None
    ask.note = note or ask.note
    ask.save(update_fields=["result", "answered_on", "follow_up_on", "note"])
    audit.record(
        by=by, verb="chapters.ask_answered", row=ask, detail={"result": ask.result},
        summary=lambda: _("%(name)s said %(answer)s: %(what)s")
        % {"name": ask.asked_name, "answer": ask.get_result_display(), "what": ask.what},
    )  # fmt: skip
    return ask


@transaction.atomic
def withdraw_ask(*, ask: Ask, by: Actor, on: date) -> Ask:
    """Take an open ask back; it stays on record as never answered.

    Raises:
        AskIsSettled: it was answered with yes or no, or taken back.
    """
    ask = _lock_open(ask)
    ask.result, ask.answered_on, ask.follow_up_on = AskResult.WITHDRAWN, max(on, ask.asked_on), None
    ask.save(update_fields=["result", "answered_on", "follow_up_on"])
    audit.record(
        by=by, verb="chapters.ask_withdrawn", row=ask,
        summary=lambda: _("Took back asking %(name)s: %(what)s") % {"name": ask.asked_name, "what": ask.what},
    )  # fmt: skip
    return ask


@transaction.atomic
def close_ask(*, ask: Ask, why: AskEnd | str, by: Actor, on: date) -> Ask:
    """End an open ask because nobody can, or should, ask any more; it stays on record with the reason.

    Raises:
        AskIsSettled: it was answered with yes or no, or taken back.
    """
    ask = _lock_open(ask)
    ask.result, ask.closed_as, ask.follow_up_on = AskResult.CLOSED, AskEnd(why), None
    ask.answered_on = max(on, ask.asked_on)
    ask.save(update_fields=["result", "closed_as", "answered_on", "follow_up_on"])
    audit.record(
        by=by, verb="chapters.ask_closed", row=ask, detail={"why": ask.closed_as},
        summary=lambda: _("Nobody asks %(name)s any more (%(why)s): %(what)s")
        % {"name": ask.asked_name, "why": ask.get_closed_as_display(), "what": ask.what},
    )  # fmt: skip
    return ask


@transaction.atomic
def name_asked(*, ask: Ask, member: Member) -> Ask:
    """Say which of the chapter's people the one asked is, once that is known.

    Raises:
        CannotAsk: the person belongs to another chapter, or is the one who asks.
    """
    if member.chapter_id != ask.chapter_id or member.pk == ask.asked_by_id:
        raise CannotAsk(_("%(name)s cannot be the one who was asked.") % {"name": member})
    ask.asked = member
    ask.save(update_fields=["asked"])
    return ask


@transaction.atomic
def drop_asks_of(member_id: int, by: Actor, on: date) -> None:
    """Close the open asks of a member who leaves. Those they were to make stay open, for somebody else to take."""
    for ask in Ask.objects.open().filter(asked_id=member_id).order_by("pk"):
        close_ask(ask=ask, why=AskEnd.LEFT, by=by, on=on)


def _lock_open(ask: Ask) -> Ask:
    row = Ask.objects.select_for_update(of=("self",)).get(pk=ask.pk)
    if not row.is_open:
        raise AskIsSettled(
            _("%(name)s answered already, or the ask was taken back; nothing was changed.")
            % {"name": row.asked_name},
            hint=_("Load the page again; ask anew if something has changed."),
        )
    return row
