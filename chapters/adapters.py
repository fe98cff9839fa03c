"""How allauth works here: no open sign-up, codes in mail, pages in our words."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """An account comes with an invitation; nobody signs up by themself."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
