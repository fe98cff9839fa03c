"""What the frame around every page shows of chapters and accounts."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chapters.selectors.accounts import list_open_chapters
from core.http import ChapterRequest, chapter_url
from core.navigation import AccountLink, ChapterChoice
from core.permissions import has_right


def list_choices(request: ChapterRequest) -> Iterable[ChapterChoice]:
    """The chapters of the switcher."""
    if request.actor.user_id is None:
        return []
    chapters = list_open_chapters(request.user, timezone.localdate())[:50]  # type: ignore[arg-type]
    return [ChapterChoice(name=row.name, slug=row.slug, kind=row.get_kind_display()) for row in chapters]


def list_account_links(request: ChapterRequest) -> Iterable[AccountLink]:
    """What the account menu offers."""
    links = [
        AccountLink(label=_("Your account"), url=reverse("entrance:account"), icon="person-gear"),
        AccountLink(label=_("Second factor"), url=reverse("mfa_index"), icon="shield-lock"),
        AccountLink(label=_("Where you are signed in"), url=reverse("usersessions_list"), icon="laptop"),
    ]
    actor = request.actor
    if actor.chapter_id is not None and has_right(actor, "chapters.choose_own_mail"):
        links.append(
            AccountLink(
                label=_("My mail"), url=chapter_url("chapters:mail_preferences"), icon="envelope-check"
            )
        )
    if actor.chapter_id is not None and has_right(actor, "chapters.see_jobs"):
        links.append(
            AccountLink(label=_("Slow work"), url=chapter_url("chapters:jobs"), icon="hourglass-split")
        )
    return links
