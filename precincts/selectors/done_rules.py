"""How steps of the ladder of asks count as done, as far as blocks and precincts go; what members can do and speak."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any

from chapters.models import Chapter
from core.ladder import Members
from precincts.enums import FactKind, SkillKind
from precincts.models import BlockAssignment, PrecinctAssignment, Skill
from precincts.words import KNOWN_VALUES


def find_keepers(
    chapter_id: int, on: date, _values: Collection[str], members: Members
) -> dict[str, set[int]]:
    """Who keeps or has kept a block, as captain or backup. One query."""
    return {"": _find(BlockAssignment, chapter_id, on, members)}


def find_leaders(
    chapter_id: int, on: date, _values: Collection[str], members: Members
) -> dict[str, set[int]]:
    """Who leads or has led a precinct, as captain or backup. One query."""
    return {"": _find(PrecinctAssignment, chapter_id, on, members)}


def _find(model: Any, chapter_id: int, on: date, members: Members) -> set[int]:
    rows = model.objects.filter(chapter_id=chapter_id, starts_on__lte=on)
    rows = rows if members is None else rows.filter(member__in=members)
    return set(rows.values_list("member_id", flat=True))


def list_skills(_chapter: Chapter) -> list[tuple[str, Any]]:
    """The skills that are noted with one press."""
    return list(KNOWN_VALUES[FactKind.SKILL].items())


def list_languages(_chapter: Chapter) -> list[tuple[str, Any]]:
    """The languages that are noted with one press."""
    return list(KNOWN_VALUES[FactKind.LANGUAGE].items())


def read_skills(chapter_id: int, members: Members) -> dict[int, set[str]]:
    """What members can do. One query."""
    return _read(SkillKind.SKILL, chapter_id, members)


def read_languages(chapter_id: int, members: Members) -> dict[int, set[str]]:
    """What members speak. One query."""
    return _read(SkillKind.LANGUAGE, chapter_id, members)


def _read(kind: SkillKind, chapter_id: int, members: Members) -> dict[int, set[str]]:
    rows = Skill.objects.filter(chapter_id=chapter_id, kind=kind, member__isnull=False).standing()
    rows = rows if members is None else rows.filter(member__in=members)
    found: dict[int, set[str]] = defaultdict(set)
    for member_id, value in rows.exclude(value="").values_list("member_id", "value"):
        found[member_id].add(value)
    return found
