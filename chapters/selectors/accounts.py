"""What is known of an account: its second factor, the chapters it may enter."""

from __future__ import annotations

from datetime import date

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from chapters.enums import RoleName
from chapters.models import Chapter, Role, User
from core.actors import Actor
from core.permissions import has_right, list_rights

_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
SET_UP_HERE = "second_factor_set_up_here"
_ROLES = (RoleName.ORGANIZER.value, RoleName.COMMITTEE_CHAIR.value)


def needs_second_factor(actor: Actor) -> bool:
    """Organizers, committee chairs, and whoever holds a right that lets data leave the system."""
    if actor.kind != "user":
        return False
    return actor.holds(*_ROLES) or any(
        right.exports and has_right(actor, right.name) for right in list_rights()
    )


def has_second_factor(user: User) -> bool:
    """Whether an authenticator app or a passkey stands beside the e-mail address. One query."""
    return Authenticator.objects.filter(user_id=user.pk, type__in=_FACTORS).exists()


def is_only_factor(user: User, authenticator: Authenticator) -> bool:
    """Whether it is a second factor, and the only one the account has."""
    others = Authenticator.objects.filter(user_id=user.pk, type__in=_FACTORS).exclude(pk=authenticator.pk)
    return authenticator.type in _FACTORS and not others.exists()


def has_passed_second_factor(request: HttpRequest) -> bool:
    """Whether this very session was opened, or confirmed, with the second factor, or set it up itself."""
    if request.session.get(SET_UP_HERE):
        return True
    shown = get_authentication_records(request, request.user)
    return any(record.get("method") == "mfa" for record in shown)


def list_open_chapters(user: User, on: date) -> QuerySet[Chapter]:
    """The chapters a user may enter, by name: a member there, or reader of a region above. Two queries."""
    read_from = (
        Role.objects.in_force(on)
        .filter(name=RoleName.READER, member__user=user)
        .exclude(member__kind="former")
    )
    below = _list_ids_below(set(read_from.values_list("chapter_id", flat=True)))
    own = Chapter.objects.with_member(user.pk).values("pk")
    return Chapter.objects.filter(Q(pk__in=own) | Q(pk__in=below)).order_by("name", "pk")


def _list_ids_below(roots: set[int]) -> set[int]:
    """The roots and every chapter under them, one query a level."""
    found, level = set(roots), set(roots)
    while level:
        level = set(Chapter.objects.filter(parent_id__in=level).values_list("pk", flat=True)) - found
        found |= level
    return found
