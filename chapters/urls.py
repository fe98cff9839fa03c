"""Pages of the chapters app, under `/c/<chapter_slug>/`."""

from __future__ import annotations

from django.urls import path

from chapters.views import (
    audit,
    invitations,
    jobs,
    mail_preferences,
    member_imports,
    members,
    roles,
    settings,
)

app_name = "chapters"

urlpatterns = [
    path("people/", members.index, name="members"),
    path("people/add/", members.add, name="add_member"),
    path("people/import/", member_imports.choose, name="import_members"),
    path("people/import/check/", member_imports.check, name="check_import"),
    path("people/import/start/", member_imports.start, name="start_import"),
    path("people/invitations/", invitations.index, name="invitations"),
    path("people/invitations/new/", invitations.new, name="invite"),
    path("people/invitations/<int:invitation_id>/", invitations.detail, name="invitation"),
    path("people/invitations/<int:invitation_id>/revoke/", invitations.revoke, name="revoke_invitation"),
    path("people/roles/", roles.table, name="roles"),
    path("people/roles/<int:role_id>/end/", roles.end, name="end_role"),
    path("people/<int:member_id>/", members.detail, name="member"),
    path("people/<int:member_id>/edit/", members.edit, name="edit_member"),
    path("people/<int:member_id>/roles/", roles.give, name="give_role"),
    path("settings/chapter/", settings.chapter, name="settings"),
    path("settings/log/", audit.index, name="audit"),
    path("mail/mine/", mail_preferences.own, name="mail_preferences"),
    path("jobs/", jobs.index, name="jobs"),
    path("jobs/<uuid:job_id>/", jobs.detail, name="job"),
    path("jobs/<uuid:job_id>/progress/", jobs.progress, name="job_progress"),
    path("jobs/<uuid:job_id>/cancel/", jobs.cancel, name="cancel_job"),
    path("jobs/<uuid:job_id>/retry/", jobs.retry, name="retry_job"),
    path("jobs/<uuid:job_id>/files/<int:file_id>/", jobs.download, name="job_file"),
]
