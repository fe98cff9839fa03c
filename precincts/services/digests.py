"""The captain's week by mail: planned for whoever has something to read in it."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from chapters.models import Chapter, Member, Message, Reminder
from chapters.recurring import next_weekly
from chapters.selectors.actors import today_in
from chapters.services.messages import plan_messages
from core.actors import Actor
from core.http import chapter_url
from core.one_line import one_line
from core.words import Saying
from precincts.models import BlockAssignment
from precincts.selectors.digests import Digest, Newcomer, get_digest

KIND = "precincts.weekly_digest"
WEEK = timedelta(days=7)
FRIDAY, EVENING = 4, time(17)  # people are at home at the weekend


def next_friday(chapter: Chapter, after: datetime) -> datetime:
    """Friday at five on the chapter's clock."""
    return next_weekly(after, chapter.time_zone, FRIDAY, EVENING)


def plan_digests(reminder: Reminder, at: datetime) -> int:
    """Plan a mail for every captain with newcomers of this week, or some of the weeks before to greet."""
    chapter, until = reminder.chapter, reminder.due_at
    since = _since(reminder)
    keepers = _list_keepers(chapter, at)
    blocks = [block_id for held in keepers.values() for block_id in held]
    digest = get_digest(blocks, since=since, until=until)
    told = {newcomer.block_id for newcomer in [*digest.came, *digest.to_greet]}
    ids = [member_id for member_id, held in keepers.items() if told.intersection(held)]
    params = {"since": since.isoformat(), "until": until.isoformat()}
    rows = [
        (member, params, f"digest:{member.pk}:{until.isoformat()}")
        for member in Member.objects.filter(pk__in=ids)
    ]
    by = Actor.system(chapter.pk, label="reminders")
    return plan_messages(kind=KIND, chapter=chapter, rows=rows, by=by, at=at).planned


def _since(reminder: Reminder) -> datetime:
    """When the digest before was due: nobody is left out when one was late or stopped for a while."""
    before = Reminder.objects.filter(
        chapter=reminder.chapter, kind=reminder.kind, done_at__isnull=False, due_at__lt=reminder.due_at
    ).order_by("-due_at")
    last = before.values_list("due_at", flat=True).first()
    return last or reminder.due_at - WEEK


def _list_keepers(chapter: Chapter, at: datetime) -> dict[int, list[int]]:
    """The blocks that each captain keeps today, by member."""
    charges = BlockAssignment.objects.in_force(today_in(chapter, at)).captains()
    held: dict[int, list[int]] = defaultdict(list)
    rows = charges.filter(chapter=chapter, block__closed_on__isnull=True)
    for member_id, block_id in rows.values_list("member_id", "block_id"):
        held[member_id].append(block_id)
    return held


def _of_message(message: Message) -> tuple[list[int], Digest]:
    """The blocks kept at the time of sending, and what is told of them."""
    charges = BlockAssignment.objects.in_force(today_in(message.chapter)).captains()
    blocks = list(charges.filter(member_id=message.member_id).values_list("block_id", flat=True))
    since, until = (datetime.fromisoformat(message.params[name]) for name in ("since", "until"))
    return blocks, get_digest(blocks, since=since, until=until)


def get_context(message: Message) -> dict[str, Any]:
    """The newcomers by name and door; the book of the block has the rest."""
    _blocks, digest = _of_message(message)
    return {
        "came": [_say(newcomer) for newcomer in digest.came],
        "to_greet": [_say(newcomer) for newcomer in digest.to_greet],
        "book_url": settings.SITE_URL + chapter_url("precincts:my_block"),
    }


def _say(newcomer: Newcomer) -> dict[str, Any]:
    return {
        "name": one_line(newcomer.name),
        "address": one_line(newcomer.address),
        "turned_18": newcomer.turned_18,
    }


def say_why_not(message: Message, _at: datetime) -> Saying:
    """The block may have another captain by now, or everybody has been greeted."""
    blocks, digest = _of_message(message)
    if not blocks:
        return _("The person no longer keeps a block.")
    return _("There was nothing left to tell.") if digest.is_empty else ""
