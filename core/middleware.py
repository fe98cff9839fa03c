"""Turns a refusal by the domain into a page (or a fragment, or JSON) that says what to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django_htmx.http import push_url

from core.errors import DomainError


class DomainErrorMiddleware:
    """The third gate: an uncaught `DomainError` becomes 409 with its message."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: Any, error: Exception) -> HttpResponse | None:
        if not isinstance(error, DomainError):
            return None
        if request.accepts("text/html"):
            if getattr(request, "htmx", False):
                return push_url(
                    render(request, "errors/409_fragment.html", {"error": error}, status=409), False
                )
            return render(request, "errors/409.html", {"error": error}, status=409)
        return JsonResponse({"code": error.code, "message": error.message, "hint": error.hint}, status=409)
