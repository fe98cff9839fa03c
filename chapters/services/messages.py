"""Mail is planned here: one row for one mail to one person. What is sent, and when, is `message_sending`."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from celery import current_app
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chapters.enums import MessageState
from chapters.models import Chapter, Mailing, Member, Message, User
from chapters.quiet_hours import end_of_quiet
from chapters.services import audit
from core.actors import Actor
from core.errors import DomainError
from core.messages import MessageKind, get_message_kind, say_kind
from core.words import Saying, in_all_languages

TASK = "chapters.send_mail"
logger = logging.getLogger(__name__)


class MessageIsSettled(DomainError):
    """The message is not one whose fate is unknown or whose sending failed."""


@dataclass(frozen=True, slots=True)
class Address:
    """Somebody who is none of the chapter's people, or known by an address alone."""

    email: str
    language: str = ""
    time_zone: str = ""


Recipient = Member | Address | str
Row = tuple[Recipient, dict[str, Any], str]
"""To whom, with which params, and what makes it the same mail when it is planned again."""


@dataclass(frozen=True, slots=True)
class Planned:
    """What became of the rows.

    Attributes:
        planned: new messages.
        known: their key was planned before; nothing was changed.
        without_address: whom no mail can reach, as they were given: members without an address, and addresses that
            are none.
    """

    planned: int
    known: int
    without_address: list[Recipient] = field(default_factory=list)


@transaction.atomic
def plan_messages(
    *,
    kind: str,
    chapter: Chapter,
    rows: Iterable[Row],
    by: Actor,
    at: datetime | None = None,
    send_after: datetime | None = None,
    mailing: Mailing | None = None,
) -> Planned:
    """Plan one mail for each row; 10,000 in one go are well under three seconds.

    A key that the chapter has planned before plans nothing: calling again is safe. Who has turned the kind off, or
    whose address is suppressed, gets a row all the same, which is then dropped and says why.

    Args:
        kind: a name registered by `core.messages.register_message_kind`.
        rows: members of the chapter, or addresses; params are ids and words only; keys of at most 200 characters.
        at: the time it is planned; now, when it is not said.
        send_after: not before this; else at once. Unless the kind is in a hurry it waits for the end of the
            person's quiet hours.

    Raises:
        KeyError: no app registers that kind.
        ValueError: a member of another chapter is among them.
    """
    known_kind = get_message_kind(kind)
    at = at or timezone.now()
    given = list(rows)
    reached, without_address = _resolve(chapter, given)
    start = max(at, send_after) if send_after else at
    starts = _Starts(chapter, known_kind, start)
    columns: list[list[Any]] = [[] for _column in range(7)]
    for who, params, key in reached:
        values = (
            who.member_id, who.email, who.language, who.time_zone, json.dumps(params), key,
            starts.in_zone(who.time_zone),
        )  # fmt: skip
        for column, value in zip(columns, values, strict=True):
            column.append(value)
    planned = _insert(known_kind, chapter, columns, at, mailing)
    if planned:
        transaction.on_commit(nudge)
    return Planned(planned, len(reached) - planned, without_address)


@dataclass(frozen=True, slots=True)
class _Reached:
    member_id: int | None
    email: str
    language: str
    time_zone: str


def _resolve(
    chapter: Chapter, rows: list[Row]
) -> tuple[list[tuple[_Reached, dict[str, Any], str]], list[Recipient]]:
    """Each row with the address, language and clock of its person; and whom no mail can reach."""
    accounts = _accounts_of(who for who, _params, _key in rows if isinstance(who, Member))
    reached, without = [], []
    for who, params, key in rows:
        found = _reach(chapter, who, accounts)
        if found is None:
            without.append(who)
        else:
            reached.append((found, params, key))
    return reached, without


def _accounts_of(members: Iterable[Member]) -> dict[int, tuple[str, str]]:
    """The address and language of the accounts of members who have not both on their own row."""
    ids = {member.user_id for member in members if member.user_id and not (member.email and member.language)}
    if not ids:
        return {}
    return {
        pk: (email, language)
        for pk, email, language in User.objects.filter(pk__in=ids).values_list("pk", "email", "language")
    }


def _reach(chapter: Chapter, who: Recipient, accounts: dict[int, tuple[str, str]]) -> _Reached | None:
    if isinstance(who, Member):
        if who.chapter_id != chapter.pk:
            raise ValueError(f"Member {who.pk} belongs to another chapter.")
        email, language = accounts.get(who.user_id or 0, ("", ""))
        found = _Reached(
            who.pk, who.email or email, who.language or language, who.time_zone or chapter.time_zone
        )
    else:
        said = Address(who) if isinstance(who, str) else who
        found = _Reached(None, said.email, said.language, said.time_zone or chapter.time_zone)
    email = found.email.strip().lower()
    if not _is_address(email):
        return None
    language = found.language if found.language in _languages() else chapter.language
    zone = found.time_zone if _is_zone(found.time_zone) else chapter.time_zone
    return _Reached(found.member_id, email, language, zone)


