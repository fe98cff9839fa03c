"""The scope every request and every task runs in: one chapter (or none) and one actor.

Row-level security and composite foreign keys are to hang on `scope`; until then `ChapterQuerySet`
is the wall, and it refuses to answer for an actor of another chapter than the one in scope.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Protocol, Self
from zoneinfo import ZoneInfo

from django.db import models
from django.utils import timezone

from core.actors import Actor


class OutsideScope(RuntimeError):
    """Chapter data was asked for where no scope is open, or for another chapter than the one in scope."""


@dataclass(frozen=True, slots=True)
class Scope:
    actor: Actor
    chapter_id: int | None
    slug: str | None
    time_zone: str | None


class ScopedChapter(Protocol):
    """What a scope takes of a chapter: the model is the chapters app's."""

    pk: Any
    slug: Any
    time_zone: Any


_scope: ContextVar[Scope | None] = ContextVar("scope", default=None)


@contextmanager
def scope(
    *, actor: Actor, chapter_id: int | None = None, slug: str | None = None, time_zone: str | None = None
) -> Iterator[Scope]:
    """Run the body for one chapter and actor; its clock shows the chapter's time zone."""
    with reopen(Scope(actor=actor, chapter_id=chapter_id, slug=slug, time_zone=time_zone)) as opened:
        yield opened


def chapter_scope(chapter: ScopedChapter, actor: Actor) -> AbstractContextManager[Scope]:
    """Run the body for a chapter and somebody who acts there."""
    return scope(actor=actor, chapter_id=chapter.pk, slug=chapter.slug, time_zone=chapter.time_zone)


@contextmanager
def reopen(opened: Scope) -> Iterator[Scope]:
    """Run the body in a scope that was opened before (the pieces of a stream)."""
    token = _scope.set(opened)
    try:
        if opened.time_zone:
            with timezone.override(ZoneInfo(opened.time_zone)):
                yield opened
        else:
            yield opened
    finally:
        _scope.reset(token)


def current() -> Scope:
    """The scope in force.

    Raises:
        OutsideScope: no request or task has opened one.
    """
    opened = _scope.get()
    if opened is None:
        raise OutsideScope("No scope is open: run inside core.tenancy.scope(...).")
    return opened


def current_or_none() -> Scope | None:
    return _scope.get()


class ChapterQuerySet(models.QuerySet[Any]):
    """Rows that belong to one chapter through a column `chapter`."""

    def visible_to(self, actor: Actor) -> Self:
        """The rows of the actor's own chapter; nothing for somebody without one.

        Raises:
            OutsideScope: a scope is open for another chapter than the actor's.
        """
        opened = _scope.get()
        if opened is not None and opened.chapter_id is not None and actor.chapter_id != opened.chapter_id:
            raise OutsideScope("The actor belongs to another chapter than the one in scope.")
        if actor.chapter_id is None:
            return self.none()
        return self.filter(chapter_id=actor.chapter_id)
