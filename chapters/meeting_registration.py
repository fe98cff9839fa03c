"""What meetings add to the kernel's registries."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from chapters.selectors.meeting_items import find_meetings, list_meeting_items, list_meetings_of
from chapters.services import (
    meeting_keys,  # noqa: F401  (says what becomes of rows that name a person)
    meeting_mails,
)
from chapters.services.calendar_feeds import remove_feed_of
from chapters.services.meeting_invitations import find_rsvp_page
from chapters.services.meetings import unlink_meetings_of
from core.codes import register_code_reader
from core.departures import register_departure
from core.messages import MessageKind, register_message_kind
from core.navigation import (
    Area,
    PhoneEntry,
    register_area,
    register_phone_entry,
    register_search,
    register_today,
)
from core.people import register_history
from core.reminders import ReminderKind, register_reminder_kind

register_departure(unlink_meetings_of)
register_departure(remove_feed_of)
register_code_reader(find_rsvp_page)
register_history(list_meetings_of)
register_today(list_meeting_items)
register_search(find_meetings, order=50)

register_area(
    Area(
        key="meetings", label=_("Meetings"), icon="calendar-event", url_name="chapters:meetings", order=55,
        right="chapters.see_meetings",
    )
)  # fmt: skip
register_phone_entry(
    PhoneEntry(
        key="meetings", label=_("Meetings"), icon="calendar-event", url_name="chapters:meetings", order=30,
        right="chapters.see_meetings",
    )
)  # fmt: skip

for _name, _says, _explains, _template, _optional in (
    (
        meeting_mails.INVITATION, _("Invitations to meetings"),
        _("When an organizer or host asks you to a meeting"), "meeting_invitation", True,
    ),
    (
        meeting_mails.REMINDER, _("Reminders of meetings"),
        _("In the morning of the day before"), "meeting_reminder", True,
    ),
    (meeting_mails.CHANGED, _("Meetings that are changed"), "", "meeting_changed", False),
    (meeting_mails.CANCELLED, _("Meetings that are cancelled"), "", "meeting_cancelled", False),
    (meeting_mails.PLACE_FREE, _("Places that fell free"), "", "meeting_place", False),
):  # fmt: skip
    register_message_kind(
        MessageKind(
            name=_name,
            says=_says,
            explains=_explains,
            template=f"chapters/mail/{_template}",
            context=meeting_mails.get_context,
            check=meeting_mails.say_why_not,
            attachments=meeting_mails.attach_calendar,
            optional=_optional,
        )
    )
register_reminder_kind(
    ReminderKind(
        name=meeting_mails.REMINDER,
        says=_("Remind of a meeting"),
        explains=_("On the day before, at ten where each person lives; not to who said no"),
        run=meeting_mails.remind_of_meeting,
    )
)
