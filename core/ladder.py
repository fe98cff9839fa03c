"""What a chapter's ladder of asks takes from every app: how a step counts as done, and what a person brings.

    register_done_rule(
        DoneRule(
            name="chapters.meeting", says=_("was at a meeting"), find_done=list_who_came,
            list_choices=lambda chapter: [("", _("of any kind")), *MeetingKind.choices],
        )
    )
    register_traits(Traits(name="availability", says=_("Has time"), list_choices=..., read=list_times_of))

A step keeps the names only; while no app registers a rule of that name, the step counts as done by a yes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

Words = Any  # str or a lazy translation
Choices = Sequence[tuple[str, Words]]
Members = Collection[int] | None
"""Ids of members; None for everybody of the chapter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneRule:
    """One way in which a step counts as done.

    Attributes:
        says: the end of "Done when the person ..." ("keeps a block").
        find_done: from the chapter's id, the day, the values asked for and the members looked at to the ids of those
            who have done it, by value. A fixed number of queries, however many members.
        list_choices: from the chapter to what can be chosen: (value, words); None when there is nothing to choose.
        order: tens; smaller comes first.
    """

    name: str
    says: Words
    find_done: Callable[[int, date, Collection[str], Members], Mapping[str, set[int]]]
    list_choices: Callable[[Any], Choices] | None = None
    order: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """One kind of thing a person brings that a step may need: skills, languages, times.

    Attributes:
        says: the kind in words ("Can do").
        list_choices: from the chapter to what a step may need: (value, words).
        read: from the chapter's id and the members looked at to the values of each. A fixed number of queries.
    """

    name: str
    says: Words
    list_choices: Callable[[Any], Choices]
    read: Callable[[int, Members], Mapping[int, set[str]]]
    order: int = 50


_rules: dict[str, DoneRule] = {}
_traits: dict[str, Traits] = {}


def register_done_rule(rule: DoneRule) -> DoneRule:
    """Add a way in which a step counts as done; each app does so when it is ready.

    Raises:
        ValueError: the name is taken.
    """
    if _rules.get(rule.name, rule) != rule:
        raise ValueError(f"The rule {rule.name} is registered twice.")
    _rules[rule.name] = rule
    return rule


def register_traits(traits: Traits) -> Traits:
    """Add a kind of thing people bring.

    Raises:
        ValueError: the name is taken.
    """
    if _traits.get(traits.name, traits) != traits:
        raise ValueError(f"The traits {traits.name} are registered twice.")
    _traits[traits.name] = traits
    return traits


def list_done_rules() -> list[DoneRule]:
    """All rules in order."""
    return sorted(_rules.values(), key=lambda rule: (rule.order, rule.name))


def find_done_rule(name: str) -> DoneRule | None:
    """The rule of that name, if an app registers one."""
    return _rules.get(name)


def list_traits() -> list[Traits]:
    """All kinds of traits in order."""
    return sorted(_traits.values(), key=lambda traits: (traits.order, traits.name))
