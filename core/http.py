"""What a request is here, and the three things every view does with one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from core import tenancy
from core.actors import Actor
from core.permissions import has_right

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails


class ChapterRequest(HttpRequest):
    """A request inside one chapter: middleware has set all three before the view runs."""

    actor: Actor
    chapter: Any
    htmx: HtmxDetails


def require_perm(request: ChapterRequest, name: str, row: object = None) -> None:
    """The second gate: the actor may do this to this row.

    Raises:
        PermissionDenied: it may not (403).
    """
    if not has_right(request.actor, name, row):
        raise PermissionDenied(name)


LONGEST_ID = 18
"""A number of more digits is no id: Python and PostgreSQL would refuse it with an error."""


def read_id(text: str) -> int | None:
    """The id that a form or an address names; None where it names none."""
    return int(text) if text.isdecimal() and len(text) <= LONGEST_ID else None


def chapter_url(name: str, *, slug: str | None = None, **kwargs: Any) -> str:
    """The address of a page of the chapter in scope (or of the one named by `slug`)."""
    chapter_slug = slug if slug is not None else tenancy.current().slug
    return reverse(name, kwargs={"chapter_slug": chapter_slug, **kwargs})


def optional_url(name: str, **kwargs: Any) -> str:
    """The same for a page that another app may bring or not; "" while none has a page of that name."""
    try:
        return chapter_url(name, **kwargs)
    except NoReverseMatch:
        return ""
