"""Handing one mail to the mail server, and saying what came of it: taken, put off, refused, or nobody knows.

By SMTP the talk is led step by step (RFC 5321): until the word DATA a broken line means that nothing was taken; from
then on nobody knows. Other backends (files, mail services' APIs) are asked for all at once.
"""

from __future__ import annotations

import smtplib
from dataclasses import dataclass
from email.utils import parseaddr
from enum import StrEnum
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.message import sanitize_address


class Outcome(StrEnum):
    TAKEN = "taken"
    PUT_OFF = "put_off"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Delivery:
    """What the mail server did with one mail.

    Attributes:
        answer: what it said ("550 5.1.1 no such mailbox").
        is_broken: the connection must be opened anew.
    """

    outcome: Outcome
    answer: str = ""
    is_broken: bool = False

    @property
    def is_no_mailbox(self) -> bool:
        """Whether it said that there is no such mailbox (RFC 3463: 5.1.x, all about the address)."""
        codes = ("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10")
        return self.outcome == Outcome.REFUSED and any(code in self.answer.split() for code in codes)


def write_down(mail: EmailMessage) -> bytes:
    """The mail as it goes over the wire; whatever in it cannot be written raises here, before anybody hears of it."""
    message: Any = mail.message()  # of Django's own class, whose bytes take a line end
    return bytes(message.as_bytes(linesep="\r\n"))


def deliver(connection: Any, mail: EmailMessage, body: bytes) -> Delivery:
    """Hand one mail with one recipient, and as `write_down` has it, to an open mail connection."""
    talk = getattr(connection, "connection", None)
    if isinstance(talk, smtplib.SMTP):
        return _deliver_by_smtp(talk, mail, body)
    return _deliver_otherwise(connection, mail)


def _deliver_by_smtp(talk: smtplib.SMTP, mail: EmailMessage, body: bytes) -> Delivery:
    handed_over = False
    try:
        talk.ehlo_or_helo_if_needed()
        for command, address in ((talk.mail, mail.from_email), (talk.rcpt, mail.to[0])):
            code, said = command(sanitize_address(parseaddr(address)[1], "utf-8"))
            if code not in (250, 251):
                return _refused(talk, code, said)
        handed_over = True
        code, said = talk.data(body)
    except smtplib.SMTPDataError as error:  # refused at the word DATA, before the body
        return _refused(talk, error.smtp_code, error.smtp_error)
    except (smtplib.SMTPException, OSError) as error:
        outcome = Outcome.UNKNOWN if handed_over else Outcome.PUT_OFF
        return Delivery(outcome, f"{type(error).__name__}: {error}"[:500], is_broken=True)
    if code == 250:
        return Delivery(Outcome.TAKEN, _words(code, said))
    if code < 400:  # no answer that means anything, after the whole body
        return Delivery(Outcome.UNKNOWN, _words(code, said), is_broken=True)
    return _refused(talk, code, said)


def _refused(talk: smtplib.SMTP, code: int, said: bytes | str) -> Delivery:
    is_broken = code in (421, -1)  # closing; or no answer at all
    if not is_broken:
        try:
            talk.rset()
        except (smtplib.SMTPException, OSError):
            is_broken = True
    outcome = Outcome.REFUSED if code >= 500 else Outcome.PUT_OFF
    return Delivery(outcome, _words(code, said), is_broken)


def _words(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join(f"{code} {text}".replace("\x00", "").split())[:500]


_FOR_LATER = (429,)


def _deliver_otherwise(connection: Any, mail: EmailMessage) -> Delivery:
    try:
        taken = connection.send_messages([mail])
    except Exception as error:  # noqa: BLE001 (each backend has its own; the status says what one means)
        words = f"{type(error).__name__}: {error}".replace("\x00", "")[:500]
        status = getattr(error, "status_code", None) or 0
        if status in _FOR_LATER:
            return Delivery(Outcome.PUT_OFF, words)
        if 400 <= status < 500 or type(error).__name__ == "AnymailRecipientsRefused":
            return Delivery(Outcome.REFUSED, words)
        return Delivery(Outcome.UNKNOWN, words, is_broken=True)
    return Delivery(Outcome.TAKEN) if taken else Delivery(Outcome.REFUSED, "not taken")
