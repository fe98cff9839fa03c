"""Core's pages of a chapter, under `/c/<chapter_slug>/`."""

from __future__ import annotations

from django.urls import path

from core.views import search, settings_index, today

app_name = "core"

urlpatterns = [
    path("", today.today, name="today"),
    path("search/", search.search, name="search"),
    path("settings/", settings_index.settings_index, name="settings"),
    path("menu/", today.menu, name="menu"),
]
