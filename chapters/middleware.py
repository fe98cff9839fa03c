"""Puts every request into its scope: the chapter named in the address and the actor its user is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from chapters.models import Chapter, User
from chapters.selectors.accounts import (
    has_passed_second_factor,
    has_second_factor,
    needs_second_factor,
)
from chapters.selectors.actors import get_actor, today_in
from core import tenancy
from core.actors import Actor
from core.permissions import has_right

SECOND_FACTOR_NEXT = "second_factor_next"


def get_account_actor(request: HttpRequest) -> Actor:
    """The actor outside any chapter: an account, or nobody."""
    user = getattr(request, "user", None)
    if isinstance(user, User):
        return Actor(kind="user", label=str(user), user_id=user.pk)
    return Actor.anonymous()


class ScopeMiddleware:
    """Opens `core.tenancy.scope` around each view.

    For addresses under `/c/<chapter_slug>/` it takes the slug out of the view's arguments, sets
    `request.chapter` and `request.actor`, and answers 404 to people without standing there, as it does for
    chapters that do not exist.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        request.chapter = None
        request.actor = get_account_actor(request)
        with ExitStack() as scopes:
            request.scopes = scopes
            scopes.enter_context(tenancy.scope(actor=request.actor))
            response = self.get_response(request)
            if response.streaming:
                _stream_in_scope(response, tenancy.current())
            if request.chapter is not None and not response.has_header("Cache-Control"):
                response["Cache-Control"] = "private, no-store"  # a shared computer's Back shows no neighbour
            return response

    def process_view(
        self, request: Any, view: Callable[..., HttpResponse], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        slug = kwargs.pop("chapter_slug", None)
        if slug is None:
            return None
        if not request.user.is_authenticated:
            return _ask_to_sign_in(request)
        chapter = Chapter.objects.filter(slug=slug).first()
        if chapter is None:
            raise Http404
        request.chapter = chapter
        request.actor = get_actor(user=request.user, chapter=chapter, on=today_in(chapter))
        if not has_right(request.actor, "chapters.enter"):
            raise Http404
        request.scopes.enter_context(tenancy.chapter_scope(chapter, request.actor))
        return None


def _stream_in_scope(response: Any, opened: tenancy.Scope) -> None:
    """A stream is read after the middleware has returned; each piece is made inside the same scope."""
    pieces: Iterator[bytes] = iter(response.streaming_content)

    def in_scope() -> Iterator[bytes]:
        while True:
            with tenancy.reopen(opened):
                piece = next(pieces, None)
            if piece is None:
                return
            yield piece

    response.streaming_content = in_scope()


def _ask_to_sign_in(request: Any) -> HttpResponse:
    """A fragment cannot hold the sign-in page: the whole page goes there, and comes back to where it was."""
    if not request.htmx:
        return redirect_to_login(request.get_full_path())
    page = request.htmx.current_url_abs_path or "/"
    return HttpResponseClientRedirect(redirect_to_login(page).url)


class SecondFactorMiddleware:
    """Sends people who need a second factor to set one up before anything else, and asks each session for it.

    It looks at pages of a chapter only: the pages where one sets it up, signs out or chooses a chapter
    stay open.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: Any, view: Callable[..., HttpResponse], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if not settings.REQUIRE_SECOND_FACTOR or request.chapter is None:
            return None
        if not needs_second_factor(request.actor):
            return None
        back = request.get_full_path() if request.method == "GET" else "/"
        if not has_second_factor(request.user):
            request.session[SECOND_FACTOR_NEXT] = back
            return _lead_to(request, reverse("mfa_index"))
        if not has_passed_second_factor(request):
            return _lead_to(request, reverse("mfa_reauthenticate") + "?" + urlencode({"next": back}))
        return None


def _lead_to(request: Any, address: str) -> HttpResponse:
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)
