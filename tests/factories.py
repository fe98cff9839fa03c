"""Rows for tests, with explicit values; each app's functions stand under its own heading."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from chapters.enums import ChapterKind, MemberKind, RoleName, Standing
from chapters.models import Chapter, Job, Member, Role, User
from chapters.selectors.actors import get_actor, today_in
from core.actors import Actor

_numbers = count(1)

LONG_AGO = date(2024, 1, 1)

# --- chapters -------------------------------------------------------------------------------------------


def make_chapter(slug: str = "river-city", **fields: Any) -> Chapter:
    """A local chapter in North Carolina."""
    values: dict[str, Any] = {"name": slug.replace("-", " ").title(), "state": "NC", "kind": ChapterKind.CHAPTER}
    return Chapter.objects.create(slug=slug, **(values | fields))


def make_user(email: str = "", **fields: Any) -> User:
    """An account without a password."""
    return User.objects.create_user(email or f"person{next(_numbers)}@example.org", **fields)


def make_member(chapter: Chapter, first_name: str = "Alice", *roles: str, **fields: Any) -> Member:
    """A member with an account (pass `user=None` for none) and with roles in force since long ago."""
    values: dict[str, Any] = {
        "last_name": "Adams",
        "kind": MemberKind.MEMBER,
        "standing": Standing.GOOD,
        "since": LONG_AGO,
    }
    values |= fields
    if "user" not in values:
        email = values.get("email") or f"{first_name.lower()}{next(_numbers)}@example.org"
        values["user"] = make_user(email, name=f"{first_name} {values['last_name']}")
        values.setdefault("email", email)
    member = Member.objects.create(chapter=chapter, first_name=first_name, **values)
    for role in roles:
        make_role(member, role)
    return member


def make_role(member: Member, name: str, starts_on: date = LONG_AGO, ends_on: date | None = None) -> Role:
    """A dated role."""
    return Role.objects.create(
        chapter=member.chapter, member=member, name=name, starts_on=starts_on, ends_on=ends_on
    )


def make_organizer(chapter: Chapter, first_name: str = "Olive") -> Member:
    """A member with the organizer's role and an account."""
    return make_member(chapter, first_name, RoleName.ORGANIZER)


def actor_of(member: Member) -> Actor:
    """The actor a member's account is today."""
    assert member.user is not None
    return get_actor(user=member.user, chapter=member.chapter, on=today_in(member.chapter))


def make_job(chapter: Chapter, kind: str = "chapters.import_members", **fields: Any) -> Job:
    """A waiting job, queued a moment ago."""
    values: dict[str, Any] = {"title": "Some work", "enqueued_at": timezone.now()}
    return Job.objects.create(chapter=chapter, kind=kind, **(values | fields))


def minutes_ago(minutes: float) -> datetime:
    return timezone.now() - timedelta(minutes=minutes)
