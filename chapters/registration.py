"""What the chapters app adds to the kernel's registries; imported once, when the app is ready."""

from __future__ import annotations

from typing import Any

from allauth.mfa.signals import authenticator_added
from anymail.signals import tracking
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chapters import (
    meeting_registration,  # noqa: F401  (registers what meetings add)
    rules,  # noqa: F401  (registers the table of rights)
    tasks,  # noqa: F401  (registers kinds of jobs)
)
from chapters.first_ladder import BY_YES
from chapters.models import User
from chapters.selectors import done_rules, recipients
from chapters.selectors.accounts import SET_UP_HERE, is_only_factor
from chapters.selectors.erasures import list_waiting_erasures
from chapters.selectors.frame import list_account_links, list_choices
from chapters.selectors.mail_items import list_mail_items
from chapters.selectors.member_histories import list_asks_made
from chapters.selectors.search import search_members
from chapters.selectors.team_histories import list_calls_made, list_team_times
from chapters.selectors.today import list_ask_items, list_call_items, list_failed_work, propose_first_people
from chapters.services import (
    ask_mails,
    invitations,
    mail_events,
    mailings,
    member_keys,  # noqa: F401  (says what becomes of rows that name a person)
    team_formings,
)
from chapters.services.accounts import save_preferences
from chapters.services.asks import drop_asks_of
from chapters.services.availability import clear_availability_of
from chapters.services.clean_up import forget_old_job_files, forget_waiting_files
from chapters.services.messages import drop_messages_of, forget_old_words
from chapters.services.team_formings import drop_forming_invites_of
from chapters.services.teams import leave_all_teams
from core.clean_up import register_clean_up
from core.departures import register_departure
from core.ladder import DoneRule, Traits, register_done_rule, register_traits
from core.log_areas import LogArea, register_log_area
from core.messages import MessageKind, register_message_kind
from core.navigation import (
    Area,
    SettingsPage,
    register_account_links,
    register_area,
    register_chapters,
    register_search,
    register_settings,
    register_today,
)
from core.people import register_history
from core.postgres.roles import register_append_only
from core.preferences import register_preferences
from core.recipients import Recipients, register_recipients
from core.reminders import ReminderKind, register_reminder_kind

register_append_only("chapters_auditevent")
register_preferences(save_preferences)
register_departure(drop_asks_of)
register_departure(drop_messages_of)
register_departure(clear_availability_of)
register_history(list_asks_made)
register_history(list_team_times)
register_history(list_calls_made)
register_departure(leave_all_teams)
register_departure(drop_forming_invites_of)
register_clean_up(forget_old_job_files)
register_clean_up(forget_waiting_files)
register_clean_up(forget_old_words)


@receiver(tracking)
def take_mail_event(event: Any, **_more: Any) -> None:
    """Bounces and complaints, as the mail service tells of them."""
    mail_events.take_event(event, at=timezone.now())


@receiver(authenticator_added)
def remember_set_up(request: HttpRequest, user: User, authenticator: Any, **_more: Any) -> None:
    """The session that sets up the first second factor has shown it; every other one is asked for it."""
    if is_only_factor(user, authenticator):
        request.session[SET_UP_HERE] = True


register_area(
    Area(
        key="people",
        label=_("People"),
        icon="person-lines-fill",
        url_name="chapters:members",
        order=60,
        right="chapters.see_members",
    )
)

register_area(
    Area(
        key="asks",
        label=_("Asks"),
        icon="chat-dots",
        url_name="chapters:asks",
        order=57,
        right="chapters.see_asks",
    )
)

register_area(
    Area(
        key="teams",
        label=_("Teams"),
        icon="people",
        url_name="chapters:teams",
        order=62,
        right="chapters.see_teams",
    )
)

_CHAPTER = _("The chapter")
_OFFICE = _("The office")

for _page in (
    SettingsPage(
        key="chapter", label=_("Chapter"), icon="sliders", url_name="chapters:settings", order=10,
        line=_("Name, time zone, paper, what you call a captain, who counts as hot or warm"),
        right="chapters.edit_settings", section=_CHAPTER,
    ),
    SettingsPage(
        key="roles", label=_("Roles"), icon="person-check", url_name="chapters:roles", order=20,
        line=_("What each role sees and may do"), right="chapters.see_roles", section=_CHAPTER,
    ),
    SettingsPage(
        key="ladder", label=_("Ladder of asks"), icon="ladder", url_name="chapters:ladder", order=25,
        line=_("What you ask of people, small to big, and what each step leads to"),
        right="chapters.edit_ladder", section=_CHAPTER,
    ),
    SettingsPage(
        key="invitations", label=_("Invitations"), icon="envelope", url_name="chapters:invitations", order=30,
        line=_("Who was asked to sign in, and who has"), right="chapters.invite", section=_CHAPTER,
    ),
    SettingsPage(
        key="mail_settings", label=_("Mail's look and hours"), icon="palette", url_name="chapters:mail_settings",
        order=40, line=_("Colour, where answers go, quiet hours, how many a minute"),
        right="chapters.edit_settings", section=_CHAPTER,
    ),
    SettingsPage(
        key="my_mail", label=_("My mail"), icon="envelope-check", url_name="chapters:mail_preferences", order=50,
        line=_("What the chapter sends you, and by which clock you sleep"),
        right="chapters.choose_own_mail", section=_CHAPTER,
    ),
    SettingsPage(
        key="mailings", label=_("Mails to many"), icon="envelope-paper", url_name="chapters:mailings", order=60,
        line=_("Write to everybody or to a group; how it went"), right="chapters.write_mail", section=_OFFICE,
    ),
    SettingsPage(
        key="messages", label=_("Mail"), icon="envelope", url_name="chapters:messages", order=65,
        line=_("Who was sent what, and what failed"), right="chapters.see_messages", section=_OFFICE,
    ),
    SettingsPage(
        key="reminders", label=_("Reminders"), icon="clock", url_name="chapters:reminders", order=70,
        line=_("What goes out by itself, and when"), right="chapters.write_mail", section=_OFFICE,
    ),
    SettingsPage(
        key="jobs", label=_("Slow work"), icon="hourglass-split", url_name="chapters:jobs", order=80,
        line=_("Imports and prints that run or have run, and their files"),
        right="chapters.see_jobs", section=_OFFICE,
    ),
    SettingsPage(
        key="log", label=_("Log"), icon="journal-text", url_name="chapters:audit", order=90,
        line=_("Who did what, when; exports too"), right="chapters.see_audit", section=_OFFICE,
    ),
):  # fmt: skip
    register_settings(_page)


