"""What needs the person now, as far as people and slow work go."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chapters.enums import JobState
from chapters.models import Job, Member
from core.http import ChapterRequest, chapter_url
from core.navigation import TodayItem
from core.permissions import has_right


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
