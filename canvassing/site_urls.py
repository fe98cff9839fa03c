"""Canvassing's addresses outside any chapter: short ones, for paper."""

from __future__ import annotations

from django.urls import path

from canvassing.views import lists

app_name = "canvassing_site"

urlpatterns = [
    path("canvass/l/<slug:slug>/<int:number>", lists.short_address, name="list"),
]
