"""The worker that sends: what is due, one at a time, each noted as being sent before the mail server hears a word.

A worker may die at any moment. Before the note nothing was sent and the message still waits; after it nobody knows
whether the server took it, and `sweep_messages` calls it unknown. Such a one goes again only when a person releases
it, so no mail comes twice behind anybody's back.
"""

from __future__ import annotations

import logging
import smtplib
import time
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.filebased import EmailBackend as FileBackend
from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chapters.enums import MemberKind, MessageState, SuppressionReason
from chapters.models import Chapter, Message
from chapters.services.message_words import compose_mail, draw_message, make_message_id
from chapters.services.messages import wait_for_morning
from chapters.services.suppressions import mark_of, suppress_address
from core.actors import Actor
from core.messages import MessageKind, get_message_kind
from core.smtp import Delivery, Outcome, deliver, write_down
from core.tenancy import chapter_scope
from core.words import Saying, in_all_languages

STALE_AFTER = timedelta(minutes=10)
"""A message on its way for so long has lost its sender: each step of the talk ends after EMAIL_TIMEOUT seconds."""

BACK_OFF = (
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=8),
)
ATTEMPTS = len(BACK_OFF) + 1

_LIMIT_LOCK = 0x6D61696C  # an advisory lock's key: "mail"
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Round:
    """What one round of sending did, by the state messages ended in; `is_reached` tells of the mail server."""

    counts: Counter[str]
    is_reached: bool = True

    @property
    def sent(self) -> int:
        return self.counts[MessageState.SENT]


def send_due(
    *, now: datetime, seconds: float = 45, chapter: Chapter | None = None, mails: Any = None
) -> Round:
    """Send what is due, over one connection, for at most so many seconds or until the sending limit is reached.

    Workers that do so at once share the work: each message is taken by one of them.

    Args:
        chapter: only this one's; else every chapter's.
        mails: a mail connection of Django's; else the one of the settings.
    """
    counts: Counter[str] = Counter()
    full = set(Chapter.objects.exclude(pk=chapter.pk).values_list("pk", flat=True)) if chapter else set()
    if not _list_due(now, full).exists():
        return Round(counts)
    began = time.monotonic()
    mails = mails or get_connection()
    try:
        if not _open(mails):
            return Round(counts, is_reached=False)
        while (spent := time.monotonic() - began) < seconds:
            at = now + timedelta(seconds=spent)
            taken = _take_next(at, full)
            if taken is None:
                break
            counts[taken.state] += 1
            if taken.mail is None:
                continue
            delivery = deliver(mails, taken.mail, taken.body)
            counts[taken.state] -= 1
            counts[_settle(taken.message, delivery, at)] += 1
            if isinstance(mails, FileBackend):
                mails = get_connection()  # one writes all to one file, and people look for a file a mail
            if delivery.is_broken and not _reopen(mails):
                return Round(+counts, is_reached=False)
    finally:
        _close(mails)
    return Round(+counts)


def _open(mails: Any) -> bool:
    if isinstance(mails, FileBackend):
        return True  # it opens and closes its file with each mail
    try:
        mails.open()
    except (smtplib.SMTPException, OSError) as error:  # nothing was taken yet: all waits
        logger.warning("The mail server cannot be reached: %s: %s", type(error).__name__, error)
        return False
    return True


def _reopen(mails: Any) -> bool:
    _close(mails)
    return _open(mails)


def _close(mails: Any) -> None:
    try:
        mails.close()
    except (smtplib.SMTPException, OSError):
        logger.info("The mail server had closed the connection before.")


# --- One message: chosen, looked at, put into words, noted ------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Taken:
    """A message that was dealt with, or, with a mail, is to be handed over now."""

    message: Message
    state: str
    mail: EmailMultiAlternatives | None = None
    body: bytes = b""


