"""How allauth works here: no open sign-up, codes in mail, pages in our words."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal.ratelimit import get_ip
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class AccountAdapter(DefaultAccountAdapter):
    """An account comes with an invitation; nobody signs up by themself."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": _(
            "Too many wrong tries. Wait five minutes, or leave the password empty and we mail you a code."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Wrong passwords are counted by address and place: counted by address alone, anybody could lock anyone out."""
        by_address = super()._get_login_attempts_cache_key(request, **credentials)
        return f"{get_ip(request)}:{by_address}"
