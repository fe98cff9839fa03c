"""Sorting people into groups to walk with: by precinct, of a wished size, each with blocks of its own. Pure."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Person = TypeVar("Person", bound=Hashable)
Place = TypeVar("Place", bound=Hashable)
Block = TypeVar("Block", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Group(Generic[Person, Place, Block]):
    """One group: who walks where. Of a precinct with fewer blocks than groups some blocks stand in two."""

    place: Place
    people: tuple[Person, ...]
    blocks: tuple[Block, ...]


def make_groups(
    people: Mapping[Place, Sequence[Person]], blocks: Mapping[Place, Sequence[Block]], *, size: int
) -> list[Group[Person, Place, Block]]:
    """Sort people into groups as near to the wished size as their number allows; nobody walks in two, nobody is left.

    Neighbours stay together: the people of a precinct come in the order of their doors and are cut into runs whose
    lengths differ by one at most. A group is never larger than the wished size, unless two are fewer than three
    people: nobody walks alone where somebody else walks in the same precinct.

    Args:
        people: by precinct, in the order of their doors.
        blocks: by precinct, in the order of their numbers.
        size: at least 2.
    """
    groups: list[Group[Person, Place, Block]] = []
    for place, found in people.items():
        if not found:
            continue
        count = -(-len(found) // size)
        if count > 1 and len(found) < 2 * count:  # somebody would walk alone
            count = max(1, len(found) // 2)
        runs = split_evenly(found, count)
        areas = share_out(blocks.get(place, ()), count)
        groups += [Group(place, tuple(run), tuple(area)) for run, area in zip(runs, areas, strict=True)]
    return groups


Item = TypeVar("Item")


def split_evenly(items: Sequence[Item], parts: int) -> list[Sequence[Item]]:
    """The items cut into so many runs, whose lengths differ by one at most."""
    short, longer = divmod(len(items), parts)
    runs, start = [], 0
    for part in range(parts):
        end = start + short + (part < longer)
        runs.append(items[start:end])
        start = end
    return runs


def share_out(items: Sequence[Item], parts: int) -> list[Sequence[Item]]:
    """The same, where there are enough; else every part has one item, and some items stand in several parts."""
    if len(items) >= parts or not items:
        return split_evenly(items, parts)
    return [items[part * len(items) // parts :][:1] for part in range(parts)]
