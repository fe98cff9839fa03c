"""All addresses. Pages of a chapter lie under `/c/<chapter_slug>/`, where the scope's middleware finds it."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import include, path

from core import health

_APPS = ["chapters", "precincts", "canvassing"]

urlpatterns = [
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("accounts/", include("allauth.urls")),
    *(path("", include(f"{app}.site_urls")) for app in ["core", *_APPS] if find_spec(f"{app}.site_urls")),
    *(path("c/<slug:chapter_slug>/", include(f"{app}.urls")) for app in _APPS if find_spec(f"{app}.urls")),
]
