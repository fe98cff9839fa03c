"""One's own account: name, addresses, ways to sign in, where one is signed in."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from chapters.forms.accounts import AccountNameForm
from chapters.models import User
from chapters.selectors.accounts import has_second_factor
from chapters.services.accounts import rename_account


@login_required
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)
    form = AccountNameForm(
        request.POST if request.method == "POST" else None, instance=User.objects.get(pk=request.user.pk)
    )
    if request.method == "POST" and form.is_valid():
        rename_account(user=request.user, name=form.cleaned_data["name"])
        messages.success(request, _("Saved."))
        return redirect("entrance:account")
    context = {
        "form": form,
        "has_second_factor": has_second_factor(request.user),
        "is_second_factor_required": settings.REQUIRE_SECOND_FACTOR,
        "session_count": UserSession.objects.filter(user=request.user).count(),
    }
    return render(request, "account/index.html", context, status=422 if form.errors else 200)