@transaction.atomic
def _take_next(at: datetime, full: set[int]) -> _Taken | None:
    """Choose the next message and note what becomes of it; None when nothing is due.

    Args:
        full: the chapters that have reached their limit in this round; one that does so now is added.
    """
    message = (
        _list_due(at, full)
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("chapter", "member")
        .order_by("-hurry", "send_after", "pk")
        .first()
    )
    if message is None:
        return None
    morning = _wait_until(message, at)
    if morning is not None:
        message.send_after = morning
        message.save(update_fields=["send_after"])
        return _Taken(message, MessageState.PENDING)
    try:
        with transaction.atomic():
            why = _why_not(message, at)
            if why:
                return _give_up(message, MessageState.DROPPED, why, at)
            mail = _put_into_words(message)
            body = write_down(mail)
    except Exception:  # a kind's own functions; the others must go on, and the row says what became of it
        logger.exception("Message %s of kind %s could not be put into words.", message.pk, message.kind)
        return _give_up(message, MessageState.FAILED, _("It could not be put into words."), at)
    _lock_limit()
    full |= _list_full(at)
    if message.chapter_id in full:
        return _Taken(message, MessageState.PENDING)
    _note_on_its_way(message, at)
    return _Taken(message, MessageState.SENDING, mail, body)


def _list_due(at: datetime, full: set[int]) -> Any:
    rows = Message.objects.filter(state=MessageState.PENDING, send_after__lte=at)
    return rows.exclude(chapter_id__in=full) if full else rows


_TALLY = """
    SELECT chapter.id, chapter.mails_per_minute, count(message.id)
    FROM chapters_message AS message JOIN chapters_chapter AS chapter ON chapter.id = message.chapter_id
    WHERE message.started_at > %s AND message.started_at <= %s GROUP BY chapter.id
"""


def _list_full(at: datetime) -> set[int]:
    """The chapters that have sent as much as they may in the minute before; all of them when the server has."""
    with connection.cursor() as cursor:
        cursor.execute(_TALLY, [at - timedelta(minutes=1), at])
        rows = cursor.fetchall()
    if settings.MAILS_PER_MINUTE and sum(count for _id, _most, count in rows) >= settings.MAILS_PER_MINUTE:
        return set(Chapter.objects.values_list("pk", flat=True))
    return {chapter_id for chapter_id, most, count in rows if count >= most}


def _lock_limit() -> None:
    """Let one worker at a time count and note, until its transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LIMIT_LOCK])


def _wait_until(message: Message, at: datetime) -> datetime | None:
    """The end of the person's quiet hours, when it is in them now."""
    if message.hurry:
        return None
    morning = wait_for_morning(message.chapter, message.time_zone, at)
    return morning if morning > at else None


def _why_not(message: Message, at: datetime) -> Saying:
    """Why the message is not to be sent after all; "" when it is."""
    try:
        kind = get_message_kind(message.kind)
    except KeyError:
        return _("This version no longer knows such mail.")
    return _why_not_to(message, kind) or _why_not_wanted(message, kind, at)


_OBSTACLES = """
    SELECT
        (SELECT reason FROM chapters_mailsuppression
         WHERE chapter_id = %s AND mark = %s AND lifted_at IS NULL
         ORDER BY reason = 'unsubscribed' LIMIT 1),
        EXISTS (SELECT FROM chapters_mailpreference WHERE member_id = %s AND kind = %s AND is_off)
"""


def _why_not_to(message: Message, kind: MessageKind) -> Saying:
    mark = mark_of(message.chapter_id, message.email)
    with connection.cursor() as cursor:
        cursor.execute(_OBSTACLES, [message.chapter_id, mark, message.member_id, kind.name])
        reason, is_off = cursor.fetchone()
    if reason and (kind.optional or reason != SuppressionReason.UNSUBSCRIBED):
        words = SuppressionReason(reason).label
        return lambda: _("No mail goes to this address: %(why)s") % {"why": words}
    if not kind.optional or message.member is None:
        return ""
    if message.member.kind == MemberKind.FORMER:
        return _("The person has left the chapter.")
    return _("The person has turned such mail off.") if is_off else ""


