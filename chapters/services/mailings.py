"""Mail that a person writes to many: written, looked at, tried on oneself, sent off to each by a message of their own."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from chapters.enums import MailingState, MemberKind
from chapters.models import Chapter, Mailing, Member, Message
from chapters.services import audit
from chapters.services.message_words import Drawn, draw_message
from chapters.services.messages import Planned, drop_messages, plan_messages
from core.actors import Actor
from core.errors import DomainError
from core.recipients import get_recipients
from core.words import in_readers_language

KIND = "chapters.mailing"
TRIAL_KIND = "chapters.mailing_trial"


class MailingIsSentOff(DomainError):
    """It has been sent off; its words are what people got."""


class MailingNotLookedAt(DomainError):
    """Its words were not looked at, or have changed since."""


class MailingNotTried(DomainError):
    """It was not tried on oneself, or its words have changed since."""


class NobodyToWriteTo(DomainError):
    """The group has nobody who can be reached."""


class MailingIsNotOnItsWay(DomainError):
    """It is being written, or was stopped already."""


def mark_of(mailing: Mailing) -> str:
    """What stands for the words of a mailing."""
    words = json.dumps([mailing.subjects, mailing.texts], sort_keys=True)
    return hashlib.sha256(words.encode()).hexdigest()


@transaction.atomic
def write_mailing(
    *,
    chapter: Chapter,
    subjects: dict[str, str],
    texts: dict[str, str],
    group: str,
    group_value: str,
    by: Actor,
    at: datetime,
) -> Mailing:
    """Begin a mail to many; nothing is sent.

    Args:
        subjects, texts: by language; a language that is not there is left out.
        group: a name registered by `core.recipients.register_recipients`, with one of its values.
    """
    mailing = Mailing.objects.create(
        chapter=chapter, subjects=subjects, texts=texts, group=group, group_value=group_value,
        written_by_id=by.user_id, created_at=at,
    )  # fmt: skip
    audit.record(
        by=by, verb="chapters.mailing_written", row=mailing,
        summary=lambda: _("Wrote a mail to many: %(subject)s") % {"subject": mailing.subject},
    )  # fmt: skip
    return mailing


@transaction.atomic
def change_mailing(*, mailing: Mailing, by: Actor, **values: Any) -> Mailing:
    """Change words or recipients; changed words must be looked at and tried again.

    Raises:
        MailingIsSentOff: too late.
    """
    mailing = _lock_draft(mailing)
    for name, value in values.items():
        setattr(mailing, name, value)
    mailing.save(update_fields=list(values))
    audit.record(
        by=by, verb="chapters.mailing_changed", row=mailing,
        summary=lambda: _("Changed a mail to many: %(subject)s") % {"subject": mailing.subject},
    )  # fmt: skip
    return mailing


def _lock_draft(mailing: Mailing) -> Mailing:
    row = Mailing.objects.select_for_update(of=("self",)).get(pk=mailing.pk)
    if row.state != MailingState.DRAFT:
        raise MailingIsSentOff(
            _("This mail has been sent off; nothing was changed."), hint=_("Write a new one.")
        )
    return row


@transaction.atomic
def note_looked_at(*, mailing: Mailing, by: Actor) -> Mailing:
    """Note that somebody has looked at the words as they are now.

    Raises:
        MailingIsSentOff: too late.
    """
    mailing = _lock_draft(mailing)
    mailing.previewed_mark = mark_of(mailing)
    mailing.save(update_fields=["previewed_mark"])
    audit.record(
        by=by, verb="chapters.mailing_looked_at", row=mailing,
        summary=lambda: _("Looked at a mail to many: %(subject)s") % {"subject": mailing.subject},
    )  # fmt: skip
    return mailing


@transaction.atomic
def try_mailing(*, mailing: Mailing, member: Member, by: Actor, at: datetime) -> Planned:
    """Send it to oneself, once in each language it is written in.

    Raises:
        MailingIsSentOff: too late.
        NobodyToWriteTo: one has no address.
    """
    mailing = _lock_draft(mailing)
    rows = []
    for language in list_languages(mailing):
        params = {"mailing_id": mailing.pk, "language": language}
        rows.append((member, params, f"mailing_trial:{mailing.pk}:{language}:{at.isoformat()}"))
    planned = plan_messages(kind=TRIAL_KIND, chapter=mailing.chapter, rows=rows, by=by, at=at)
    if planned.without_address:
        raise NobodyToWriteTo(
            _("You have no e-mail address here, so nothing was sent."),
            hint=_("Add it on your page under People."),
        )
    mailing.tried_mark = mark_of(mailing)
    mailing.save(update_fields=["tried_mark"])
    audit.record(
        by=by, verb="chapters.mailing_tried", row=mailing,
        summary=lambda: _("Tried a mail to many: %(subject)s") % {"subject": mailing.subject},
    )  # fmt: skip
    return planned


def list_recipients_of(mailing: Mailing) -> QuerySet[Member]:
    """The members a mailing means today; who has left is none of them.

    Raises:
        NobodyToWriteTo: this version knows no such group.
    """
    try:
        group = get_recipients(mailing.group)
    except KeyError:
        raise NobodyToWriteTo(
            _("This version knows no such group of people."), hint=_("Choose who gets the mail again.")
        ) from None
    members = group.list_members(mailing.chapter, mailing.group_value)
    return members.filter(chapter_id=mailing.chapter_id).exclude(kind=MemberKind.FORMER)


@transaction.atomic
def send_off(*, mailing: Mailing, by: Actor, at: datetime) -> Mailing:
    """Plan a message for each recipient; they go out as fast as the chapter's limit and their nights allow.

    Raises:
        MailingIsSentOff: somebody did before.
        MailingNotLookedAt, MailingNotTried: the words as they are now were not seen, or not tried.
        NobodyToWriteTo: nobody can be reached.
    """
    mailing = _lock_draft(mailing)
    _require_ready(mailing)
    rows = [
        (member, {"mailing_id": mailing.pk}, f"mailing:{mailing.pk}:{member.pk}")
        for member in list_recipients_of(mailing).distinct()
    ]
    planned = plan_messages(kind=KIND, chapter=mailing.chapter, rows=rows, by=by, at=at, mailing=mailing)
    if not planned.planned:
        raise NobodyToWriteTo(
            _("Nobody of these people has an e-mail address; nothing was sent."),
            hint=_("Choose other people."),
        )
    mailing.state, mailing.sent_off_at, mailing.sent_off_by_id = MailingState.SENT, at, by.user_id
    mailing.planned_count, mailing.without_address = planned.planned, len(planned.without_address)
    mailing.save(update_fields=["state", "sent_off_at", "sent_off_by", "planned_count", "without_address"])
    count = planned.planned
    audit.record(
        by=by, verb="chapters.mailing_sent_off", row=mailing, rows=count,
        summary=lambda: ngettext(
            "Sent off to %(count)d person: %(subject)s", "Sent off to %(count)d people: %(subject)s", count
        )
        % {"count": count, "subject": mailing.subject},
    )  # fmt: skip
    return mailing


def _require_ready(mailing: Mailing) -> None:
    mark = mark_of(mailing)
    if mailing.previewed_mark != mark:
        raise MailingNotLookedAt(
            _("Nobody has looked at these words yet; nothing was sent."),
            hint=_("Look at the mail in each language first."),
        )
    if mailing.tried_mark != mark:
        raise MailingNotTried(
            _("These words were not tried yet; nothing was sent."), hint=_("Send a test to yourself first.")
        )


@transaction.atomic
def stop_mailing(*, mailing: Mailing, by: Actor, at: datetime) -> int:
    """Keep back what has not gone out yet; returns how many messages.

    Raises:
        MailingIsNotOnItsWay: it is being written, or was stopped already.
    """
    mailing = Mailing.objects.select_for_update(of=("self",)).get(pk=mailing.pk)
    if mailing.state != MailingState.SENT:
        raise MailingIsNotOnItsWay(_("This mail is not on its way; nothing was changed."))
    kept_back = drop_messages(
        rows=Message.objects.filter(mailing=mailing), why=_("The mail to many was stopped."), at=at
    )
    mailing.state, mailing.stopped_at = MailingState.STOPPED, at
    mailing.save(update_fields=["state", "stopped_at"])
    audit.record(
        by=by, verb="chapters.mailing_stopped", row=mailing, rows=kept_back,
        summary=lambda: _("Stopped a mail to many: %(subject)s") % {"subject": mailing.subject},
    )  # fmt: skip
    return kept_back


# --- Its words ---------------------------------------------------------------------------------------------


def list_languages(mailing: Mailing) -> list[str]:
    """The languages it is written in, the site's own first."""
    return [code for code, _name in settings.LANGUAGES if mailing.texts.get(code)]


def get_context(message: Message) -> dict[str, Any]:
    """What the mail says, in the language in force or the one there is."""
    mailing = message.mailing or Mailing.objects.get(
        pk=message.params["mailing_id"], chapter=message.chapter_id
    )
    text = in_readers_language(mailing.texts) or next(filter(None, mailing.texts.values()), "")
    return {"subject_line": mailing.subject, "words": text}


def get_trial_context(message: Message) -> dict[str, Any]:
    """The same in one language, called a test."""
    context = get_context(message)
    mailing = Mailing.objects.get(pk=message.params["mailing_id"], chapter=message.chapter_id)
    language = message.params["language"]
    subject = mailing.subjects.get(language, context["subject_line"])
    return {
        "subject_line": _("[Test] %(subject)s") % {"subject": subject},
        "words": mailing.texts.get(language, context["words"]),
    }


def draw_mailing(*, mailing: Mailing, language: str, member: Member | None) -> Drawn:
    """The mail as that person would get it in that language; nothing is kept."""
    message = Message(
        chapter=mailing.chapter, kind=KIND, member=member, mailing=mailing, language=language,
        time_zone=mailing.chapter.time_zone,
    )  # fmt: skip
    return draw_message(message)
