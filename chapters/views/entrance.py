"""Pages before any chapter: which one to enter, and how to join one."""

from __future__ import annotations

from allauth.account.forms import RequestLoginCodeForm
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from chapters.enums import RoleName
from chapters.models import Invitation, User
from chapters.selectors.accounts import list_open_chapters
from chapters.services import invitations
from chapters.services.accounts import open_account
from core.http import chapter_url


@require_safe
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """The way in: into the one chapter the person has, or a choice, or a friendly word."""
    assert isinstance(request.user, User)
    chapters = list(list_open_chapters(request.user, timezone.localdate())[:200])
    if len(chapters) == 1:
        return redirect(chapter_url("core:today", slug=chapters[0].slug))
    return render(request, "chapters/entrance/index.html", {"chapters": chapters})


@never_cache
@require_safe
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    found = invitations.open_invitation(token=token, at=timezone.now())
    user = request.user if isinstance(request.user, User) else None
    return render(
        request,
        "chapters/entrance/invitation.html",
        {
            "invitation": found,
            "role": RoleName(found.role).label if found.role else "",
            "token": token,
            "is_other": user is not None and user.email.lower() != found.email.lower(),
        },
    )


@require_POST
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Join when signed in; else have a code sent to the invited address, and come back."""
    found = invitations.open_invitation(token=token, at=timezone.now())
    if not isinstance(request.user, User):
        return _send_code(request, found, token)
    member = invitations.accept_invitation(invitation=found, user=request.user, at=timezone.now())
    messages.success(request, _("Welcome to %(chapter)s.") % {"chapter": member.chapter.name})
    return redirect(chapter_url("core:today", slug=member.chapter.slug))


def _send_code(request: HttpRequest, found: Invitation, token: str) -> HttpResponse:
    """Have a sign-in code mailed to the invited address: whoever holds the link must also read its mail."""
    user = open_account(email=found.email, name=str(found.member or ""))
    form = RequestLoginCodeForm({"email": user.email})  # counts the attempts
    if not form.is_valid():
        messages.error(request, " ".join(form.errors.get("email", [])))
        return redirect("entrance:invitation", token=token)
    LoginCodeVerificationProcess.initiate(request=request, user=user, email=user.email)
    back = reverse("entrance:invitation", kwargs={"token": token})
    return redirect(f"{reverse('account_confirm_login_code')}?{urlencode({'next': back})}")
