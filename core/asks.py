"""Asks that mean something in another app: which they are, who sees them, who may ask, where they are answered.

`chapters.Ask` knows its person and its words; `precincts` ties one to a block and a neighbour, and says so here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from core.actors import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class AskKind:
    """One kind of asks that belong to another app.

    Attributes:
        marks: which asks are of this kind.
        seen_by: which of them an actor sees; nobody sees others, whatever their rights elsewhere.
        find_pages: from asks' ids to the address of the page of each where it is answered. One query.
        list_askers: from one ask and a day to the members who may be sent to ask.
    """

    name: str
    marks: Q
    seen_by: Callable[[Actor], Q]
    find_pages: Callable[[list[int]], dict[int, str]]
    list_askers: Callable[[Any, date], QuerySet[Any]]


_kinds: dict[str, AskKind] = {}


def register_ask_kind(kind: AskKind) -> AskKind:
    """Add a kind of asks; each app does so when it is ready.

    Raises:
        ValueError: the name is taken.
    """
    if _kinds.get(kind.name, kind) is not kind:
        raise ValueError(f"The asks {kind.name} are registered twice.")
    _kinds[kind.name] = kind
    return kind


def list_ask_kinds() -> list[AskKind]:
    """All kinds, by name."""
    return [_kinds[name] for name in sorted(_kinds)]


def without_kinds() -> Q:
    """The asks that belong to no other app."""
    plain = Q(pk__isnull=False)
    for kind in list_ask_kinds():
        plain &= ~kind.marks
    return plain


def seen_in_other_apps(actor: Actor) -> Q:
    """The asks of other apps that the actor sees."""
    seen = Q(pk__in=[])
    for kind in list_ask_kinds():
        seen |= kind.marks & kind.seen_by(actor)
    return seen
