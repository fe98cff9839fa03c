"""People of a chapter: added, changed, brought in from a file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chapters.enums import MemberKind, RoleName
from chapters.models import Chapter, Member, Role
from chapters.selectors.actors import today_in
from chapters.services import audit
from core.actors import Actor
from core.departures import end_everything
from core.errors import DomainError

CHANGEABLE = (
    "first_name", "last_name", "email", "phone", "address", "language", "kind", "standing", "since", "note",
)  # fmt: skip


class LastOrganizer(DomainError):
    """Without this person the chapter would have no organizer."""


@transaction.atomic
def add_member(*, chapter: Chapter, by: Actor, first_name: str, **values: Any) -> Member:
    """Add one person to a chapter."""
    member = Member.objects.create(chapter=chapter, first_name=first_name, **values)
    audit.record(
        by=by, verb="chapters.member_added", row=member,
        summary=lambda: _("Added %(person)s") % {"person": member},
    )  # fmt: skip
    return member


@transaction.atomic
def change_member(*, member: Member, by: Actor, **values: Any) -> Member:
    """Change what is known of a person. Who becomes a former member loses roles, charges and access at once.

    Raises:
        LastOrganizer: nobody else could run the chapter.
    """
    member = Member.objects.select_for_update(of=("self",)).select_related("chapter").get(pk=member.pk)
    changed = {name: value for name, value in values.items() if getattr(member, name) != value}
    if not changed:
        return member
    if changed.get("kind") == MemberKind.FORMER:
        _end_all_roles(member)
        _end_charges(member, by)
    detail = {name: [_plain(getattr(member, name)), _plain(value)] for name, value in changed.items()}
    for name, value in changed.items():
        setattr(member, name, value)
    member.save(update_fields=list(changed))
    audit.record(
        by=by, verb="chapters.member_changed", row=member, detail=detail,
        summary=lambda: _("Changed %(person)s: %(what)s")
        % {"person": member, "what": audit.name_fields(member, changed)},
    )  # fmt: skip
    return member


def require_another_organizer(member: Member) -> None:
    """Raises LastOrganizer unless somebody else of the chapter holds the organizer's role today."""
    today = today_in(member.chapter)
    # Locked, so that two organizers cannot end each other's role in the same moment.
    others = (
        Role.objects.in_force(today)
        .select_for_update(of=("self",))
        .filter(chapter=member.chapter, name=RoleName.ORGANIZER)
        .exclude(member__kind=MemberKind.FORMER)
    )
    holders = set(others.values_list("member_id", flat=True))
    if member.pk in holders and holders == {member.pk}:
        raise LastOrganizer(
            _("%(person)s is the only organizer.") % {"person": member},
            hint=_("Give the role to somebody else first; otherwise nobody could run the chapter."),
        )


def _end_all_roles(member: Member) -> None:
    require_another_organizer(member)
    today = today_in(member.chapter)
    open_roles = Role.objects.filter(member=member).exclude(ends_on__lt=today)
    open_roles.filter(starts_on__gte=today).delete()
    open_roles.update(ends_on=today - timedelta(days=1))


def _end_charges(member: Member, by: Actor) -> None:
    yesterday = today_in(member.chapter) - timedelta(days=1)
    end_everything(member_id=member.pk, by=by, on=yesterday)


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int | bool) else str(value)


def save_imported(
    *, chapter: Chapter, by: Actor, added: Iterable[Member], changed: Iterable[Member], filename: str
) -> None:
    """Write what a file of people brought, all or nothing; the rows of `changed` are locked by the caller."""
    new, old = list(added), list(changed)
    with transaction.atomic():
        Member.objects.bulk_create(new, batch_size=500)
        Member.objects.bulk_update(old, CHANGEABLE, batch_size=500)
        for member in old:
            if member.kind == MemberKind.FORMER:
                _end_all_roles(member)
                _end_charges(member, by)
        audit.record(
            by=by, verb="chapters.members_imported", chapter=chapter, rows=len(new) + len(old),
            summary=lambda: _("Imported %(file)s: %(added)d added, %(changed)d changed")
            % {"file": filename, "added": len(new), "changed": len(old)},
        )  # fmt: skip
