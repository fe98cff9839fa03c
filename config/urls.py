"""All addresses. Pages of a chapter lie under `/c/<chapter_slug>/`, where the scope's middleware finds it."""

from __future__ import annotations

from django.urls import include, path

from core import health

_in_chapter = "c/<slug:chapter_slug>/"

urlpatterns = [
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("accounts/", include("allauth.urls")),
    path("", include("core.site_urls")),
    path("", include("chapters.site_urls")),
    path("", include("precincts.site_urls")),
    path("", include("canvassing.site_urls")),
    path(_in_chapter, include("core.urls")),
    path(_in_chapter, include("chapters.urls")),
    path(_in_chapter, include("precincts.urls")),
    path(_in_chapter, include("canvassing.urls")),
]

handler400 = "core.views.errors.bad_request"
handler403 = "core.views.errors.forbidden"
handler404 = "core.views.errors.not_found"
handler500 = "core.views.errors.server_error"
