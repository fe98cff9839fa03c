"""Pages of the precincts app outside any chapter."""

from __future__ import annotations

from django.urls import path

from precincts.views import voter_rsvp

app_name = "precincts_site"

urlpatterns = [path("meet/at/<str:code>/", voter_rsvp.voter_rsvp, name="voter_rsvp")]
