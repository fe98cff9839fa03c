"""Accounts: opened for people who were invited, never by themselves."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db import transaction

from chapters.models import User


@transaction.atomic
def open_account(
    *, email: str, name: str = "", password: str | None = None, is_verified: bool = False
) -> User:
    """The account with that address, opened if there is none; an existing one stays as it is.

    Args:
        is_verified: whether the address is known to be the person's; else the first code typed proves it.
    """
    address = email.strip().lower()
    user = User.objects.filter(email__iexact=address).first()
    if user is None:
        user = User.objects.create_user(address, password, name=name)
    EmailAddress.objects.get_or_create(
        user=user, email=user.email, defaults={"primary": True, "verified": is_verified}
    )
    return user


def save_preferences(user: User, *, theme: str | None = None, language: str | None = None) -> None:
    """Keep a person's theme or language with the account."""
    chosen = {name: value for name, value in (("theme", theme), ("language", language)) if value is not None}
    if chosen:
        for name, value in chosen.items():
            setattr(user, name, value)
        user.save(update_fields=list(chosen))


def rename_account(*, user: User, name: str) -> User:
    """Change how a person is called on pages and in the log from now on."""
    user.name = name
    user.save(update_fields=["name"])
    return user
