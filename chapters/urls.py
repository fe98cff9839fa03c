"""Pages of the chapters app, under `/c/<chapter_slug>/`."""

from __future__ import annotations

from django.urls import path

from chapters.views import (
    audit,
    invitations,
    jobs,
    mail_preferences,
    mail_settings,
    mailings,
    member_imports,
    members,
    messages,
    reminders,
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
    path("mail/", messages.index, name="messages"),
    path("mail/<int:message_id>/", messages.detail, name="message"),
    path("mail/<int:message_id>/release/", messages.release, name="release_message"),
    path("mail/stopped/<int:suppression_id>/lift/", messages.lift, name="lift_suppression"),
    path("mail/to/<int:member_id>/", messages.of_member, name="member_mail"),
    path("mail/many/", mailings.index, name="mailings"),
    path("mail/many/new/", mailings.new, name="new_mailing"),
    path("mail/many/<int:mailing_id>/", mailings.detail, name="mailing"),
    path("mail/many/<int:mailing_id>/edit/", mailings.edit, name="edit_mailing"),
    path("mail/many/<int:mailing_id>/look/<str:language>/", mailings.look, name="look_at_mailing"),
    path("mail/many/<int:mailing_id>/looked/", mailings.looked_at, name="looked_at_mailing"),
    path("mail/many/<int:mailing_id>/try/", mailings.try_out, name="try_mailing"),
    path("mail/many/<int:mailing_id>/send/", mailings.send, name="send_mailing"),
    path("mail/many/<int:mailing_id>/stop/", mailings.stop, name="stop_mailing"),
    path("mail/many/<int:mailing_id>/counts/", mailings.counts, name="mailing_counts"),
    path("mail/reminders/", reminders.index, name="reminders"),
    path("mail/reminders/<int:reminder_id>/stop/", reminders.stop, name="stop_reminder"),
    path("mail/reminders/start/", reminders.start, name="start_reminder"),
    path("settings/mail/", mail_settings.edit, name="mail_settings"),
    path("mail/mine/", mail_preferences.own, name="mail_preferences"),
    path("jobs/", jobs.index, name="jobs"),
    path("jobs/<uuid:job_id>/", jobs.detail, name="job"),
    path("jobs/<uuid:job_id>/progress/", jobs.progress, name="job_progress"),
    path("jobs/<uuid:job_id>/cancel/", jobs.cancel, name="cancel_job"),
    path("jobs/<uuid:job_id>/retry/", jobs.retry, name="retry_job"),
    path("jobs/<uuid:job_id>/files/<int:file_id>/", jobs.download, name="job_file"),
]
