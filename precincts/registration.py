"""What the precincts app adds to the kernel's registries; imported once, when the app is ready."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.actors import Actor, register_standing
from core.asks import AskKind, register_ask_kind
from core.clean_up import register_clean_up
from core.codes import register_code_reader
from core.departures import register_departure
from core.http import ChapterRequest, chapter_url
from core.invitees import register_answers
from core.ladder import DoneRule, Traits, register_done_rule, register_traits
from core.log_areas import LogArea, register_log_area
from core.messages import MessageKind, register_message_kind
from core.navigation import (
    AccountLink,
    Area,
    PhoneEntry,
    register_account_links,
    register_area,
    register_phone_entry,
    register_search,
    register_today,
)
from core.people import register_history
from core.permissions import has_right
from core.postgres.roles import register_append_only
from core.recipients import Recipients, register_recipients
from core.reminders import ReminderKind, register_reminder_kind
from precincts import (
    rules,  # noqa: F401  (registers the table of rights)
    tasks,  # noqa: F401  (registers kinds of jobs)
)
from precincts.selectors import asks, done_rules, recipients
from precincts.selectors.assignments import get_standing
from precincts.selectors.growth_items import list_overload_items, list_stand_in_items
from precincts.selectors.member_histories import list_charges, list_days_at_doors, list_trainings
from precincts.selectors.precinct_meetings import count_paper_answers
from precincts.selectors.search import find_addresses, find_neighbours, find_precincts, find_streets
from precincts.selectors.today import (
    list_captain_items,
    list_correction_items,
    list_hand_shake_items,
    list_match_items,
    list_organizer_items,
    list_seat_items,
)
from precincts.services import (
    digests,
    member_keys,  # noqa: F401  (says what becomes of rows that name a person)
)
from precincts.services.clean_up import forget_old_uploads
from precincts.services.hand_shakes import expire_old
from precincts.services.issues import leave_issues_of
from precincts.services.needs import end_lines_of
from precincts.services.precinct_meetings import find_voter_page
from precincts.services.roster import end_all_of
from precincts.services.seats import unlink_seats_of
from precincts.services.skills import leave_skills_of


def _keeps_a_block(actor: Actor) -> bool:
    return bool(actor.block_ids)


def _list_own_links(request: ChapterRequest) -> Iterator[AccountLink]:
    if request.actor.member_id is not None:
        yield AccountLink(
            label=_("What you need and offer"), url=chapter_url("precincts:my_help"), icon="gift"
        )


register_account_links(_list_own_links)
register_code_reader(find_voter_page)
register_answers(count_paper_answers)


def _sees_no_precincts(actor: Actor) -> bool:
    return not has_right(actor, "precincts.see_precinct")


register_ask_kind(
    AskKind(
        name="precincts.block",
        marks=Q(block_ask__isnull=False),
        seen_by=asks.seen_by,
        find_pages=asks.find_pages,
        list_askers=asks.list_askers_of,
    )
)
for _rule in (
    DoneRule(
        name="precincts.block", says=_("has kept a block"), find_done=done_rules.find_keepers, order=50
    ),
    DoneRule(
        name="precincts.precinct", says=_("has led a precinct"), find_done=done_rules.find_leaders, order=52
    ),
):  # fmt: skip
    register_done_rule(_rule)
for _traits in (
    Traits(
        name="skill", says=_("Can do"), list_choices=done_rules.list_skills, read=done_rules.read_skills, order=10
    ),
    Traits(
        name="language", says=_("Speaks"), list_choices=done_rules.list_languages,
        read=done_rules.read_languages, order=15,
    ),
):  # fmt: skip
    register_traits(_traits)
register_standing(get_standing)
register_departure(end_all_of)
register_departure(leave_issues_of)
register_departure(unlink_seats_of)
register_departure(leave_skills_of)
register_departure(end_lines_of)
for _history in (list_charges, list_trainings, list_days_at_doors):
    register_history(_history)
register_clean_up(forget_old_uploads)
register_clean_up(expire_old)
register_log_area(LogArea("precincts.", _("precincts"), order=30))
register_append_only("precincts_fact", "precincts_blockedit", "precincts_blockmove", "precincts_voterchange")

register_message_kind(
    MessageKind(
        name=digests.KIND,
        says=_("Your block's week"),
        explains=_("Friday afternoon, when somebody moved in or waits to be greeted"),
        template="precincts/mail/digest",
        context=digests.get_context,
        check=digests.say_why_not,
        optional=True,
    )
)
register_reminder_kind(
    ReminderKind(
        name=digests.KIND,
        says=_("Captains' week"),
        explains=_("Friday at five, to each captain with somebody new in the block, or somebody to greet"),
        run=digests.plan_digests,
        next_due=digests.next_friday,
    )
)
for _group in (
    Recipients(
        name="precincts.captains", says=_("Everybody who keeps a block"), list_members=recipients.list_captains,
        order=40,
    ),
    Recipients(
        name="precincts.precinct_captains", says=_("Everybody who leads a precinct"),
        list_members=recipients.list_precinct_captains, order=41,
    ),
    Recipients(
        name="precincts.captains_of", says=_("Who keeps a block in"), list_members=recipients.list_captains_of,
        list_choices=recipients.list_precincts, order=42,
    ),
    Recipients(
        name="precincts.residents_of", says=_("Our people who live in"), list_members=recipients.list_residents_of,
        list_choices=recipients.list_precincts, order=43,
    ),
):  # fmt: skip
    register_recipients(_group)

register_area(
    Area(
        key="precincts",
        label=_("Precincts"),
        icon="houses",
        url_name="precincts:index",
        order=20,
        right="precincts.see_precinct",
        paths=(
            "roster/", "blocks/", "block-captains/", "precinct-captains/", "neighbours/", "facts/", "imports/",
            "absences/", "lineage/", "promotion/",
            "seats/", "saved-lists/", "doors/", "corrections/", "plans/", "issues/", "skills/", "needs/", "offers/", "hand-shakes/", "votes/",
        ),
    )
)  # fmt: skip
register_area(
    Area(
        key="my_block",
        label=_("My block"),
        icon="house-heart",
        url_name="precincts:my_block",
        order=15,
        shown_to=_keeps_a_block,
    )
)
register_area(
    Area(
        key="lineage",
        label=_("Captains"),
        icon="diagram-3",
        url_name="precincts:lineage",
        order=25,
        right="precincts.see_lineage",
        shown_to=_sees_no_precincts,
    )
)
register_phone_entry(
    PhoneEntry(
        key="my_block",
        label=_("My block"),
        icon="house-heart",
        url_name="precincts:my_block",
        order=10,
        shown_to=_keeps_a_block,
    )
)
register_today(list_organizer_items)
register_today(list_captain_items)
register_today(list_stand_in_items)
register_today(list_overload_items)
register_today(list_seat_items)
register_today(list_correction_items)
register_today(list_match_items)
register_today(list_hand_shake_items)
register_search(find_neighbours, order=20)
register_search(find_streets, order=25)
register_search(find_addresses, order=30)
register_search(find_precincts, order=40)
