"""Kinds of mail, by name. The row that tells who got one, and how it stands, is `chapters.Message`.

    register_message_kind(
        MessageKind(
            name="chapters.meeting_reminder",
            says=_("Reminders of meetings"),
            template="chapters/mail/meeting_reminder",
            context=get_reminder_context,
            optional=True,
            check=require_meeting,
        )
    )
    plan_messages(kind="chapters.meeting_reminder", chapter=meeting.chapter, by=by, rows=[
        (member, {"meeting_id": meeting.pk}, f"meeting_reminder:{meeting.pk}:{member.pk}") for member in invited
    ])

A kind has three templates: `<template>.subject.txt` (one line), `<template>.txt` and `<template>.html`, which extend
`mail/base.txt` and `mail/base.html`. They are drawn right before sending, in the person's language, inside the
chapter's scope and clock, with what `context` gives and besides it:

    chapter, message, member (None for a bare address), name ("" likewise), language, site_url, preferences_url,
    unsubscribe_url ("" unless the kind is optional)

Params are ids and words only: who reads the row must learn nothing that the mail's reader alone may know. Links and
codes that let somebody in are made by `context` and wrapped in `Secret`; the log keeps dots in their place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.words import Saying

Words = Any  # str or a lazy translation


class Secret(str):
    """A link or code for the mail's reader alone: it is sent, and never kept with the message."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a mail; `content_type` with its parameters ("text/calendar; method=PUBLISH")."""

    filename: str
    content: bytes
    content_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageKind:
    """One kind of mail. All functions get the `chapters.Message`, inside its chapter's scope.

    Attributes:
        says: what such mail is, for the log and for who chooses what to get ("Reminders of meetings").
        explains: when it comes, in one line, for who chooses what to get.
        optional: people may turn it off; it then carries the links of RFC 8058.
        hurry: goes at any hour, quiet hours or not: somebody waits for it.
        context: what the templates get.
        check: asked with the message and the time right before sending: "" while the mail is still wanted, else why it is not ("the meeting is
            cancelled"); the message is then dropped with these words.
        attachments: files to go with it.
        on_sent: told when the mail server has taken it, in the transaction that notes so.
    """

    name: str
    says: Words
    template: str
    context: Callable[[Any], dict[str, Any]]
    explains: Words = ""
    optional: bool = False
    hurry: bool = False
    check: Callable[[Any, datetime], Saying] | None = None
    attachments: Callable[[Any], Sequence[Attachment]] | None = None
    on_sent: Callable[[Any, datetime], None] | None = None


_kinds: dict[str, MessageKind] = {}


def register_message_kind(kind: MessageKind) -> MessageKind:
    """Add a kind of mail; each app does so when it is ready.

    Raises:
        ValueError: the name is taken.
    """
    if _kinds.get(kind.name, kind) != kind:
        raise ValueError(f"The message kind {kind.name} is registered twice.")
    _kinds[kind.name] = kind
    return kind


def get_message_kind(name: str) -> MessageKind:
    """Raises KeyError when no app registers that kind."""
    return _kinds[name]


def list_message_kinds() -> list[MessageKind]:
    """All kinds, by name."""
    return [_kinds[name] for name in sorted(_kinds)]


def say_kind(name: str) -> Words:
    """The words for a kind; its bare name when this version knows none of it any more."""
    return _kinds[name].says if name in _kinds else name
