"""What the chapters app adds to the kernel's registries; imported once, when the app is ready."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from allauth.mfa.signals import authenticator_added
from django.dispatch import receiver
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from chapters import (
    rules,  # noqa: F401  (registers the table of rights)
    tasks,  # noqa: F401  (registers kinds of jobs)
)
from chapters.enums import JobState
from chapters.models import Job, Member, User
from chapters.selectors.accounts import SET_UP_HERE, is_only_factor, list_open_chapters
from chapters.services.accounts import save_preferences
from chapters.services.clean_up import forget_old_job_files, forget_unused_people_files
from core.clean_up import register_clean_up
from core.http import ChapterRequest, chapter_url
from core.navigation import (
    AccountLink,
    Area,
    ChapterChoice,
    SearchGroup,
    SearchHit,
    SettingsPage,
    TodayItem,
    register_account_links,
    register_area,
    register_chapters,
    register_search,
    register_settings,
    register_today,
)
from core.permissions import has_right
from core.postgres.roles import register_append_only
from core.preferences import register_preferences

register_append_only("chapters_auditevent")
register_preferences(save_preferences)
register_clean_up(forget_old_job_files)
register_clean_up(forget_unused_people_files)


@receiver(authenticator_added)
def remember_set_up(request: HttpRequest, user: User, authenticator: Any, **_more: Any) -> None:
    """The session that sets up the first second factor has shown it; every other one is asked for it."""
    if is_only_factor(user, authenticator):
        request.session[SET_UP_HERE] = True


register_area(
    Area(
        key="people",
        label=_("People"),
        icon="person-lines-fill",
        url_name="chapters:members",
        order=60,
        right="chapters.see_members",
    )
)

_CHAPTER = _("The chapter")
_OFFICE = _("The office")

for _page in (
    SettingsPage(
        key="chapter", label=_("Chapter"), icon="sliders", url_name="chapters:settings", order=10,
        line=_("Name, time zone, paper, what you call a captain, who counts as hot or warm"),
        right="chapters.edit_settings", section=_CHAPTER,
    ),
    SettingsPage(
        key="roles", label=_("Roles"), icon="person-check", url_name="chapters:roles", order=20,
        line=_("What each role sees and may do"), right="chapters.see_roles", section=_CHAPTER,
    ),
    SettingsPage(
        key="invitations", label=_("Invitations"), icon="envelope", url_name="chapters:invitations", order=30,
        line=_("Who was asked to sign in, and who has"), right="chapters.invite", section=_CHAPTER,
    ),
    SettingsPage(
        key="jobs", label=_("Slow work"), icon="hourglass-split", url_name="chapters:jobs", order=80,
        line=_("Imports and prints that run or have run, and their files"),
        right="chapters.see_jobs", section=_OFFICE,
    ),
    SettingsPage(
        key="log", label=_("Log"), icon="journal-text", url_name="chapters:audit", order=90,
        line=_("Who did what, when; exports too"), right="chapters.see_audit", section=_OFFICE,
    ),
):  # fmt: skip
    register_settings(_page)


@register_chapters
def list_choices(request: ChapterRequest) -> Iterable[ChapterChoice]:
    """The chapters of the switcher."""
    if request.actor.user_id is None:
        return []
    chapters = list_open_chapters(request.user, timezone.localdate())[:50]  # type: ignore[arg-type]
    return [ChapterChoice(name=row.name, slug=row.slug, kind=row.get_kind_display()) for row in chapters]


@register_account_links
def list_account_links(request: ChapterRequest) -> Iterable[AccountLink]:
    """What the account menu offers."""
    links = [
        AccountLink(label=_("Your account"), url=reverse("entrance:account"), icon="person-gear"),
        AccountLink(label=_("Second factor"), url=reverse("mfa_index"), icon="shield-lock"),
        AccountLink(label=_("Where you are signed in"), url=reverse("usersessions_list"), icon="laptop"),
    ]
    actor = request.actor
    if actor.chapter_id is not None and has_right(actor, "chapters.see_jobs"):
        links.append(
            AccountLink(label=_("Slow work"), url=chapter_url("chapters:jobs"), icon="hourglass-split")
        )
    return links


@register_today
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


@register_today
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


def search_members(request: ChapterRequest, words: str, limit: int) -> SearchGroup | None:
    """People by name or e-mail, for whoever may see them."""
    if not has_right(request.actor, "chapters.see_members"):
        return None
    found = list(Member.objects.visible_to(request.actor).search(words)[: limit + 1])
    hits = [
        SearchHit(
            title=str(member), line=member.email or member.get_kind_display(), icon="person",
            url=chapter_url("chapters:member", member_id=member.pk),
        )
        for member in found[:limit]
    ]  # fmt: skip
    more = f"{chapter_url('chapters:members')}?{urlencode({'q': words})}" if len(found) > limit else ""
    return SearchGroup(key="people", label=_("People"), hits=hits, more_url=more)


register_search(search_members, order=20)
