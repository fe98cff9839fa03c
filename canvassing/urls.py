"""Pages of the canvassing app, under `/c/<chapter_slug>/`."""

from __future__ import annotations

from django.urls import path

from canvassing.views import lists, printing, walking

app_name = "canvassing"

urlpatterns = [
    path("canvassing/lists/", lists.index, name="lists"),
    path("canvassing/lists/<int:number>/", lists.detail, name="list"),
    path("canvassing/lists/<int:number>/pdf/", lists.download, name="list_pdf"),
    path("canvassing/print/", printing.print_all, name="print_all"),
    path("canvassing/print/precinct/<int:precinct_id>/", printing.print_precinct, name="print_precinct"),
    path("canvassing/print/block/<int:block_id>/", printing.print_block, name="print_block"),
    path("meetings/<int:meeting_id>/walking/", walking.groups, name="walking_groups"),
    path("meetings/<int:meeting_id>/walking/sort/", walking.sort, name="sort_walkers"),
    path("meetings/<int:meeting_id>/walking/mail/", walking.mail, name="mail_walkers"),
    path("meetings/<int:meeting_id>/walking/part/", walking.meeting_part, name="meeting_part"),
    path(
        "meetings/<int:meeting_id>/walking/<int:walking_group_id>/",
        walking.change,
        name="change_walking_group",
    ),
    path("canvassing/panels/precinct/<int:precinct_id>/", printing.precinct_lists, name="precinct_lists"),
    path("canvassing/panels/block/<int:block_id>/", printing.block_lists, name="block_lists"),
]
