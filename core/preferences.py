"""Language and light or dark: a cookie for this browser, and the user's own wish for every browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

THEME_COOKIE = "theme"
THEMES: dict[str, Any] = {"auto": _("Auto"), "light": _("Light"), "dark": _("Dark")}
THEME_ICONS = {"auto": "circle-half", "light": "sun", "dark": "moon"}
YEAR = 365 * 24 * 60 * 60


class Saver(Protocol):
    """Keeps what a signed-in person chose."""

    def __call__(self, user: Any, *, theme: str | None = None, language: str | None = None) -> None: ...


_savers: list[Saver] = []


def register_preferences(saver: Saver) -> None:
    """Let the app that owns accounts keep a user's choice; it is read back from `user.theme`, `user.language`."""
    if saver not in _savers:
        _savers.append(saver)


def save_preferences(user: Any, *, theme: str | None = None, language: str | None = None) -> None:
    """Keep the choice with the account, if somebody is signed in."""
    if getattr(user, "is_authenticated", False):
        for saver in _savers:
            saver(user, theme=theme, language=language)


def theme_of(request: HttpRequest) -> str:
    """ "auto", "light" or "dark": this browser's cookie, else the account's wish, else auto."""
    wished = getattr(getattr(request, "user", None), "theme", "")
    for choice in (request.COOKIES.get(THEME_COOKIE, ""), wished):
        if choice in THEMES:
            return str(choice)
    return "auto"


class PreferencesMiddleware:
    """Speaks the account's language where the browser has not chosen one itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            wished = getattr(getattr(request, "user", None), "language", "")
            if wished in dict(settings.LANGUAGES):
                translation.activate(wished)
                request.LANGUAGE_CODE = wished
        return self.get_response(request)
