"""A kind of mail and a mail server of the tests' own."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message as Parsed
from email.parser import BytesParser
from email.policy import default

from aiosmtpd.controller import Controller
from django.test import override_settings

from core.messages import MessageKind, register_message_kind

NOTE = "tests.note"
"""A kind that people can turn off; its words are its params, drawn as a mail to many is."""


def register_note() -> MessageKind:
    """The tests' kind of mail; registering it again changes nothing."""
    return register_message_kind(_NOTE)


_NOTE = MessageKind(
    name=NOTE,
    says="Notes of the tests",
    template="chapters/mail/mailing",
    context=lambda message: {
        "subject_line": message.params.get("subject", "A note"),
        "words": message.params.get("words", "Some words."),
    },
    optional=True,
)


class MailServer:
    """A real SMTP server on the machine itself; it keeps what it took, by recipient.

    Attributes:
        answers: what it says at the end of a mail, instead of 250, by recipient.
        at_recipient: what it says to a recipient.
        hangs_up_at: when it closes the line, by recipient: "recipient", or "answer" after it has taken the mail.
        delay: seconds it takes before it has taken a mail, and again before it says so.
    """

    def __init__(self) -> None:
        self.taken: list[tuple[str, Parsed]] = []
        self.answers: dict[str, str] = {}
        self.at_recipient: dict[str, str] = {}
        self.connections = 0
        self.delay = 0.0
        self.hangs_up_at: dict[str, str] = {}
        self._lock = threading.Lock()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.connections += hostname != "trigger"
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if self.hangs_up_at.get(address) == "recipient":
            server.transport.close()
        if address in self.at_recipient:
            return self.at_recipient[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        [address] = envelope.rcpt_tos
        if address in self.answers:
            return self.answers[address]
        await asyncio.sleep(self.delay)
        with self._lock:
            self.taken.append((address, BytesParser(policy=default).parsebytes(envelope.content)))
        await asyncio.sleep(self.delay)
        if self.hangs_up_at.get(address) == "answer":
            server.transport.close()
        return "250 taken"

    @property
    def addresses(self) -> list[str]:
        return [address for address, _mail in self.taken]

    @contextmanager
    def open(self) -> Iterator[MailServer]:
        """Listen, and let Django's SMTP backend send here."""
        logging.getLogger("mail.log").setLevel(logging.WARNING)  # it would tell each word of each talk
        self._controller.start()
        try:
            with override_settings(
                EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
                EMAIL_HOST="127.0.0.1",
                EMAIL_PORT=self.port,
            ):
                yield self
        finally:
            self._controller.stop()
