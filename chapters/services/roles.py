"""Dated roles: given from a day, ended on a day, kept for ever."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from chapters.enums import ChapterKind, MemberKind, RoleName
from chapters.models import Member, Role
from chapters.selectors.actors import today_in
from chapters.services import audit
from chapters.services.members import require_another_organizer
from core.actors import Actor
from core.errors import DomainError


class RoleAlreadyHeld(DomainError):
    """The member has this role on some of these days."""


class RoleEndsBeforeItStarts(DomainError):
    """The last day lies before the first."""


class FormerMember(DomainError):
    """Former members hold no role."""


class ReaderBelongsAbove(DomainError):
    """Readers read from a region or the national committee."""


class RoleIsOver(DomainError):
    """The role has ended already."""


@transaction.atomic
def give_role(*, member: Member, name: str, by: Actor, starts_on: date, ends_on: date | None = None) -> Role:
    """Give a member a role from one day to another (both count; no last day means until it is ended).

    Raises:
        FormerMember, ReaderBelongsAbove, RoleEndsBeforeItStarts: it cannot be given.
        RoleAlreadyHeld: the member has it on some of these days.
    """
    role_name = RoleName(name)
    if member.kind == MemberKind.FORMER:
        raise FormerMember(_("%(person)s is a former member and can hold no role.") % {"person": member})
    if role_name == RoleName.READER and member.chapter.kind == ChapterKind.CHAPTER:
        raise ReaderBelongsAbove(
            _("Readers belong to a region or the national committee, not to a single chapter."),
            hint=_("Give the role there: it opens every chapter below."),
        )
    if ends_on is not None and ends_on < starts_on:
        raise RoleEndsBeforeItStarts(_("The last day lies before the first."))
    try:
        with transaction.atomic():
            role = Role.objects.create(
                chapter_id=member.chapter_id, member=member, name=role_name, starts_on=starts_on,
                ends_on=ends_on, given_by_id=by.user_id,
            )  # fmt: skip
    except IntegrityError as error:
        raise RoleAlreadyHeld(
            _("%(person)s already has the role “%(role)s” on some of these days.")
            % {"person": member, "role": role_name.label}
        ) from error
    audit.record(
        by=by, verb="chapters.role_given", row=member,
        summary=lambda: _("Gave %(person)s the role %(role)s") % {"person": member, "role": role_name.label},
        detail={"role": role_name.value, "from": str(starts_on), "until": str(ends_on or "")},
    )  # fmt: skip
    return role


@transaction.atomic
def end_role(*, role: Role, by: Actor, last_day: date) -> None:
    """End a role with a day that still counts; a role that would end before it began was never held.

    Raises:
        RoleIsOver: it has ended already.
        LastOrganizer: nobody else could run the chapter.
    """
    role = Role.objects.select_for_update(of=("self",)).select_related("member__chapter").get(pk=role.pk)
    member = role.member
    today = today_in(member.chapter)
    if role.ends_on is not None and role.ends_on < today:
        raise RoleIsOver(_("This role has ended already."))
    if role.name == RoleName.ORGANIZER:
        require_another_organizer(member)
    if last_day < role.starts_on:
        role.delete()
    else:
        role.ends_on = last_day
        role.save(update_fields=["ends_on"])
    audit.record(
        by=by, verb="chapters.role_ended", row=member,
        summary=lambda: _("Ended the role %(role)s of %(person)s")
        % {"person": member, "role": role.get_name_display()},
        detail={"role": role.name, "last_day": str(last_day)},
    )  # fmt: skip


def end_role_now(*, role: Role, by: Actor) -> None:
    """End a role so that the very next request is without it: yesterday was its last day."""
    end_role(role=role, by=by, last_day=today_in(role.member.chapter) - timedelta(days=1))
