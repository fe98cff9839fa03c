"""A message put into words: drawn right before it is sent, in the person's language, on the chapter's paper."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import make_msgid
from django.core.mail.utils import DNS_NAME
from django.template import Context
from django.template.loader import get_template, render_to_string
from django.urls import reverse
from django.utils import translation

from chapters.models import Chapter, Message
from core.actors import Actor
from core.http import chapter_url
from core.links import sign_link
from core.messages import Attachment, MessageKind, Secret, get_message_kind
from core.one_line import LONGEST_SUBJECT, one_line
from core.tenancy import chapter_scope

UNSUBSCRIBE = "chapters.unsubscribe"
"""The purpose of the links under a mail; they stand for the message."""

_DOTS = "•••"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A message in words.

    Attributes:
        kept: the text for the log, with dots in place of what only the mail's reader may know.
        unsubscribe_url: "" unless the kind is optional.
    """

    subject: str
    text: str
    html: str
    kept: str
    unsubscribe_url: str = ""
    attachments: list[Attachment] = field(default_factory=list)


def draw_message(message: Message) -> Drawn:
    """Draw a message with its kind's templates.

    Raises:
        KeyError: no app registers its kind.
        Exception: whatever the kind's own functions and templates raise.
    """
    kind = get_message_kind(message.kind)
    chapter = message.chapter
    with (
        chapter_scope(chapter, Actor.system(chapter.pk, label="mail")),
        translation.override(message.language or chapter.language),
    ):
        own = kind.context(message)
        context = get_base_context(chapter, message, kind) | own
        attachments = list(kind.attachments(message)) if kind.attachments else []
        return _draw(kind.template, context, attachments)


def get_base_context(chapter: Chapter, message: Message, kind: MessageKind) -> dict[str, Any]:
    """What every mail's templates get; see `core.messages`."""
    unsubscribe_url = get_unsubscribe_url(message) if kind.optional else ""
    return {
        "chapter": chapter,
        "chapter_name": one_line(chapter.name, 120),
        "message": message,
        "member": message.member,
        "name": one_line(message.member.first_name) if message.member else "",
        "language": message.language,
        "site_url": settings.SITE_URL,
        "unsubscribe_url": Secret(unsubscribe_url),
        "preferences_url": Secret(
            unsubscribe_url or settings.SITE_URL + chapter_url("chapters:mail_preferences")
        ),
    }


def get_unsubscribe_url(message: Message) -> str:
    """Where the reader of this mail turns such mail off, and chooses what to get, without signing in."""
    token = sign_link(UNSUBSCRIBE, message.pk or 0)  # a mail that is only looked at has no row
    return settings.SITE_URL + reverse("entrance:unsubscribe", kwargs={"token": token})


def _draw(template: str, context: dict[str, Any], attachments: list[Attachment]) -> Drawn:
    subject = one_line(_render_plain(f"{template}.subject.txt", context), LONGEST_SUBJECT)
    text = _render_plain(f"{template}.txt", context | {"subject": subject}).strip() + "\n"
    html = render_to_string(f"{template}.html", context | {"subject": subject})
    kept = text.replace("\x00", "")
    for secret in sorted(_secrets_in(context), key=len, reverse=True):
        kept = kept.replace(secret, _DOTS)
    return Drawn(subject, text, html, kept, str(context.get("unsubscribe_url") or ""), attachments)


def _render_plain(template: str, context: dict[str, Any]) -> str:
    """Plain text knows no HTML: nothing is escaped in it."""
    found: Any = get_template(template)
    return str(found.template.render(Context(context, autoescape=False)))


def _secrets_in(value: Any) -> set[str]:
    """The secrets in a context, and in lists and dicts within it."""
    if isinstance(value, Secret):
        return {str(value)} if value else set()
    if isinstance(value, dict):
        return set().union(*(_secrets_in(inner) for inner in value.values()))
    if isinstance(value, list | tuple):
        return set().union(*(_secrets_in(inner) for inner in value))
    return set()


def compose_mail(
    *, chapter: Chapter, email: str, drawn: Drawn, message_id: str = ""
) -> EmailMultiAlternatives:
    """The mail as the server gets it: from the chapter's name, answers to where the chapter reads them."""
    headers = {"Message-ID": message_id or make_message_id(), "Auto-Submitted": "auto-generated"}
    if drawn.unsubscribe_url:
        headers["List-Unsubscribe"] = f"<{drawn.unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail = EmailMultiAlternatives(
        subject=drawn.subject,
        body=drawn.text,
        from_email=get_sender(chapter),
        to=[email],
        reply_to=[chapter.mail_reply_to] if chapter.mail_reply_to else None,
        headers=headers,
    )
    mail.attach_alternative(drawn.html, "text/html")
    for file in drawn.attachments:
        mail.attach(file.filename, file.content, file.content_type)
    return mail


def get_sender(chapter: Chapter) -> str:
    """The server's own address under the chapter's name."""
    return formataddr((one_line(chapter.name), parseaddr(settings.DEFAULT_FROM_EMAIL)[1]))


def make_message_id() -> str:
    return make_msgid(domain=str(DNS_NAME))
