"""Asks: one person is to ask another for something by a day; what they said, and when to come back."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from chapters.enums import AskEnd, AskResult, MemberKind
from chapters.models import Ask, Chapter, Member
from chapters.services import audit
from core.actors import Actor
from core.errors import DomainError
from core.templatetags.formats import day
from core.words import Saying, in_all_languages

COME_BACK = (AskResult.MAYBE, AskResult.LATER)
"""Answers after which somebody has to come back."""


class AskDatesOutOfOrder(DomainError):
    """An ask is due before it is made, answered before that, or taken up again before the answer."""


class AskIsSettled(DomainError):
    """A yes, a no or taking it back ended the ask already."""


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
) -> Ask:
    """Note that `asked_by` is to ask somebody for something by a day.

    Args:
        what: for what; as a function where placeholders are filled.
        asked: the person, when one of the chapter's; else
        asked_name: their name alone.

    Raises:
        CannotAsk: one of them has left or belongs elsewhere, or somebody would ask themselves.
        AskDatesOutOfOrder: it would be due before today.
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
    ask = Ask.objects.create(
        chapter=chapter,
        asked=asked,
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
    """Close the open asks by and of a member who leaves."""
    rows = Ask.objects.open()
    for ask in (rows.filter(asked_id=member_id) | rows.filter(asked_by_id=member_id)).order_by("pk"):
        why = AskEnd.LEFT if ask.asked_id == member_id else AskEnd.ASKER_LEFT
        close_ask(ask=ask, why=why, by=by, on=on)


def _lock_open(ask: Ask) -> Ask:
    row = Ask.objects.select_for_update(of=("self",)).get(pk=ask.pk)
    if not row.is_open:
        raise AskIsSettled(
            _("%(name)s answered already, or the ask was taken back; nothing was changed.")
            % {"name": row.asked_name},
            hint=_("Load the page again; ask anew if something has changed."),
        )
    return row