def _why_not_wanted(message: Message, kind: MessageKind, at: datetime) -> Saying:
    if kind.check is None:
        return ""
    with chapter_scope(message.chapter, Actor.system(message.chapter_id, label="mail")):
        return kind.check(message, at)


def _put_into_words(message: Message) -> EmailMultiAlternatives:
    drawn = draw_message(message)
    message.subject, message.text, message.message_id = drawn.subject, drawn.kept, make_message_id()
    return compose_mail(
        chapter=message.chapter, email=message.email, drawn=drawn, message_id=message.message_id
    )


def _note_on_its_way(message: Message, at: datetime) -> None:
    message.state, message.started_at, message.attempts = MessageState.SENDING, at, message.attempts + 1
    message.save(update_fields=["state", "started_at", "attempts", "subject", "text", "message_id"])


def _give_up(message: Message, state: MessageState, why: Saying, at: datetime) -> _Taken:
    message.state, message.finished_at = state, at
    message.reasons = in_all_languages(why, longest=300)
    message.save(update_fields=["state", "finished_at", "reasons"])
    return _Taken(message, state)


# --- What came of it --------------------------------------------------------------------------------------


@transaction.atomic
def _settle(message: Message, delivery: Delivery, at: datetime) -> str:
    """Note what the mail server said; returns the state. One that was called unknown meanwhile is known again."""
    values: dict[str, Any] = {"answer": delivery.answer, "finished_at": at, "reasons": {}}
    if delivery.outcome == Outcome.TAKEN:
        values["state"] = MessageState.SENT
    elif delivery.outcome == Outcome.UNKNOWN:
        values |= _as_unknown()
    elif delivery.outcome == Outcome.PUT_OFF and message.attempts < ATTEMPTS:
        values |= {"state": MessageState.PENDING, "finished_at": None}
        values["send_after"] = at + BACK_OFF[message.attempts - 1]
    else:
        values |= {"state": MessageState.FAILED, "reasons": in_all_languages(_say_refusal(delivery))}
    mine = Message.objects.filter(
        Q(state=MessageState.SENDING) | Q(state=MessageState.UNKNOWN),
        pk=message.pk, attempts=message.attempts, released_at=message.released_at,
    )  # fmt: skip
    if mine.update(**values):
        message.state = values["state"]
        _follow_up(message, delivery, at)
    return str(values["state"])


def _say_refusal(delivery: Delivery) -> Saying:
    if delivery.outcome == Outcome.PUT_OFF:
        return _("The mail server put it off each time it was tried.")
    return _("The mail server refused it.")


def _as_unknown() -> dict[str, Any]:
    why = _("The connection broke off while it was being sent. Nobody knows whether it arrived.")
    return {"state": MessageState.UNKNOWN, "reasons": in_all_languages(why)}


def _follow_up(message: Message, delivery: Delivery, at: datetime) -> None:
    """What hangs on the outcome; an error in it does not unsend the mail."""
    kind = get_message_kind(message.kind)
    is_told = message.state == MessageState.SENT and kind.on_sent is not None
    if not is_told and not delivery.is_no_mailbox:
        return
    try:
        with transaction.atomic():
            if delivery.is_no_mailbox:
                suppress_address(
                    chapter=message.chapter, email=message.email, reason=SuppressionReason.BOUNCED,
                    by=Actor.system(message.chapter_id, label="mail"), at=at, detail=delivery.answer,
                )  # fmt: skip
            if is_told and kind.on_sent is not None:
                kind.on_sent(message, at)
    except Exception:
        logger.exception("What follows from message %s failed.", message.pk)


def sweep_messages(*, at: datetime) -> int:
    """Call what lost its sender unknown; returns how many. Called each minute."""
    lost = Message.objects.filter(state=MessageState.SENDING, started_at__lt=at - STALE_AFTER)
    return int(lost.update(finished_at=at, **_as_unknown()))
