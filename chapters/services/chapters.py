"""Chapters: founded with an organizer, and their settings."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chapters.enums import ChapterKind, RoleName
from chapters.models import Chapter, Member
from chapters.selectors.actors import today_in
from chapters.services import audit
from chapters.services.accounts import open_account
from chapters.services.ladder import found_ladder
from chapters.services.members import add_member
from chapters.services.roles import give_role
from chapters.states import STATE_ZONES
from core.actors import Actor
from core.errors import DomainError


class SlugTaken(DomainError):
    """Another chapter has that short name."""


class WrongChapterValue(DomainError):
    """A setting has a value that cannot be."""


class ParentTooLow(DomainError):
    """A chapter can stand under a region or the national committee only."""


_RANK = {ChapterKind.NATIONAL: 0, ChapterKind.REGION: 1, ChapterKind.CHAPTER: 2}


@transaction.atomic
def found_chapter(
    *,
    name: str,
    slug: str,
    by: Actor,
    organizer_email: str,
    organizer_name: str = "",
    state: str = "",
    kind: str = ChapterKind.CHAPTER,
    parent: Chapter | None = None,
    time_zone: str = "",
    language: str = "en",
    on: date | None = None,
) -> tuple[Chapter, Member]:
    """Make a chapter (or region, or the national committee) with its first organizer, who gets an account.

    A local chapter begins with a ladder of asks.

    Args:
        time_zone: else the one most of the state lives in.
        on: the organizer's first day; else today in the chapter.

    Raises:
        SlugTaken: another chapter has that short name.
        ParentTooLow: the parent is not of a higher kind.
        WrongChapterValue: a value that cannot be, named.
    """
    if Chapter.objects.filter(slug=slug).exists():
        raise SlugTaken(_("There is already a chapter with the short name “%(slug)s”.") % {"slug": slug})
    if parent is not None and _RANK[ChapterKind(parent.kind)] >= _RANK[ChapterKind(kind)]:
        raise ParentTooLow(
            _("“%(parent)s” cannot stand above a %(kind)s.")
            % {"parent": parent.name, "kind": ChapterKind(kind).label}
        )
    chapter = Chapter(
        name=name, slug=slug, state=state.upper(), kind=kind, parent=parent, language=language,
        time_zone=time_zone or STATE_ZONES.get(state.upper(), "America/New_York"),
    )  # fmt: skip
    _check(chapter)
    chapter.save()
    user = open_account(email=organizer_email, name=organizer_name)
    first, _space, last = (organizer_name or organizer_email.partition("@")[0]).partition(" ")
    starts_on = on or today_in(chapter)
    member = add_member(
        chapter=chapter, by=by, first_name=first, last_name=last, email=user.email, user=user, since=starts_on
    )
    give_role(member=member, name=RoleName.ORGANIZER, by=by, starts_on=starts_on)
    if chapter.kind == ChapterKind.CHAPTER:
        found_ladder(chapter=chapter, by=by)
    audit.record(
        by=by,
        verb="chapters.chapter_founded",
        row=chapter,
        chapter=chapter,
        summary=lambda: _("Founded %(chapter)s") % {"chapter": name},
    )
    return chapter, member


@transaction.atomic
def change_settings(*, chapter: Chapter, by: Actor, **values: Any) -> Chapter:
    """Change some of a chapter's settings.

    Raises:
        WrongChapterValue: a value that cannot be, named.
    """
    chapter = Chapter.objects.select_for_update().get(pk=chapter.pk)
    changed = {
        name: [str(getattr(chapter, name)), str(value)]
        for name, value in values.items()
        if getattr(chapter, name) != value
    }
    if not changed:
        return chapter
    for name in changed:
        setattr(chapter, name, values[name])
    _check(chapter)
    chapter.save(update_fields=list(changed))
    audit.record(
        by=by, verb="chapters.settings_changed", row=chapter, chapter=chapter, detail=changed,
        summary=lambda: _("Changed settings: %(what)s") % {"what": audit.name_fields(chapter, changed)},
    )  # fmt: skip
    return chapter


def _check(chapter: Chapter) -> None:
    try:
        chapter.full_clean()
    except ValidationError as error:
        said = [f"{name}: {' '.join(messages)}" for name, messages in error.message_dict.items()]
        raise WrongChapterValue(" ".join(said)) from error
