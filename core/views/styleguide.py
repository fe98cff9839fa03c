"""Every part on one page with sample content, for staff: to look at after each change, and for axe."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core import confirm, styleguide_samples
from core.undo import offer_undo

View = Callable[..., HttpResponseBase]


def _for_staff(view: View) -> View:
    @wraps(view)
    def guarded(request: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not request.user.is_staff:
            raise PermissionDenied
        return view(request)

    return guarded


@require_safe
@_for_staff
def styleguide(request: HttpRequest) -> HttpResponseBase:
    """All parts; `?wrong` shows the form with errors."""
    page = styleguide_samples.PEOPLE.read(request, styleguide_samples.people())
    if request.GET.get("format") == "csv":
        return page.csv("sample.csv")
    context = {
        **styleguide_samples.parts(),
        "page": dataclasses.replace(page, may_csv=True),
        "form": styleguide_samples.SampleForm(),
        "wrong_form": styleguide_samples.wrong_form(),
    }
    return render(request, "styleguide/index.html", context)


@require_safe
@_for_staff
def sample_map(request: HttpRequest) -> HttpResponse:
    """GeoJSON of a few made-up streets, blocks and buildings."""
    return JsonResponse(styleguide_samples.town(), content_type="application/geo+json")


@require_safe
@_for_staff
def sample_progress(request: HttpRequest) -> HttpResponse:
    """A job that runs from nothing to done once a minute."""
    progress = styleguide_samples.running_job(second=timezone.now().second)
    return render(request, "components/job_progress.html", {"progress": progress})


@_for_staff
def sample_confirm(request: HttpRequest) -> HttpResponse:
    """The question before something that can hurt; the answer changes nothing."""
    if request.method == "POST":
        offer_undo(request, _("3 blocks closed."), reverse("site:styleguide_undo"))
        return HttpResponseRedirect(reverse("site:styleguide"))
    return confirm.ask(
        request,
        title=_("Close 3 blocks?"),
        says=[
            _("Blocks 4, 9 and 11 end today; their 2 captains are thanked and told by mail."),
            _("Their 441 voters go to the neighbouring blocks."),
            _("Notes, facts and history stay with the voters."),
        ],
        action=_("Close 3 blocks"),
        cancel_url=reverse("site:styleguide"),
    )


@require_POST
@_for_staff
def sample_undo(request: HttpRequest) -> HttpResponse:
    """Takes the sample back."""
    offer_undo(request, _("The 3 blocks are open again."), reverse("site:styleguide_undo"))
    return HttpResponseRedirect(reverse("site:styleguide"))