register_message_kind(
    MessageKind(
        name=invitations.MESSAGE_KIND,
        says=_("Invitations to sign in"),
        template="chapters/mail/invitation",
        context=invitations.get_mail_context,
        check=invitations.say_why_not,
        on_sent=invitations.note_sent,
        hurry=True,
    )
)
register_message_kind(
    MessageKind(
        name=mailings.KIND,
        says=_("News and calls from the chapter"),
        explains=_("What organizers write to many"),
        template="chapters/mail/mailing",
        context=mailings.get_context,
        optional=True,
    )
)
register_message_kind(
    MessageKind(
        name=mailings.TRIAL_KIND,
        says=_("Tests of a mail to many"),
        template="chapters/mail/mailing",
        context=mailings.get_trial_context,
        hurry=True,
    )
)
register_message_kind(
    MessageKind(
        name=ask_mails.KIND,
        says=_("People you wanted to ask"),
        explains=_("In the morning, when an ask of yours is due"),
        template="chapters/mail/asks_due",
        context=ask_mails.get_context,
        check=ask_mails.say_why_not,
        optional=True,
    )
)
register_reminder_kind(
    ReminderKind(
        name=ask_mails.KIND,
        says=_("Asks that are due"),
        explains=_(
            "Each morning at eight, to everybody with an ask due that day; on Mondays for older ones, too"
        ),
        run=ask_mails.remind_of_asks,
        next_due=ask_mails.next_morning,
    )
)
for _group in (
    Recipients(
        name="chapters.everybody", says=_("Everybody the chapter knows"), list_members=recipients.list_everybody,
        order=10,
    ),
    Recipients(
        name="chapters.kind", says=_("By kind"), list_members=recipients.list_of_kind,
        list_choices=recipients.list_kinds, order=20,
    ),
    Recipients(
        name="chapters.role", says=_("By role"), list_members=recipients.list_of_role,
        list_choices=recipients.list_roles, order=30,
    ),
):  # fmt: skip
    register_recipients(_group)

register_chapters(list_choices)
register_account_links(list_account_links)
register_today(list_failed_work)
register_today(list_mail_items)
register_today(list_ask_items)
register_today(list_call_items)
register_today(propose_first_people)
register_today(list_waiting_erasures)
register_search(search_members, order=20)
register_log_area(LogArea("export.", _("taken out"), order=10))
register_log_area(LogArea("chapters.", _("people and settings"), order=20))

for _rule in (
    DoneRule(name=BY_YES, says=_("says yes"), find_done=done_rules.find_nobody, order=10),
    DoneRule(
        name="chapters.meeting", says=_("has been at a meeting"), find_done=done_rules.find_who_came,
        list_choices=done_rules.list_meeting_kinds, order=20,
    ),
    DoneRule(
        name="chapters.brought", says=_("has brought somebody to a meeting"),
        find_done=done_rules.find_who_brought, order=22,
    ),
    DoneRule(
        name="chapters.role", says=_("has held a role"), find_done=done_rules.find_holders,
        list_choices=done_rules.list_roles, order=30,
    ),
    DoneRule(name="chapters.team", says=_("has been in a team"), find_done=done_rules.find_team_members, order=40),
    DoneRule(name="chapters.team_leader", says=_("has led a team"), find_done=done_rules.find_leaders, order=42),
):  # fmt: skip
    register_done_rule(_rule)
for _traits in (
    Traits(
        name="mail", says=_("Reads and writes"), list_choices=done_rules.list_languages,
        read=done_rules.read_languages, order=20,
    ),
    Traits(
        name="time", says=_("Has time"), list_choices=done_rules.list_times, read=done_rules.read_times, order=30
    ),
):  # fmt: skip
    register_traits(_traits)
register_message_kind(
    MessageKind(
        name=team_formings.KIND,
        says=_("Invitations to form a team"),
        explains=_("When a team is to be formed and you are wanted in it"),
        template="chapters/mail/team_forming",
        context=team_formings.get_context,
        check=team_formings.say_why_not,
        optional=True,
    )
)
register_recipients(
    Recipients(
        name="chapters.team", says=_("The people of a team"), list_members=recipients.list_of_team,
        list_choices=recipients.list_teams, order=40,
    )
)  # fmt: skip
