"""Where a mail service tells of bounces and complaints."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from core.mail_services import SERVICES, get_view_of


@csrf_exempt  # another server posts; anymail's view checks its password, and its signature where it signs
def take(request: HttpRequest) -> HttpResponseBase:
    """404 unless a service is named and its secret set: without one anybody could stop anybody's mail."""
    service: Any = settings.ANYMAIL_SERVICE
    if service not in SERVICES or not settings.ANYMAIL["WEBHOOK_SECRET"]:
        raise Http404
    answer: HttpResponseBase = get_view_of(service)(request)
    return answer
