"""The page asked before something that can hurt: it names what will happen, and to how many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def ask(
    request: HttpRequest,
    *,
    title: Any,
    says: Sequence[Any],
    action: Any,
    cancel_url: str,
    icon: str = "exclamation-triangle",
    danger: bool = True,
    form: Any = None,
    crumbs: Sequence[tuple[Any, str]] = (),
    warning: tuple[Any, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Answer a GET with the question; its button posts to the same address, where the view does the deed.

    Args:
        title: the question ("Close 3 blocks?").
        says: what will happen, what stays, one sentence each.
        action: the button, a verb with its object ("Close 3 blocks").
        form: fields to fill in with it, a reason for instance.
        crumbs: the way here as words and addresses, without the page itself.
        warning: what may go wrong and what to do, as a title and a sentence.
    """
    context = {
        "title": title,
        "says": says,
        "action": action,
        "cancel_url": cancel_url,
        "icon_name": icon,
        "danger": danger,
        "form": form,
        "crumbs": crumbs,
        "warning": warning,
    }
    return render(request, "components/confirm.html", context, status=status)
