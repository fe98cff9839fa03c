"""Pages of the chapters app outside any chapter."""

from __future__ import annotations

from django.urls import path

from chapters.views import (
    accounts,
    calendar_feeds,
    entrance,
    mail_events,
    mail_preferences,
    rsvp,
    team_formings,
)

app_name = "entrance"

urlpatterns = [
    path("", entrance.index, name="index"),
    path("invitations/<str:token>/", entrance.invitation, name="invitation"),
    path("invitations/<str:token>/accept/", entrance.accept, name="accept"),
    path("hooks/mail/", mail_events.take, name="mail_events"),
    path("team/<str:code>/", team_formings.choose, name="team_forming"),
    path("mail/<str:token>/", mail_preferences.unsubscribe, name="unsubscribe"),
    path("meet/", rsvp.code, name="rsvp_code"),
    path("meet/<str:code>/", rsvp.rsvp, name="rsvp"),
    path("calendar/<str:token>.ics", calendar_feeds.feed, name="calendar"),
    path("accounts/me/", accounts.account, name="account"),
]
