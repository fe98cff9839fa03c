"""Pages of the chapters app outside any chapter."""

from __future__ import annotations

from django.urls import path

from chapters.views import accounts, entrance

app_name = "entrance"

urlpatterns = [
    path("", entrance.index, name="index"),
    path("invitations/<str:token>/", entrance.invitation, name="invitation"),
    path("invitations/<str:token>/accept/", entrance.accept, name="accept"),
    path("accounts/me/", accounts.account, name="account"),
]
