"""Who acts: every service takes an `Actor`, every queryset asks one what it may see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

ActorKind = Literal["user", "link", "system", "anonymous"]


@dataclass(frozen=True, slots=True)
class Actor:
    """One acting party, as it stands on one day in one chapter.

    A user's roles are the names of the dated roles in force today in `chapter_id`, and of the reader
    roles of the regions above it. Captaincies are not roles: `block_ids` and `precinct_ids` hold the
    blocks and precincts assigned to the person today, `team_ids` the teams they lead today and `people_ids`
    the members of these. A link (candidate, RSVP, list, caller, partner)
    acts for one purpose on one subject and has no roles. The system acts in tasks nobody asked for.
    """

    kind: ActorKind
    label: str = ""
    chapter_id: int | None = None
    user_id: int | None = None
    member_id: int | None = None
    roles: frozenset[str] = field(default_factory=frozenset)
    block_ids: frozenset[int] = field(default_factory=frozenset)
    precinct_ids: frozenset[int] = field(default_factory=frozenset)
    team_ids: frozenset[int] = field(default_factory=frozenset)
    people_ids: frozenset[int] = field(default_factory=frozenset)
    purpose: str = ""
    subject_id: int | None = None

    @classmethod
    def anonymous(cls) -> Actor:
        """Somebody who has not signed in; sees nothing of any chapter."""
        return cls(kind="anonymous", label="anonymous")

    @classmethod
    def system(cls, chapter_id: int | None = None, label: str = "system") -> Actor:
        """The system itself, on behalf of one chapter or of none."""
        return cls(kind="system", label=label, chapter_id=chapter_id)

    @classmethod
    def link(cls, *, chapter_id: int, purpose: str, subject_id: int, label: str) -> Actor:
        """The bearer of a personal link for one purpose and one subject."""
        return cls(kind="link", label=label, chapter_id=chapter_id, purpose=purpose, subject_id=subject_id)

    def holds(self, *roles: str) -> bool:
        """Whether any of the named roles is in force."""
        return not self.roles.isdisjoint(roles)

    @property
    def is_system(self) -> bool:
        return self.kind == "system"


Standing = Callable[[int, date], "dict[str, frozenset[int]]"]
_standings: list[Standing] = []


def register_standing(provider: Standing) -> None:
    """Let an app add what a member holds on a day (`block_ids`, `precinct_ids`) to the actor."""
    _standings.append(provider)


def standing_of(member_id: int, on: date) -> dict[str, frozenset[int]]:
    """What all registered apps say the member holds on that day, by the names of `Actor`'s fields."""
    held: dict[str, frozenset[int]] = {}
    for provider in _standings:
        held.update(provider(member_id, on))
    return held
