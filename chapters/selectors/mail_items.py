"""What of the chapter's mail needs somebody now."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from chapters.enums import MessageState
from chapters.models import Message
from core.http import ChapterRequest, chapter_url
from core.navigation import TodayItem
from core.permissions import has_right
from core.templatetags.formats import number

RECENT = timedelta(days=14)
"""Longer ago nobody wants the mail any more."""


def list_mail_items(request: ChapterRequest) -> Iterable[TodayItem]:
    """Mail whose fate is unknown waits for a person's word. One query."""
    if not has_right(request.actor, "chapters.write_mail"):
        return []
    since = timezone.now() - RECENT
    rows = Message.objects.visible_to(request.actor).filter(
        state=MessageState.UNKNOWN, finished_at__gte=since
    )
    count = rows.order_by().count()
    if not count:
        return []
    title = ngettext(
        "%(count)s mail may or may not have arrived", "%(count)s mails may or may not have arrived", count
    )
    return [
        TodayItem(
            title=title % {"count": number(count)},
            line=_("The connection broke off. Nobody gets one twice unless you say so."),
            action=_("Look at them"),
            icon="envelope-exclamation",
            urgency=20,
            url=f"{chapter_url('chapters:messages')}?state={MessageState.UNKNOWN.value}",
        )
    ]
