"""Mail of the demo town: a mail to many that went out last week, one that came back, one in writing.

Nothing leaves the machine: the town's mailboxes do not exist, and a mail server of the demo's own stands in for one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from chapters.enums import SuppressionReason
from chapters.models import Chapter, Mailing, Member
from chapters.selectors.actors import get_actor, today_in
from chapters.services.chapters import change_settings
from chapters.services.mail_preferences import choose_kinds
from chapters.services.mailings import KIND, note_looked_at, send_off, try_mailing, write_mailing
from chapters.services.message_sending import send_due
from chapters.services.reminders import keep_recurring
from chapters.services.suppressions import suppress_address
from core.actors import Actor
from core.messages import list_message_kinds

_NEWS = {
    "en": "Meet your neighbours on Saturday",
    "es": "El sábado, con sus vecinos",
}
_NEWS_TEXT = {
    "en": "On Saturday at ten we walk in all four precincts, two and two, and meet for soup at the mill at one.\n\n"
    "Come for an hour or for the day. Nobody walks alone, and nobody needs to have done it before.\n\n"
    "Write back if you can bring a pot.",
    "es": "El sábado a las diez caminamos por los cuatro distritos, de dos en dos, y a la una hay sopa en el molino.\n\n"
    "Venga una hora o todo el día. Nadie camina a solas y no hace falta experiencia.\n\n"
    "Responda a este correo si puede traer una olla.",
}
_NEXT = {"en": "Who helps with the phones?", "es": "¿Quién ayuda con los teléfonos?"}
_NEXT_TEXT = {
    "en": "We need eight people for two evenings next week. There is a script, and there is cake.",
    "es": "Necesitamos a ocho personas para dos tardes de la próxima semana. Hay un guion y hay pastel.",
}
_COLOUR, _ADDRESS = "#7A3B12", "12 Mill Street, Marlow Ferry, NC"


class MailboxIsFull(Exception):
    """What a mail service's API raises when it takes no mail for an address."""

    status_code = 422


class LineBroke(Exception):
    """The line broke before it said whether it took the mail."""


class _TownServer(BaseEmailBackend):
    """Takes every mail and keeps none; refuses one address, and hangs up on another."""

    def __init__(self, refused: str, hung: str) -> None:
        super().__init__()
        self._refused, self._hung = refused, hung

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for mail in email_messages:
            if mail.to[0] == self._refused:
                raise MailboxIsFull("552 5.2.2 over quota")
            if mail.to[0] == self._hung:
                raise LineBroke("no answer after the text")
        return len(email_messages)


def fill_mail(chapter: Chapter, *, organizer: Member, by: Actor, at: datetime) -> int:
    """A mail to many of six days ago, one in writing, one address that bounced; nothing when there is mail already.

    Returns:
        How many mails went out.
    """
    if Mailing.objects.filter(chapter=chapter).exists():
        return 0
    change_settings(chapter=chapter, by=by, mail_colour=_COLOUR, mail_address=_ADDRESS)
    chapter.refresh_from_db()
    assert organizer.user is not None
    writer = get_actor(user=organizer.user, chapter=chapter, on=today_in(chapter))
    noon = datetime.combine(
        today_in(chapter, at) - timedelta(days=6), time(12), tzinfo=ZoneInfo(chapter.time_zone)
    )
    people = list(Member.objects.filter(chapter=chapter, email__endswith="@town.example").order_by("pk")[:4])
    _turn_off_and_bounce(chapter, people, by, noon)
    mailing = _write(chapter, _NEWS, _NEWS_TEXT, writer, noon)
    note_looked_at(mailing=mailing, by=writer)
    try_mailing(mailing=mailing, member=organizer, by=writer, at=noon)
    mailing = send_off(mailing=mailing, by=writer, at=noon)
    server = (
        _TownServer(refused=people[2].email, hung=people[3].email) if len(people) > 3 else _TownServer("", "")
    )
    sent = 0
    for minute in range(60):
        done = send_due(now=noon + timedelta(minutes=minute), chapter=chapter, mails=server)
        sent += done.sent
        if not done.counts:
            break
    _write(chapter, _NEXT, _NEXT_TEXT, writer, at)
    keep_recurring(at=at)
    return sent


def _turn_off_and_bounce(chapter: Chapter, people: list[Member], by: Actor, at: datetime) -> None:
    """One person wants no news; another's mailbox was closed some weeks before."""
    if len(people) < 2:
        return
    wanted = {kind.name for kind in list_message_kinds()} - {KIND}
    choose_kinds(member=people[0], wanted=wanted, by=by, at=at - timedelta(days=20))
    suppress_address(
        chapter=chapter, email=people[1].email, reason=SuppressionReason.BOUNCED, by=by,
        at=at - timedelta(days=30), detail="550 5.1.1 no such mailbox",
    )  # fmt: skip


def _write(
    chapter: Chapter, subjects: dict[str, str], texts: dict[str, str], writer: Actor, at: datetime
) -> Mailing:
    return write_mailing(
        chapter=chapter,
        subjects=subjects,
        texts=texts,
        group="chapters.everybody",
        group_value="",
        by=writer,
        at=at,
    )
