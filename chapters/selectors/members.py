"""Reading a chapter's people."""

from __future__ import annotations

from datetime import date

from django.db.models import Prefetch, QuerySet

from chapters.models import Member, Role
from core.actors import Actor


def list_members(actor: Actor, on: date) -> QuerySet[Member]:
    """The people the actor may see, each with `roles_now`: the roles in force on that day. Two queries."""
    in_force = Role.objects.in_force(on).order_by("name")
    return Member.objects.visible_to(actor).prefetch_related(Prefetch("roles", in_force, to_attr="roles_now"))
