"""Who a mail to many can go to, by name: each app adds the groups of people it knows.

register_recipients(
    Recipients(name="chapters.team", says=_("The people of a team"), list_choices=list_teams, list_members=list_of_team)
)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

Words = Any  # str or a lazy translation
Choices = Sequence[tuple[str, Words]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipients:
    """One way to say who gets a mail.

    Attributes:
        says: the group in words ("The people of a team").
        list_members: from the chapter and the chosen value ("" without choices) to the members meant, as a queryset
            of `chapters.Member`; those who left are taken out by the caller.
        list_choices: from the chapter to what can be chosen: (value, words); None when there is nothing to choose.
        order: tens; smaller comes first.
    """

    name: str
    says: Words
    list_members: Callable[[Any, str], QuerySet[Any]]
    list_choices: Callable[[Any], Choices] | None = None
    order: int = 50


_groups: dict[str, Recipients] = {}


def register_recipients(group: Recipients) -> Recipients:
    """Add a way to say who gets a mail.

    Raises:
        ValueError: the name is taken.
    """
    if _groups.get(group.name, group) != group:
        raise ValueError(f"The recipients {group.name} are registered twice.")
    _groups[group.name] = group
    return group


def get_recipients(name: str) -> Recipients:
    """Raises KeyError when no app registers that group."""
    return _groups[name]


def list_recipients() -> list[Recipients]:
    """All groups in order."""
    return sorted(_groups.values(), key=lambda group: (group.order, group.name))