@lru_cache(maxsize=600)
def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):  # no name at all, a folder's, or an unknown one
        return False
    return True


@lru_cache(maxsize=1)
def _languages() -> frozenset[str]:
    return frozenset(code for code, _name in settings.LANGUAGES)


def _is_address(email: str) -> bool:
    try:
        validate_email(email)
    except ValidationError:
        return False
    return len(email) <= 254


class _Starts:
    """The first moment a kind may be sent, by time zone."""

    def __init__(self, chapter: Chapter, kind: MessageKind, start: datetime) -> None:
        self._chapter, self._kind, self._start = chapter, kind, start
        self._known: dict[str, datetime] = {}

    def in_zone(self, zone: str) -> datetime:
        if zone not in self._known:
            self._known[zone] = (
                self._start if self._kind.hurry else wait_for_morning(self._chapter, zone, self._start)
            )
        return self._known[zone]


def wait_for_morning(chapter: Chapter, zone: str, at: datetime) -> datetime:
    """The first moment from `at` on outside the chapter's quiet hours, on a clock of that zone."""
    return end_of_quiet(at, ZoneInfo(zone), chapter.quiet_from, chapter.quiet_until)


_INSERT = """
    INSERT INTO chapters_message
        (chapter_id, kind, mailing_id, hurry, planned_at, state, attempts, reasons, answer, subject, text, message_id,
         member_id, email, language, time_zone, params, key, send_after)
    SELECT %s, %s, %s, %s, %s, 'pending', 0, '{}'::jsonb, '', '', '', '', given.*
    FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::jsonb[], %s::text[], %s::timestamptz[]) AS given
    ON CONFLICT (chapter_id, key) DO NOTHING
"""


def _insert(
    kind: MessageKind, chapter: Chapter, columns: list[list[Any]], at: datetime, mailing: Mailing | None
) -> int:
    """Insert the rows in one statement; returns how many are new."""
    if not columns[0]:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT, [chapter.pk, kind.name, mailing.pk if mailing else None, kind.hurry, at, *columns]
        )
        return int(cursor.rowcount)


def nudge() -> None:
    """Let a worker look at once what is due; beat would do so within a minute."""
    try:
        current_app.send_task(TASK)
    except Exception:  # whatever the broker says: the row waits, and beat looks each minute
        logger.exception("Mail could not be announced to the workers; beat will look.")


@transaction.atomic
def drop_messages(*, rows: Any, why: Saying, at: datetime) -> int:
    """Let waiting messages not be sent, and say why; returns how many. What is on its way is left alone.

    Args:
        rows: a queryset of messages.
    """
    waiting = rows.filter(state=MessageState.PENDING)
    return int(
        waiting.update(state=MessageState.DROPPED, finished_at=at, reasons=in_all_languages(why, longest=300))
    )


@transaction.atomic
def release_message(*, message: Message, by: Actor, at: datetime) -> Message:
    """Send a message again whose fate is unknown, or that failed, as somebody has decided: it may then come twice.

    Raises:
        MessageIsSettled: it waits, is sent, or was dropped.
    """
    message = Message.objects.select_for_update(of=("self",)).get(pk=message.pk)
    if message.state not in (MessageState.UNKNOWN, MessageState.FAILED):
        raise MessageIsSettled(
            _("This mail is not one that failed or whose fate is unknown; nothing was changed."),
            hint=_("Load the page again to see how it stands."),
        )
    message.state, message.finished_at, message.attempts = MessageState.PENDING, None, 0
    message.send_after, message.released_by_id, message.released_at = at, by.user_id, at
    message.reasons, message.answer = {}, ""
    message.save(
        update_fields=[
            "state", "finished_at", "attempts", "send_after", "released_by", "released_at", "reasons", "answer",
        ]
    )  # fmt: skip
    audit.record(
        by=by, verb="chapters.message_released", row=message,
        summary=lambda: _("Sent again to %(address)s: %(kind)s")
        % {"address": message.email, "kind": say_kind(message.kind)},
    )  # fmt: skip
    transaction.on_commit(nudge)
    return message


def forget_old_words(at: datetime) -> int:
    """Delete what mails said that were settled long ago; returns how many. That they were sent, and when, stays."""
    old = at - timedelta(days=settings.MAIL_WORDS_KEPT_DAYS)
    rows = Message.objects.filter(finished_at__lt=old).exclude(text="", subject="", answer="")
    return int(rows.update(text="", subject="", answer=""))


def drop_messages_of(member_id: int, by: Actor, on: Any) -> None:
    """Send nothing more to a member who leaves."""
    drop_messages(
        rows=Message.objects.filter(member_id=member_id),
        why=_("The person has left the chapter."),
        at=timezone.now(),
    )
