"""What mail a person gets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chapters.models import MailPreference, Member
from core.messages import list_message_kinds


@dataclass(frozen=True, slots=True)
class KindChoice:
    """One kind of mail that can be turned off, and whether the person gets it."""

    name: str
    says: Any
    explains: Any
    is_on: bool


def list_kind_choices(member: Member) -> list[KindChoice]:
    """The kinds that the person may turn off, by name; one query."""
    off = set(MailPreference.objects.filter(member=member, is_off=True).values_list("kind", flat=True))
    return [
        KindChoice(kind.name, kind.says, kind.explains, kind.name not in off)
        for kind in list_message_kinds()
        if kind.optional
    ]
