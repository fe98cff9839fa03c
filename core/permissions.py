"""Rights: each app registers its table once; pages, the access test and the roles page read the same rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import rules
from rules.predicates import Predicate

from core.actors import Actor


@dataclass(frozen=True, slots=True)
class Right:
    """One thing somebody may see or do.

    Attributes:
        name: `app.verb_noun`.
        says: what it allows, in words for the roles page.
        roles: the dated roles that hold it for every row of the chapter.
        also_says: who else holds it, for which rows ("block captain: own block"); empty when nobody.
        exports: whether it lets neighbours' data leave the system, which asks for a second factor.
    """

    name: str
    says: Any
    roles: frozenset[str]
    also_says: Any = ""
    exports: bool = False

    @property
    def app_label(self) -> str:
        return self.name.partition(".")[0]


_rights: dict[str, Right] = {}


def _holds(roles: frozenset[str]) -> Predicate:
    def predicate(actor: Actor, _row: object = None) -> bool:
        return not actor.roles.isdisjoint(roles)

    return rules.predicate(predicate, name="holds:" + ",".join(sorted(roles)))


@rules.predicate
def _acts_in_own_chapter(actor: Actor, row: object = None) -> bool:
    """A row of another chapter is never one's own, whatever the roles."""
    if actor.chapter_id is None:
        return False
    row_chapter_id = getattr(row, "chapter_id", actor.chapter_id) if row is not None else actor.chapter_id
    return bool(row_chapter_id == actor.chapter_id)


@rules.predicate
def _is_system(actor: Actor, _row: object = None) -> bool:
    return actor.is_system


def register_right(
    name: str,
    says: Any,
    *,
    roles: frozenset[str] | set[str],
    also: Callable[..., bool] | None = None,
    also_says: Any = "",
    exports: bool = False,
) -> Right:
    """Add one row to the table of rights.

    Args:
        also: a `rules` predicate over (actor, row) that grants it beside the roles.
        also_says: the words for that predicate; required with it.

    Raises:
        ValueError: the name is taken, or `also` comes without its words.
    """
    if name in _rights:
        raise ValueError(f"The right {name} is registered twice.")
    if (also is None) != (not also_says):
        raise ValueError(f"The right {name} needs `also` and `also_says` together.")
    right = Right(name=name, says=says, roles=frozenset(roles), also_says=also_says, exports=exports)
    granted = _holds(right.roles)
    if also is not None:
        granted = granted | rules.predicate(also)
    rules.add_perm(name, _is_system | (_acts_in_own_chapter & granted))
    _rights[name] = right
    return right


def has_right(actor: Actor, name: str, row: object = None) -> bool:
    """Whether the actor holds the right, for this row or (without one) for any row.

    Raises:
        KeyError: nobody registered a right of that name.
    """
    if name not in _rights:
        raise KeyError(f"No right named {name}.")
    return bool(rules.has_perm(name, actor, row))


def list_rights() -> list[Right]:
    """All rights in the order of their registration."""
    return list(_rights.values())


def get_right(name: str) -> Right:
    return _rights[name]
