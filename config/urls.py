"""All addresses. Pages of a chapter lie under `/c/<chapter_slug>/`, where the scope's middleware finds it."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import include, path

from core import health

_APPS = ["chapters", "precincts", "canvassing"]

urlpatterns = [
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("accounts/", include("allauth.urls")),
    *(path("", include(f"{app}.site_urls")) for app in ["core", *_APPS] if find_spec(f"{app}.site_urls")),
    *(
        path("c/<slug:chapter_slug>/", include(f"{app}.urls"))
        for app in ["core", *_APPS]
        if find_spec(f"{app}.urls")
    ),
]

handler400 = "core.views.errors.bad_request"
handler403 = "core.views.errors.forbidden"
handler404 = "core.views.errors.not_found"
handler500 = "core.views.errors.server_error"
