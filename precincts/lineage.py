"""Who trained whom as a tree without circles, and when a precinct is ready to send its captain on. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

CYCLES = 2
"""So many elections of a kind in a row must have reached their goal."""


@dataclass(frozen=True, slots=True)
class Cycle:
    """One election of a kind in a precinct: the turnout and the goal on that day, both in percent."""

    held_on: date
    name: str
    percent: Decimal
    goal: Decimal | None

    @property
    def is_reached(self) -> bool:
        """A cycle without a goal reached none."""
        return self.goal is not None and self.percent >= self.goal


def is_ready(cycles: Sequence[Cycle]) -> bool:
    """Whether the last `CYCLES` elections of a kind (given newest first) all reached their goal."""
    return len(cycles) >= CYCLES and all(cycle.is_reached for cycle in cycles[:CYCLES])


def find_circle(trainer_of: Mapping[int, int], *, trainer: int, trained: int) -> list[int]:
    """The line from the trainer up to the trained, if there is one: then the trainer was trained by them already.

    Args:
        trainer_of: each trained person's one trainer; without circles.

    Returns:
        The people from `trainer` to `trained`, each trained by the next; empty where no circle would be.
    """
    line = [trainer]
    while line[-1] != trained:
        above = trainer_of.get(line[-1])
        if above is None or above in line:
            return []
        line.append(above)
    return line


@dataclass(frozen=True, slots=True)
class Place:
    """One person's place in the tree.

    Attributes:
        depth: so many people stand above them; 0 for whom nobody trained.
        trained: so many people they trained themselves.
    """

    person: int
    depth: int
    trained: int


def grow_tree(
    trainer_of: Mapping[int, int], people: Iterable[int] = (), *, order: Mapping[int, str]
) -> list[Place]:
    """Everybody exactly once as the tree is read from the top: each followed at once by those they trained.

    A line may be as long as it likes.

    Args:
        people: who stands in the tree even without a trainer or anybody trained.
        order: sorts people beside each other; every one of them has an entry.
    """
    everybody = {*people, *trainer_of, *trainer_of.values()}
    below: defaultdict[int, list[int]] = defaultdict(list)
    for trained, trainer in trainer_of.items():
        below[trainer].append(trained)

    def backwards(some: Iterable[int]) -> list[int]:
        return sorted(some, key=lambda one: (order[one], one), reverse=True)

    tree: list[Place] = []
    waiting = [(root, 0) for root in backwards(one for one in everybody if one not in trainer_of)]
    while waiting:
        person, depth = waiting.pop()
        those = below.get(person, [])
        tree.append(Place(person, depth, len(those)))
        waiting += [(one, depth + 1) for one in backwards(those)]
    return tree
