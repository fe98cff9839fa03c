"""Core's pages outside any chapter."""

from __future__ import annotations

from django.urls import path

from core.views import icons, preferences, styleguide

app_name = "site"

urlpatterns = [
    path("favicon.ico", icons.favicon, name="favicon"),
    path("preferences/theme/", preferences.set_theme, name="set_theme"),
    path("preferences/language/", preferences.set_language, name="set_language"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("styleguide/map.geojson", styleguide.sample_map, name="styleguide_map"),
    path("styleguide/progress/", styleguide.sample_progress, name="styleguide_progress"),
    path("styleguide/confirm/", styleguide.sample_confirm, name="styleguide_confirm"),
    path("styleguide/undo/", styleguide.sample_undo, name="styleguide_undo"),
]
