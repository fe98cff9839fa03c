"""The table of what each role may do, made from the rights that the apps have registered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.apps import apps

from chapters.enums import RoleName
from core.permissions import Right, list_rights


@dataclass(frozen=True, slots=True)
class RightRow:
    """One right: its words, one mark per role in the order of `RoleName`, and who else holds it."""

    right: Right
    marks: list[tuple[Any, bool]]


@dataclass(frozen=True, slots=True)
class RightTable:
    """The rights of one app."""

    label: Any
    key: str
    rows: list[RightRow]


def list_role_tables() -> list[RightTable]:
    """One table an app, in the order in which the apps register their rights."""
    tables: dict[str, RightTable] = {}
    for right in list_rights():
        label = right.app_label
        table = tables.setdefault(label, RightTable(apps.get_app_config(label).verbose_name, label, []))
        marks = [(role.label, role.value in right.roles) for role in RoleName]
        table.rows.append(RightRow(right, marks))
    return list(tables.values())
