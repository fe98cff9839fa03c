"""Who asked for a job: with the standing they have when it runs, and only if they may still do such work."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _

from chapters.models import Job, User
from chapters.selectors.actors import get_actor, today_in
from core.actors import Actor
from core.errors import DomainError
from core.jobs import get_job_kind
from core.permissions import has_right
from core.tenancy import chapter_scope, scope


class AskerLeft(DomainError):
    """Whoever asked for the job has no standing in its chapter any more."""


class RightLost(DomainError):
    """Whoever asked for the job may no longer do such work."""


def get_asker(job: Job) -> Actor:
    """Whoever asked, with the standing they have now.

    Raises:
        AskerLeft: they have none any more.
    """
    user: User | None = job.asked_by
    if user is None:
        return Actor.system(chapter_id=job.chapter_id)
    if job.chapter is None:
        return Actor(kind="user", label=str(user), user_id=user.pk)
    try:
        return get_actor(user=user, chapter=job.chapter, on=today_in(job.chapter))
    except Http404:
        raise AskerLeft(
            _("Whoever asked for this work is no longer part of the chapter, so it was not done.")
        ) from None


def require_right(job: Job, actor: Actor) -> None:
    """Refuse work that its asker may not do (any more).

    Raises:
        RightLost: its kind asks for a right that the actor does not hold.
    """
    right = get_job_kind(job.kind).right
    if right and not has_right(actor, right):
        raise RightLost(
            _("Whoever asked for this work may no longer do it, so it was not done."),
            hint=_("Somebody with the role for it can ask for it anew."),
        )


def scope_of(job: Job, actor: Actor) -> AbstractContextManager[Any]:
    """The scope that the job runs in: its chapter's, or none when it is of the whole installation."""
    return scope(actor=actor) if job.chapter is None else chapter_scope(job.chapter, actor)
