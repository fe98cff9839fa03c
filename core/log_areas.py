"""The parts of the log: each app names the acts that are its own, for the log's filter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class LogArea:
    """One choice of the log's filter.

    Attributes:
        prefix: how the verbs of its acts begin ("precincts.").
        label: the words for it.
    """

    prefix: str
    label: Any
    order: int


_areas: dict[str, LogArea] = {}


def register_log_area(area: LogArea) -> None:
    """Add a choice to the log's filter.

    Raises:
        ValueError: the prefix is taken.
    """
    if _areas.get(area.prefix, area) != area:
        raise ValueError(f"The log's area {area.prefix} is registered twice.")
    _areas[area.prefix] = area


def list_log_areas() -> list[tuple[str, Any]]:
    """The choices in order: prefix and words."""
    return [(area.prefix, area.label) for area in sorted(_areas.values(), key=lambda area: area.order)]
