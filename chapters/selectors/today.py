"""What needs the person now, as far as people and slow work go."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from chapters.enums import JobState, MemberKind
from chapters.models import Job, Member
from chapters.selectors import asks
from chapters.selectors.actors import today_in
from chapters.selectors.teams import count_due_calls
from core.http import ChapterRequest, chapter_url
from core.navigation import TodayItem
from core.permissions import has_right
from core.templatetags.formats import day, number


def list_failed_work(request: ChapterRequest) -> Iterable[TodayItem]:
    """One's own work that failed in the last week."""
    since = timezone.now() - timedelta(days=7)
    failed = Job.objects.visible_to(request.actor).filter(
        asked_by_id=request.actor.user_id, state=JobState.FAILED, finished_at__gte=since
    )
    return [
        TodayItem(
            title=job.title, line=job.error, action=_("See what to do"), icon="exclamation-octagon", urgency=10,
            url=chapter_url("chapters:job", job_id=job.pk),
        )
        for job in failed[:3]
    ]  # fmt: skip


def propose_first_people(request: ChapterRequest) -> Iterable[TodayItem]:
    """A chapter of one person needs its people first."""
    if not has_right(request.actor, "chapters.edit_members"):
        return []
    if Member.objects.visible_to(request.actor).order_by()[:2].count() > 1:
        return []
    return [
        TodayItem(
            title=_("You are the only one here"),
            line=_("Bring in your members and volunteers, so that blocks can have captains."),
            action=_("Import people"), icon="people", urgency=50, url=chapter_url("chapters:import_members"),
        )
    ]  # fmt: skip


def list_ask_items(request: ChapterRequest) -> Iterable[TodayItem]:
    """The asks one has to make or come back to; and for whoever sees more the late ones of others, those nobody makes
    any more, and whom nobody asks. At most four queries."""
    if not has_right(request.actor, "chapters.see_asks"):
        return
    on = today_in(request.chapter)
    due = list(asks.list_due_asks(request.actor, on))
    own = [ask for ask in due if ask.asked_by_id == request.actor.member_id]
    pages = asks.find_pages(own[:3]) if own else {}
    for ask in own[:3]:
        said = (
            gettext("It was to be done by %(day)s.")
            if ask.next_day < on
            else gettext("To be done by %(day)s.")
        )
        yield TodayItem(
            title=gettext("Ask %(name)s") % {"name": ask.asked_name},
            line=f"{ask.what}. {said % {'day': day(ask.next_day)}}",
            action=_("Note the answer"),
            url=pages[ask.pk],
            icon="chat-dots",
            urgency=20 if ask.next_day <= on else 30,
        )
    if len(own) > 3:
        yield _board(
            ngettext("%(count)s more ask is due", "%(count)s more asks are due", len(own) - 3), len(own) - 3,
            _("Whom you wanted to ask."), f"?by={request.actor.member_id}&state=due", 31,
        )  # fmt: skip
    others = [ask for ask in due if ask not in own]
    orphaned = sum(ask.asked_by.kind == MemberKind.FORMER for ask in others)
    if late := len(others) - orphaned:
        yield _board(
            ngettext("%(count)s ask of others is late", "%(count)s asks of others are late", late), late,
            _("A call to whoever wanted to ask helps."), "?state=late", 42,
        )  # fmt: skip
    if has_right(request.actor, "chapters.hand_on_asks"):
        yield from _list_orphaned_asks(request)


def _board(title: str, count: int, line: Any, narrowed: str, urgency: int) -> TodayItem:
    return TodayItem(
        title=title % {"count": number(count)}, line=line, action=_("See the asks"),
        url=chapter_url("chapters:asks") + narrowed, icon="chat-dots", urgency=urgency,
    )  # fmt: skip


def _list_orphaned_asks(request: ChapterRequest) -> Iterable[TodayItem]:
    """Asks whose asker has left, due or not. One query."""
    count = asks.list_asks(request.actor).without_asker().count()
    if count:
        yield TodayItem(
            title=ngettext("%(count)s ask has nobody to make it", "%(count)s asks have nobody to make them", count)
            % {"count": number(count)},
            line=_("Whoever wanted to ask has left."), action=_("Choose who asks instead"),
            url=chapter_url("chapters:asks_without_asker"), icon="person-x", urgency=33,
        )  # fmt: skip


def list_call_items(request: ChapterRequest) -> Iterable[TodayItem]:
    """People of one's own teams who wait to be called back. One query, none for who leads no team."""
    count = count_due_calls(request.actor, timezone.now())
    if count:
        team_id = min(request.actor.team_ids)
        yield TodayItem(
            title=ngettext("%(count)s person wants to be called back", "%(count)s people want to be called back", count)
            % {"count": number(count)},
            line=_("They are in your team and said when."), action=_("Call them"),
            url=chapter_url("chapters:calls", team_id=team_id) if len(request.actor.team_ids) == 1
            else chapter_url("chapters:teams"),
            icon="telephone-inbound", urgency=20,
        )  # fmt: skip
