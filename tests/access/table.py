"""Who gets what answer from which address. Every URL name of the project stands here, or the suite fails.

One section per app. `may` gets `ok`; `blind` does not see the row and gets 404; whoever else has standing in
the chapter gets 403. People without standing get 404, and nobody signed in is sent to sign in: that is the
same for every page of a chapter and is not written here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.access.world import (
    BLOCK_CAPTAIN,
    CHAIR,
    COMMITTEE,
    INSIDERS,
    MEMBERS,
    ORGANIZER,
    PRECINCT_CAPTAIN,
    REGION_READER,
    TEAM_LEADER,
    World,
)

NOBODY: frozenset[str] = frozenset()
ONLY_ORGANIZER = frozenset({ORGANIZER})


@dataclass(frozen=True)
class Page:
    """One address of a chapter.

    Attributes:
        name: the URL's name.
        right: the right it asks, "" when standing in the chapter is enough.
        may: who gets `ok`.
        blind: who does not see the row and gets 404.
        ok: the status for whoever may; for a form post without its fields usually 422.
        sent: who of them is sent on to a page of their own.
        kwargs: names of URL arguments, each taken from `World.rows`.
        data: the form's fields, from the world.
    """

    name: str
    right: str
    may: frozenset[str] | set[str]
    blind: frozenset[str] | set[str] = NOBODY
    ok: int = 200
    sent: frozenset[str] | set[str] = NOBODY
    post: bool = False
    kwargs: tuple[str, ...] = ()
    data: Callable[[World], dict[str, Any]] = field(default=lambda world: {})


@dataclass(frozen=True)
class SitePage:
    """One address outside any chapter: its status for somebody signed in and for nobody."""

    name: str
    signed_in: int
    anonymous: int
    post: bool = False
    kwargs: Callable[[World], dict[str, Any]] = field(default=lambda world: {})
    data: dict[str, Any] = field(default_factory=dict)


BLIND_TO_ROWS = INSIDERS - ONLY_ORGANIZER  # members see themselves, and nobody else of the people

BLIND_TO_LED = INSIDERS - {ORGANIZER, TEAM_LEADER}  # leaders see their own people
LEADERS_OF_TEAMS = frozenset({ORGANIZER, TEAM_LEADER})
OF_LED: dict[str, Any] = {"blind": BLIND_TO_LED, "kwargs": ("member_id",)}
OF_TEAM: dict[str, Any] = {"blind": BLIND_TO_LED, "kwargs": ("team_id",)}
OF_MATE: dict[str, Any] = {"blind": BLIND_TO_LED, "kwargs": ("membership_id",)}
OF_ASKED: dict[str, Any] = {"blind": BLIND_TO_LED, "kwargs": ("plain_ask_id",)}

CORE = [
    Page("core:today", "", INSIDERS),
    Page("core:search", "", INSIDERS),
    Page("core:settings", "", INSIDERS),
    Page("core:menu", "", INSIDERS),
]

CHAPTERS = [
    Page("chapters:members", "chapters.see_members", ONLY_ORGANIZER),
    Page("chapters:add_member", "chapters.edit_members", ONLY_ORGANIZER),
    Page("chapters:add_member", "chapters.edit_members", ONLY_ORGANIZER, ok=422, post=True),
    Page("chapters:import_members", "chapters.edit_members", ONLY_ORGANIZER),
    Page("chapters:import_members", "chapters.edit_members", ONLY_ORGANIZER, ok=422, post=True),
    Page("chapters:map_import", "chapters.edit_members", ONLY_ORGANIZER, ok=302),
    Page("chapters:map_import", "chapters.edit_members", ONLY_ORGANIZER, ok=302, post=True),
    Page("chapters:check_import", "chapters.edit_members", ONLY_ORGANIZER, ok=302),
    Page("chapters:start_import", "chapters.edit_members", ONLY_ORGANIZER, ok=302, post=True),
    Page("chapters:member", "chapters.see_member", LEADERS_OF_TEAMS, **OF_LED),
    Page("chapters:edit_member", "chapters.edit_members", ONLY_ORGANIZER, blind=BLIND_TO_LED, kwargs=("member_id",)),
    Page(
        "chapters:edit_member", "chapters.edit_members", ONLY_ORGANIZER, blind=BLIND_TO_LED, ok=422, post=True,
        kwargs=("member_id",),
    ),
    Page(
        "chapters:give_role", "chapters.give_roles", ONLY_ORGANIZER, blind=BLIND_TO_LED, ok=422, post=True,
        kwargs=("member_id",),
    ),
    Page("chapters:duplicates", "chapters.merge_members", ONLY_ORGANIZER),
    *(
        Page(
            f"chapters:{name}", "chapters.merge_members", ONLY_ORGANIZER, blind=BLIND_TO_ROWS, ok=ok, post=post,
            kwargs=("member_id", "other_id"),
        )
        for name, ok, post in (
            ("merge_members", 200, False), ("merge_members", 422, True), ("two_people", 302, True),
            ("maybe_one_person", 302, True),
        )
    ),
    Page("chapters:erase_member", "chapters.ask_erasure", ONLY_ORGANIZER, blind=BLIND_TO_LED, kwargs=("member_id",)),
    Page(
        "chapters:erase_member", "chapters.ask_erasure", ONLY_ORGANIZER, blind=BLIND_TO_LED, ok=302, post=True,
        kwargs=("member_id",),
    ),
    *(
        Page(
            f"chapters:{name}", f"chapters.{right}", ONLY_ORGANIZER, blind=BLIND_TO_ROWS, ok=302, post=True,
            kwargs=("erasure_id",),
        )
        for name, right in (("withdraw_erasure", "ask_erasure"), ("carry_out_erasure", "erase_member"))
    ),
    Page("chapters:availability", "chapters.edit_availability", ONLY_ORGANIZER, blind=BLIND_TO_LED, kwargs=("member_id",)),
    Page(
        "chapters:availability", "chapters.edit_availability", ONLY_ORGANIZER, blind=BLIND_TO_LED, ok=422, post=True,
        kwargs=("member_id",),
    ),
    Page(
        "chapters:remove_availability", "chapters.edit_availability", ONLY_ORGANIZER, blind=BLIND_TO_LED, ok=302,
        post=True, kwargs=("availability_id",),
    ),
    Page("chapters:undo_merge", "chapters.merge_members", ONLY_ORGANIZER, kwargs=("merge_id",)),
    Page("chapters:undo_merge", "chapters.merge_members", ONLY_ORGANIZER, ok=302, post=True, kwargs=("merge_id",)),
    Page("chapters:end_role", "chapters.give_roles", ONLY_ORGANIZER, kwargs=("role_id",)),
    Page("chapters:end_role", "chapters.give_roles", ONLY_ORGANIZER, ok=302, post=True, kwargs=("role_id",)),
    Page("chapters:invitations", "chapters.invite", ONLY_ORGANIZER),
    Page("chapters:invite", "chapters.invite", ONLY_ORGANIZER),
    Page("chapters:invite", "chapters.invite", ONLY_ORGANIZER, ok=422, post=True),
    Page("chapters:invitation", "chapters.invite", ONLY_ORGANIZER, kwargs=("invitation_id",)),
    Page("chapters:revoke_invitation", "chapters.invite", ONLY_ORGANIZER, ok=302, post=True, kwargs=("invitation_id",)),
    Page("chapters:messages", "chapters.see_messages", ONLY_ORGANIZER),
    Page("chapters:message", "chapters.see_messages", ONLY_ORGANIZER, blind=BLIND_TO_ROWS, kwargs=("message_id",)),
    Page("chapters:release_message", "chapters.write_mail", ONLY_ORGANIZER, blind=BLIND_TO_ROWS, kwargs=("message_id",)),
    Page(
        "chapters:release_message", "chapters.write_mail", ONLY_ORGANIZER, blind=BLIND_TO_ROWS, ok=409, post=True,
        kwargs=("message_id",),
    ),
    Page("chapters:lift_suppression", "chapters.write_mail", ONLY_ORGANIZER, kwargs=("suppression_id",)),
    Page(
        "chapters:lift_suppression", "chapters.write_mail", ONLY_ORGANIZER, ok=302, post=True,
        kwargs=("suppression_id",),
    ),
    Page("chapters:member_mail", "chapters.see_messages", ONLY_ORGANIZER, blind=BLIND_TO_LED, kwargs=("member_id",)),
    Page("chapters:mailings", "chapters.write_mail", ONLY_ORGANIZER),
    Page("chapters:new_mailing", "chapters.write_mail", ONLY_ORGANIZER),
    Page("chapters:new_mailing", "chapters.write_mail", ONLY_ORGANIZER, ok=422, post=True),
    *(
        Page(f"chapters:{name}", "chapters.write_mail", ONLY_ORGANIZER, kwargs=("mailing_id",))
        for name in ("mailing", "edit_mailing", "send_mailing", "stop_mailing", "mailing_counts")
    ),
    Page("chapters:look_at_mailing", "chapters.write_mail", ONLY_ORGANIZER, kwargs=("mailing_id", "language")),
    *(
        Page(f"chapters:{name}", "chapters.write_mail", ONLY_ORGANIZER, ok=ok, post=True, kwargs=("mailing_id",))
        for name, ok in (
            ("edit_mailing", 422), ("looked_at_mailing", 302), ("try_mailing", 302), ("send_mailing", 409),
            ("stop_mailing", 409),
        )
    ),
    Page("chapters:reminders", "chapters.write_mail", ONLY_ORGANIZER),
    Page("chapters:stop_reminder", "chapters.write_mail", ONLY_ORGANIZER, kwargs=("reminder_id",)),
    Page("chapters:stop_reminder", "chapters.write_mail", ONLY_ORGANIZER, ok=302, post=True, kwargs=("reminder_id",)),
    Page(
        "chapters:start_reminder", "chapters.write_mail", ONLY_ORGANIZER, ok=302, post=True,
        data=lambda world: {"kind": "chapters.asks_due"},
    ),
    Page("chapters:meetings", "chapters.see_meetings", INSIDERS),
    Page("chapters:add_meeting", "chapters.plan_meetings", ONLY_ORGANIZER),
    Page("chapters:add_meeting", "chapters.plan_meetings", ONLY_ORGANIZER, ok=422, post=True),
    Page("chapters:own_calendar", "chapters.answer_meetings", MEMBERS),
    Page("chapters:make_calendar", "chapters.answer_meetings", MEMBERS, post=True),
    Page("chapters:remove_calendar", "chapters.answer_meetings", MEMBERS, ok=302, post=True),
    Page("chapters:meeting", "chapters.see_meetings", INSIDERS, kwargs=("meeting_id",)),
    Page("chapters:answer_meeting", "chapters.answer_meetings", MEMBERS, ok=422, post=True, kwargs=("meeting_id",)),
    Page("chapters:edit_meeting", "chapters.plan_meetings", ONLY_ORGANIZER, kwargs=("meeting_id",)),
    Page("chapters:edit_meeting", "chapters.plan_meetings", ONLY_ORGANIZER, ok=422, post=True, kwargs=("meeting_id",)),
    Page("chapters:cancel_meeting", "chapters.plan_meetings", ONLY_ORGANIZER, kwargs=("meeting_id",)),
    Page(
        "chapters:cancel_meeting", "chapters.plan_meetings", ONLY_ORGANIZER, ok=302, post=True, kwargs=("meeting_id",)
    ),
    *(
        Page(f"chapters:{name}", "chapters.run_meetings", ONLY_ORGANIZER, kwargs=("meeting_id",))
        for name in (
            "invite_to_meeting", "meeting_answers", "sign_in_sheet", "attendance", "meeting_follow_up",
        )
    ),
    Page(
        "chapters:invite_to_meeting", "chapters.run_meetings", ONLY_ORGANIZER, ok=422, post=True,
        kwargs=("meeting_id",),
    ),
    Page(
        "chapters:note_answer", "chapters.run_meetings", ONLY_ORGANIZER, kwargs=("meeting_id", "meeting_invitation_id")
    ),
    Page(
        "chapters:note_answer", "chapters.run_meetings", ONLY_ORGANIZER, ok=422, post=True,
        kwargs=("meeting_id", "meeting_invitation_id"),
    ),
    Page(
        "chapters:sign_in_person", "chapters.run_meetings", ONLY_ORGANIZER, ok=302, post=True,
        kwargs=("meeting_id", "member_id"),
    ),
    Page("chapters:walk_in", "chapters.run_meetings", ONLY_ORGANIZER, ok=422, post=True, kwargs=("meeting_id",)),
    Page("chapters:sign_in_paper", "chapters.run_meetings", ONLY_ORGANIZER, ok=302, post=True, kwargs=("meeting_id",)),
    Page("chapters:brought_by", "chapters.run_meetings", ONLY_ORGANIZER, kwargs=("meeting_id", "attendance_id")),
    Page(
        "chapters:brought_by", "chapters.run_meetings", ONLY_ORGANIZER, ok=302, post=True,
        kwargs=("meeting_id", "attendance_id"),
    ),
    Page("chapters:mail_settings", "chapters.edit_settings", ONLY_ORGANIZER),
    Page("chapters:mail_settings", "chapters.edit_settings", ONLY_ORGANIZER, ok=422, post=True),
    Page("chapters:mail_preferences", "chapters.choose_own_mail", MEMBERS),
    Page("chapters:mail_preferences", "chapters.choose_own_mail", MEMBERS, ok=302, post=True),
    Page("chapters:roles", "chapters.see_roles", {ORGANIZER, CHAIR, REGION_READER}),
    Page("chapters:settings", "chapters.edit_settings", ONLY_ORGANIZER),
    Page("chapters:settings", "chapters.edit_settings", ONLY_ORGANIZER, ok=422, post=True),
    Page("chapters:ladder", "chapters.edit_ladder", ONLY_ORGANIZER),
    Page("chapters:add_step", "chapters.edit_ladder", ONLY_ORGANIZER),
    Page("chapters:add_step", "chapters.edit_ladder", ONLY_ORGANIZER, ok=422, post=True),
    Page("chapters:step", "chapters.edit_ladder", ONLY_ORGANIZER, kwargs=("step_id",)),
    Page("chapters:step", "chapters.edit_ladder", ONLY_ORGANIZER, ok=422, post=True, kwargs=("step_id",)),
    Page("chapters:retire_step", "chapters.edit_ladder", ONLY_ORGANIZER, ok=302, post=True, kwargs=("step_id",)),
    Page("chapters:offer_step", "chapters.edit_ladder", ONLY_ORGANIZER, ok=302, post=True, kwargs=("step_id",)),
    Page("chapters:asks", "chapters.see_asks", MEMBERS),
    Page("chapters:unasked", "chapters.make_asks", LEADERS_OF_TEAMS),
    Page("chapters:asks_without_asker", "chapters.hand_on_asks", ONLY_ORGANIZER),
    Page("chapters:ask", "chapters.see_asks", LEADERS_OF_TEAMS, **OF_ASKED),
    Page("chapters:ask", "chapters.see_asks", LEADERS_OF_TEAMS, ok=422, post=True, **OF_ASKED),
    Page("chapters:withdraw_plain_ask", "chapters.see_asks", LEADERS_OF_TEAMS, **OF_ASKED),
    Page("chapters:withdraw_plain_ask", "chapters.see_asks", LEADERS_OF_TEAMS, ok=302, post=True, **OF_ASKED),
    Page("chapters:hand_on_ask", "chapters.hand_on_asks", ONLY_ORGANIZER, **OF_ASKED),
    Page("chapters:hand_on_ask", "chapters.hand_on_asks", ONLY_ORGANIZER, ok=422, post=True, **OF_ASKED),
    Page("chapters:member_asks", "chapters.make_asks", LEADERS_OF_TEAMS, **OF_LED),
    Page("chapters:ask_member", "chapters.make_asks", LEADERS_OF_TEAMS, **OF_LED),
    Page("chapters:ask_member", "chapters.make_asks", LEADERS_OF_TEAMS, ok=422, post=True, **OF_LED),
    Page(
        "chapters:ask_next", "chapters.make_asks", LEADERS_OF_TEAMS, blind=BLIND_TO_LED, ok=302, post=True,
        kwargs=("member_id", "step_id"),
    ),
    Page("chapters:teams", "chapters.see_teams", LEADERS_OF_TEAMS),
    Page("chapters:form_team", "chapters.edit_teams", ONLY_ORGANIZER),
    Page("chapters:form_team", "chapters.edit_teams", ONLY_ORGANIZER, ok=422, post=True),
    Page("chapters:team", "chapters.see_teams", LEADERS_OF_TEAMS, **OF_TEAM),
    Page("chapters:edit_team", "chapters.edit_teams", ONLY_ORGANIZER, **OF_TEAM),
    Page("chapters:edit_team", "chapters.edit_teams", ONLY_ORGANIZER, ok=422, post=True, **OF_TEAM),
    Page("chapters:join_team", "chapters.edit_teams", ONLY_ORGANIZER, ok=422, post=True, **OF_TEAM),
    Page("chapters:end_team", "chapters.edit_teams", ONLY_ORGANIZER, **OF_TEAM),
    Page("chapters:end_team", "chapters.edit_teams", ONLY_ORGANIZER, ok=302, post=True, **OF_TEAM),
    Page("chapters:lead_team", "chapters.edit_teams", ONLY_ORGANIZER, ok=302, post=True, **OF_MATE),
    Page("chapters:leave_team", "chapters.edit_teams", ONLY_ORGANIZER, **OF_MATE),
    Page("chapters:leave_team", "chapters.edit_teams", ONLY_ORGANIZER, ok=302, post=True, **OF_MATE),
    Page("chapters:calls", "chapters.call_people", LEADERS_OF_TEAMS, **OF_TEAM),
    Page(
        "chapters:call", "chapters.call_people", LEADERS_OF_TEAMS, blind=BLIND_TO_LED, kwargs=("team_id", "member_id")
    ),
    Page(
        "chapters:call", "chapters.call_people", LEADERS_OF_TEAMS, blind=BLIND_TO_LED, ok=422, post=True,
        kwargs=("team_id", "member_id"),
    ),
    Page("chapters:new_forming", "chapters.edit_teams", ONLY_ORGANIZER),
    Page("chapters:new_forming", "chapters.edit_teams", ONLY_ORGANIZER, ok=422, post=True),
    Page("chapters:forming", "chapters.edit_teams", ONLY_ORGANIZER, kwargs=("forming_id",)),
    Page("chapters:invite_to_forming", "chapters.edit_teams", ONLY_ORGANIZER, ok=422, kwargs=("forming_id",)),
    Page(
        "chapters:invite_to_forming", "chapters.edit_teams", ONLY_ORGANIZER, ok=422, post=True, kwargs=("forming_id",)
    ),
    Page(
        "chapters:answer_forming", "chapters.edit_teams", ONLY_ORGANIZER, ok=302, post=True,
        kwargs=("forming_id", "invite_id"), data=lambda world: {"choice": "no_time"},
    ),
    Page("chapters:note_who_came", "chapters.edit_teams", ONLY_ORGANIZER, ok=302, post=True, kwargs=("forming_id",)),
    Page("chapters:make_team", "chapters.edit_teams", ONLY_ORGANIZER, ok=409, post=True, kwargs=("forming_id",)),
    Page("chapters:stop_forming", "chapters.edit_teams", ONLY_ORGANIZER, kwargs=("forming_id",)),
    Page("chapters:stop_forming", "chapters.edit_teams", ONLY_ORGANIZER, ok=302, post=True, kwargs=("forming_id",)),
    Page("chapters:audit", "chapters.see_audit", ONLY_ORGANIZER),
    Page("chapters:jobs", "chapters.see_jobs", MEMBERS),
    Page("chapters:job", "chapters.see_jobs", ONLY_ORGANIZER, blind=BLIND_TO_ROWS, kwargs=("job_id",)),
    Page("chapters:job_progress", "chapters.see_jobs", ONLY_ORGANIZER, blind=BLIND_TO_ROWS, kwargs=("job_id",)),
    Page(
        "chapters:job_file", "chapters.see_jobs", ONLY_ORGANIZER, blind=BLIND_TO_ROWS, kwargs=("job_id", "file_id")
    ),
    Page(
        "chapters:cancel_job", "chapters.see_jobs", ONLY_ORGANIZER, blind=BLIND_TO_ROWS, ok=409, post=True,
        kwargs=("job_id",),
    ),
    Page(
        "chapters:retry_job", "chapters.see_jobs", ONLY_ORGANIZER, blind=BLIND_TO_ROWS, ok=302, post=True,
        kwargs=("job_id",),
    ),
]  # fmt: skip

LEADERS = frozenset({ORGANIZER, PRECINCT_CAPTAIN})
KEEPERS = LEADERS | {BLOCK_CAPTAIN}
BLIND_TO_BLOCKS = INSIDERS - KEEPERS  # whoever keeps no block of it does not see a precinct

PRECINCT_ROW = {"blind": BLIND_TO_BLOCKS, "kwargs": ("precinct_id",)}
BLOCK_ROW = {"blind": BLIND_TO_BLOCKS, "kwargs": ("block_id",)}

SAVED_LIST_ROW: dict[str, Any] = {"blind": INSIDERS - LEADERS, "kwargs": ("saved_list_id",)}

# The roles that see no seats, and block captains, do not see the row; the others may not change it.
SEAT_ROW: dict[str, Any] = {
    "blind": INSIDERS - {ORGANIZER, CHAIR, COMMITTEE, PRECINCT_CAPTAIN},
    "kwargs": ("seat_id",),
}

# The world's ask is the organizer's; its captain away keeps a block that no other captain sees.
ASK_ROW: dict[str, Any] = {"blind": INSIDERS - LEADERS, "kwargs": ("ask_id",)}
AWAY_ROW: dict[str, Any] = {"blind": INSIDERS - LEADERS, "kwargs": ("captaincy_id",)}
ABSENCE_ROW: dict[str, Any] = {"blind": INSIDERS - LEADERS, "kwargs": ("absence_id",)}

# A correction is seen by whoever keeps the block; whoever does not, does not see the row.
CORRECTION_ROW: dict[str, Any] = {"blind": BLIND_TO_BLOCKS, "kwargs": ("correction_id",)}
DOOR_ROW: dict[str, Any] = {"blind": BLIND_TO_BLOCKS, "kwargs": ("household_id",)}
VOTER_ROW: dict[str, Any] = {"blind": BLIND_TO_BLOCKS, "kwargs": ("voter_id",)}
SKILL_ROW: dict[str, Any] = {"blind": BLIND_TO_BLOCKS, "kwargs": ("skill_id",)}
NEED_ROW: dict[str, Any] = {"blind": BLIND_TO_BLOCKS, "kwargs": ("need_id",)}
OFFER_ROW: dict[str, Any] = {"blind": BLIND_TO_BLOCKS, "kwargs": ("offer_id",)}
HAND_SHAKE_SIDE: dict[str, Any] = {"blind": BLIND_TO_BLOCKS, "kwargs": ("hand_shake_id", "side")}
PAIR_ROW: dict[str, Any] = {"blind": BLIND_TO_BLOCKS, "kwargs": ("added_id", "registered_id")}

PARTY_ROW: dict[str, Any] = {"blind": INSIDERS - LEADERS, "kwargs": ("meeting_id",)}

PRECINCTS = [
    Page("precincts:index", "precincts.see_precinct", LEADERS),
    Page("precincts:precinct", "precincts.see_precinct", LEADERS, **PRECINCT_ROW),
    Page("precincts:precinct_map", "precincts.see_precinct", LEADERS, **PRECINCT_ROW),
    Page("precincts:cut_all", "precincts.cut_blocks", ONLY_ORGANIZER),
    Page("precincts:cut_all", "precincts.cut_blocks", ONLY_ORGANIZER, ok=422, post=True),
    Page("precincts:cut", "precincts.cut_blocks", ONLY_ORGANIZER, **PRECINCT_ROW),
    Page("precincts:cut", "precincts.cut_blocks", ONLY_ORGANIZER, ok=422, post=True, **PRECINCT_ROW),
    Page("precincts:edit_blocks", "precincts.edit_blocks", LEADERS, **PRECINCT_ROW),
    Page("precincts:list_only", "precincts.edit_blocks", LEADERS, **PRECINCT_ROW),
    Page("precincts:move", "precincts.edit_blocks", LEADERS, ok=422, post=True, **PRECINCT_ROW),
    Page(
        "precincts:undo", "precincts.edit_blocks", LEADERS, ok=409, post=True,
        blind=BLIND_TO_BLOCKS, kwargs=("precinct_id", "version"),
    ),
    Page(
        "precincts:choose_building", "precincts.edit_blocks", LEADERS,
        blind=BLIND_TO_BLOCKS, kwargs=("precinct_id", "building_id", "block_id"),
    ),
    Page("precincts:block_doors", "precincts.edit_blocks", LEADERS, **BLOCK_ROW),
    Page("precincts:rename_block", "precincts.edit_blocks", LEADERS, **BLOCK_ROW),
    Page(
        "precincts:rename_block", "precincts.edit_blocks", LEADERS, ok=302, post=True,
        data=lambda world: {"name": "North"}, **BLOCK_ROW,
    ),
    Page("precincts:roster", "precincts.see_roster", {ORGANIZER, CHAIR, COMMITTEE, PRECINCT_CAPTAIN}),
    Page("precincts:health", "precincts.see_roster", {ORGANIZER, CHAIR, COMMITTEE, PRECINCT_CAPTAIN}),
    Page("precincts:health_map", "precincts.see_roster", {ORGANIZER, CHAIR, COMMITTEE, PRECINCT_CAPTAIN}),
    Page("precincts:block_captain", "precincts.assign_captain", LEADERS, **BLOCK_ROW),
    Page("precincts:block_captain", "precincts.assign_captain", LEADERS, ok=422, post=True, **BLOCK_ROW),
    Page("precincts:precinct_captain", "precincts.assign_precinct_captain", ONLY_ORGANIZER, **PRECINCT_ROW),
    Page(
        "precincts:precinct_captain", "precincts.assign_precinct_captain", ONLY_ORGANIZER, ok=422, post=True,
        **PRECINCT_ROW,
    ),
    Page(
        "precincts:end_block_assignment", "precincts.assign_captain", LEADERS,
        blind=BLIND_TO_BLOCKS, kwargs=("assignment_id",),
    ),
    Page(
        "precincts:end_block_assignment", "precincts.assign_captain", LEADERS, ok=422, post=True,
        blind=BLIND_TO_BLOCKS, kwargs=("assignment_id",),
    ),
    Page(
        "precincts:end_precinct_assignment", "precincts.assign_precinct_captain", ONLY_ORGANIZER,
        blind=BLIND_TO_BLOCKS, kwargs=("precinct_assignment_id",),
    ),
    Page(
        "precincts:end_precinct_assignment", "precincts.assign_precinct_captain", ONLY_ORGANIZER, ok=422, post=True,
        blind=BLIND_TO_BLOCKS, kwargs=("precinct_assignment_id",),
    ),
    Page("precincts:growth", "precincts.ask_captains", LEADERS, **PRECINCT_ROW),
    Page("precincts:growth", "precincts.ask_captains", LEADERS, ok=422, post=True, **PRECINCT_ROW),
    Page("precincts:ask", "precincts.see_asks", LEADERS, **ASK_ROW),
    Page("precincts:ask", "precincts.see_asks", LEADERS, ok=422, post=True, **ASK_ROW),
    Page("precincts:withdraw_ask", "precincts.see_asks", LEADERS, **ASK_ROW),
    Page("precincts:withdraw_ask", "precincts.see_asks", LEADERS, ok=302, post=True, **ASK_ROW),
    Page("precincts:promote", "precincts.promote", ONLY_ORGANIZER, **PRECINCT_ROW),
    Page("precincts:promote", "precincts.promote", ONLY_ORGANIZER, ok=422, post=True, **PRECINCT_ROW),
    Page("precincts:ready", "precincts.promote", ONLY_ORGANIZER),
    Page("precincts:lineage", "precincts.see_lineage", {ORGANIZER, CHAIR, COMMITTEE, REGION_READER}),
    Page("precincts:add_training", "precincts.promote", ONLY_ORGANIZER),
    Page("precincts:add_training", "precincts.promote", ONLY_ORGANIZER, ok=422, post=True),
    Page("precincts:undo_training", "precincts.promote", ONLY_ORGANIZER, kwargs=("training_id",)),
    Page(
        "precincts:undo_training", "precincts.promote", ONLY_ORGANIZER, ok=302, post=True, kwargs=("training_id",)
    ),
    Page("precincts:captain_away", "precincts.hand_over", LEADERS, **AWAY_ROW),
    Page("precincts:captain_away", "precincts.hand_over", LEADERS, ok=422, post=True, **AWAY_ROW),
    Page("precincts:end_absence", "precincts.hand_over", LEADERS, **ABSENCE_ROW),
    Page("precincts:end_absence", "precincts.hand_over", LEADERS, ok=302, post=True, **ABSENCE_ROW),
    # One door cannot be split; the page says so.
    Page("precincts:split_block", "precincts.edit_blocks", LEADERS, ok=409, **BLOCK_ROW),
    Page("precincts:split_block", "precincts.edit_blocks", LEADERS, ok=422, post=True, **BLOCK_ROW),
    Page("precincts:split_map", "precincts.edit_blocks", LEADERS, ok=409, **BLOCK_ROW),
    Page("precincts:seats", "precincts.see_seats", {ORGANIZER, CHAIR, COMMITTEE, PRECINCT_CAPTAIN}),
    Page("precincts:add_seat", "precincts.edit_seats", ONLY_ORGANIZER),
    Page("precincts:add_seat", "precincts.edit_seats", ONLY_ORGANIZER, ok=422, post=True),
    Page("precincts:seat", "precincts.edit_seats", ONLY_ORGANIZER, **SEAT_ROW),
    Page("precincts:seat", "precincts.edit_seats", ONLY_ORGANIZER, ok=422, post=True, **SEAT_ROW),
    Page("precincts:remove_seat", "precincts.edit_seats", ONLY_ORGANIZER, **SEAT_ROW),
    Page("precincts:remove_seat", "precincts.edit_seats", ONLY_ORGANIZER, ok=302, post=True, **SEAT_ROW),
    Page("precincts:party_rules", "precincts.edit_seats", ONLY_ORGANIZER),
    Page(
        "precincts:party_rules", "precincts.edit_seats", ONLY_ORGANIZER, ok=302, post=True,
        data=lambda world: {"text": "Two a precinct."},
    ),
    Page("precincts:import_seats", "precincts.edit_seats", ONLY_ORGANIZER),
    Page("precincts:import_seats", "precincts.edit_seats", ONLY_ORGANIZER, ok=422, post=True),
    Page("precincts:check_seats", "precincts.edit_seats", ONLY_ORGANIZER, ok=302),
    Page("precincts:start_seats", "precincts.edit_seats", ONLY_ORGANIZER, ok=302, post=True),
    Page("precincts:consistent", "precincts.see_consistent", LEADERS, **PRECINCT_ROW),
    Page("precincts:save_list", "precincts.see_consistent", LEADERS, **PRECINCT_ROW),
    Page("precincts:save_list", "precincts.see_consistent", LEADERS, ok=422, post=True, **PRECINCT_ROW),
    Page("precincts:saved_lists", "precincts.see_consistent", LEADERS),
    Page("precincts:saved_list", "precincts.see_consistent", LEADERS, **SAVED_LIST_ROW),
    Page("precincts:remove_list", "precincts.see_consistent", LEADERS, **SAVED_LIST_ROW),
    Page("precincts:remove_list", "precincts.see_consistent", LEADERS, ok=302, post=True, **SAVED_LIST_ROW),
    Page("precincts:plans", "precincts.see_plan", LEADERS),
    Page("precincts:plan", "precincts.see_plan", LEADERS, **PRECINCT_ROW),
    Page("precincts:edit_plan", "precincts.edit_plan", LEADERS, **PRECINCT_ROW),
    Page("precincts:edit_plan", "precincts.edit_plan", LEADERS, ok=422, post=True, **PRECINCT_ROW),
    Page("precincts:drive", "precincts.see_plan", LEADERS, **PRECINCT_ROW),
    Page("precincts:registration", "precincts.note_form", KEEPERS, **VOTER_ROW),
    Page("precincts:registration", "precincts.note_form", KEEPERS, ok=422, post=True, **VOTER_ROW),
    Page(
        "precincts:give_form", "precincts.note_form", KEEPERS, ok=409, post=True,
        blind=BLIND_TO_BLOCKS, kwargs=("voter_id",),
    ),
    Page(
        "precincts:send_form", "precincts.note_form", KEEPERS, ok=409, post=True,
        blind=BLIND_TO_BLOCKS, kwargs=("voter_id",),
    ),
    Page(
        "precincts:take_form_back", "precincts.note_form", KEEPERS, ok=409, post=True,
        blind=BLIND_TO_BLOCKS, kwargs=("voter_id",),
    ),
    Page("precincts:meeting_part", "chapters.run_meetings", ONLY_ORGANIZER, kwargs=("meeting_id",)),
    Page(
        "precincts:set_meeting_precinct", "precincts.invite_voters", ONLY_ORGANIZER, ok=422, post=True,
        kwargs=("meeting_id",),
    ),
    Page("precincts:voter_invitations", "precincts.invite_voters", LEADERS, **PARTY_ROW),
    Page("precincts:invite_voters", "precincts.invite_voters", LEADERS, **PARTY_ROW),
    Page("precincts:invite_voters", "precincts.invite_voters", LEADERS, ok=422, post=True, **PARTY_ROW),
    Page("precincts:print_invitations", "precincts.print_invitations", LEADERS, ok=302, post=True, **PARTY_ROW),
    Page(
        "precincts:sign_in_voter", "precincts.invite_voters", LEADERS, ok=302, post=True,
        blind=INSIDERS - LEADERS, kwargs=("voter_invitation_id",),
    ),
    Page("precincts:party", "precincts.assign_captain", LEADERS, **PARTY_ROW),
    Page("precincts:give_block", "precincts.assign_captain", LEADERS, ok=422, post=True, **PARTY_ROW),
    Page("precincts:party_attendance", "precincts.see_party_attendance", LEADERS),
    Page("precincts:matches", "precincts.match_people", LEADERS),
    Page("precincts:merge_people", "precincts.match_people", LEADERS, ok=302, post=True, **PAIR_ROW),
    Page("precincts:tell_apart", "precincts.match_people", LEADERS, ok=302, post=True, **PAIR_ROW),
    Page(
        "precincts:undo_match", "precincts.match_people", LEADERS, ok=302, post=True,
        blind=INSIDERS - LEADERS, kwargs=("decision_id",),
    ),
    Page("precincts:issues", "precincts.see_plan", LEADERS, **PRECINCT_ROW),
    Page("precincts:add_issue", "precincts.edit_plan", LEADERS, **PRECINCT_ROW),
    Page("precincts:add_issue", "precincts.edit_plan", LEADERS, ok=422, post=True, **PRECINCT_ROW),
    Page("precincts:issue", "precincts.edit_plan", LEADERS, blind=INSIDERS - LEADERS, kwargs=("issue_id",)),
    Page(
        "precincts:issue", "precincts.edit_plan", LEADERS, ok=422, post=True,
        blind=INSIDERS - LEADERS, kwargs=("issue_id",),
    ),
    Page("precincts:group", "precincts.see_group", KEEPERS, **PRECINCT_ROW),
    Page("precincts:skills", "precincts.see_skills", KEEPERS),
    Page("precincts:member_skills", "precincts.note_skill", ONLY_ORGANIZER, blind=BLIND_TO_LED, kwargs=("member_id",)),
    Page(
        "precincts:member_skills", "precincts.note_skill", ONLY_ORGANIZER, blind=BLIND_TO_LED, ok=422, post=True,
        kwargs=("member_id",),
    ),
    Page("precincts:take_skill_back", "precincts.add_fact", KEEPERS, ok=302, post=True, **SKILL_ROW),
    Page("precincts:needs", "precincts.see_needs", KEEPERS),
    Page("precincts:offers", "precincts.see_needs", KEEPERS),
    Page("precincts:my_help", "precincts.speak_for", MEMBERS),
    Page("precincts:my_help", "precincts.speak_for", MEMBERS, ok=422, post=True),
    Page("precincts:neighbour_help", "precincts.speak_for", KEEPERS, **VOTER_ROW),
    Page("precincts:neighbour_help", "precincts.speak_for", KEEPERS, ok=422, post=True, **VOTER_ROW),
    Page("precincts:need", "precincts.match_help", LEADERS, **NEED_ROW),
    Page("precincts:ask_both", "precincts.match_help", LEADERS, ok=422, post=True, **NEED_ROW),
    Page("precincts:end_need", "precincts.speak_for", KEEPERS, **NEED_ROW),
    Page("precincts:end_need", "precincts.speak_for", KEEPERS, ok=422, post=True, **NEED_ROW),
    Page("precincts:end_offer", "precincts.speak_for", KEEPERS, **OFFER_ROW),
    Page("precincts:end_offer", "precincts.speak_for", KEEPERS, ok=422, post=True, **OFFER_ROW),
    Page("precincts:hand_shakes", "precincts.speak_for", MEMBERS),
    Page("precincts:hand_shake", "precincts.speak_for", KEEPERS, **HAND_SHAKE_SIDE),
    Page("precincts:hand_shake", "precincts.speak_for", KEEPERS, ok=422, post=True, **HAND_SHAKE_SIDE),
    Page(
        "precincts:take_hand_shake_back", "precincts.speak_for", KEEPERS, ok=302, post=True,
        blind=BLIND_TO_BLOCKS, kwargs=("hand_shake_id",),
    ),
    Page(
        "precincts:finish_hand_shake", "precincts.speak_for", KEEPERS, ok=409, post=True,
        blind=BLIND_TO_BLOCKS, kwargs=("hand_shake_id",),
    ),
    Page("precincts:votes", "precincts.see_votes", LEADERS),
    Page("precincts:votes_delivered", "precincts.see_votes", LEADERS, kwargs=("election_id",)),
    Page("precincts:votes_by_block", "precincts.see_votes", LEADERS, kwargs=("election_id",)),
    Page(
        "precincts:votes_of_precinct", "precincts.see_votes", LEADERS,
        blind=BLIND_TO_BLOCKS, kwargs=("election_id", "precinct_id"),
    ),
    Page("precincts:precinct_votes", "precincts.see_votes", LEADERS, ok=302, **PRECINCT_ROW),
    Page("precincts:block_votes", "precincts.see_block_votes", KEEPERS, **BLOCK_ROW),
    Page("precincts:my_block", "", INSIDERS, sent={BLOCK_CAPTAIN}),
    Page("precincts:block_book", "precincts.see_block_book", KEEPERS, **BLOCK_ROW),
    Page(
        "precincts:book_seen", "precincts.see_block_book", KEEPERS, ok=302, post=True,
        data=lambda world: {"through": "0"}, **BLOCK_ROW,
    ),
    Page("precincts:add_neighbour", "precincts.add_neighbour", KEEPERS, **DOOR_ROW),
    Page("precincts:add_neighbour", "precincts.add_neighbour", KEEPERS, ok=422, post=True, **DOOR_ROW),
    Page("precincts:remove_neighbour", "precincts.add_neighbour", KEEPERS, **VOTER_ROW),
    Page("precincts:remove_neighbour", "precincts.add_neighbour", KEEPERS, ok=409, post=True, **VOTER_ROW),
    Page("precincts:neighbour_still_here", "precincts.add_neighbour", KEEPERS, ok=409, post=True, **VOTER_ROW),
    Page("precincts:neighbour_moved", "precincts.add_neighbour", KEEPERS, ok=302, post=True, **VOTER_ROW),
    Page("precincts:correct_neighbour", "precincts.ask_correction", KEEPERS, **VOTER_ROW),
    Page("precincts:correct_neighbour", "precincts.ask_correction", KEEPERS, ok=422, post=True, **VOTER_ROW),
    Page("precincts:corrections", "precincts.ask_correction", KEEPERS),
    Page("precincts:correction", "precincts.ask_correction", KEEPERS, **CORRECTION_ROW),
    Page(
        "precincts:decide_correction", "precincts.decide_corrections", ONLY_ORGANIZER, ok=422, post=True,
        **CORRECTION_ROW,
    ),
    Page("precincts:add_fact", "precincts.add_fact", KEEPERS, blind=BLIND_TO_BLOCKS, kwargs=("voter_id",)),
    Page(
        "precincts:add_fact", "precincts.add_fact", KEEPERS, ok=422, post=True,
        blind=BLIND_TO_BLOCKS, kwargs=("voter_id",),
    ),
    Page(
        "precincts:take_fact_back", "precincts.add_fact", KEEPERS, ok=302, post=True,
        blind=BLIND_TO_BLOCKS, kwargs=("fact_id",),
    ),
]  # fmt: skip

IMPORTS = [
    Page("precincts:imports", "precincts.see_imports", ONLY_ORGANIZER),
    Page("precincts:import_mappings", "precincts.see_imports", ONLY_ORGANIZER),
    Page("precincts:import_voters", "precincts.import_files", ONLY_ORGANIZER),
    Page("precincts:import_voters", "precincts.import_files", ONLY_ORGANIZER, ok=422, post=True),
    Page("precincts:import_report", "precincts.see_imports", ONLY_ORGANIZER, kwargs=("import_id",)),
    Page("precincts:check_import", "precincts.import_files", ONLY_ORGANIZER, ok=302, kwargs=("import_id",)),
    Page("precincts:map_columns", "precincts.import_files", ONLY_ORGANIZER, ok=409, kwargs=("import_id",)),
    Page("precincts:map_statuses", "precincts.import_files", ONLY_ORGANIZER, ok=302, kwargs=("import_id",)),
    Page("precincts:name_elections", "precincts.import_files", ONLY_ORGANIZER, ok=302, kwargs=("import_id",)),
    Page(
        "precincts:choose_mapping", "precincts.import_files", ONLY_ORGANIZER, ok=302, post=True,
        kwargs=("import_id",),
    ),
    Page(
        "precincts:discard_import", "precincts.import_files", ONLY_ORGANIZER, ok=409, post=True,
        kwargs=("import_id",),
    ),
]  # fmt: skip

LIST_ROW: dict[str, Any] = {"blind": BLIND_TO_BLOCKS, "kwargs": ("number",)}

CANVASSING = [
    Page("canvassing:lists", "canvassing.see_lists", KEEPERS),
    Page("canvassing:list", "canvassing.see_lists", KEEPERS, **LIST_ROW),
    Page("canvassing:list_pdf", "canvassing.print_lists", KEEPERS, **LIST_ROW),
    Page("canvassing:print_all", "canvassing.print_all_lists", ONLY_ORGANIZER),
    Page("canvassing:print_all", "canvassing.print_all_lists", ONLY_ORGANIZER, ok=422, post=True),
    Page("canvassing:print_precinct", "canvassing.print_lists", LEADERS, **PRECINCT_ROW),
    Page("canvassing:print_precinct", "canvassing.print_lists", LEADERS, ok=422, post=True, **PRECINCT_ROW),
    Page("canvassing:print_block", "canvassing.print_lists", KEEPERS, **BLOCK_ROW),
    Page("canvassing:print_block", "canvassing.print_lists", KEEPERS, ok=422, post=True, **BLOCK_ROW),
    Page("canvassing:walking_groups", "canvassing.sort_walkers", ONLY_ORGANIZER, kwargs=("meeting_id",)),
    Page("canvassing:meeting_part", "canvassing.sort_walkers", ONLY_ORGANIZER, kwargs=("meeting_id",)),
    Page(
        "canvassing:sort_walkers",
        "canvassing.sort_walkers",
        ONLY_ORGANIZER,
        ok=422,
        post=True,
        kwargs=("meeting_id",),
    ),
    Page(
        "canvassing:mail_walkers",
        "canvassing.sort_walkers",
        ONLY_ORGANIZER,
        ok=409,
        post=True,
        kwargs=("meeting_id",),
    ),
    Page(
        "canvassing:change_walking_group",
        "canvassing.sort_walkers",
        ONLY_ORGANIZER,
        ok=422,
        post=True,
        kwargs=("meeting_id", "walking_group_id"),
    ),
    Page("canvassing:precinct_lists", "canvassing.see_lists", LEADERS, **PRECINCT_ROW),
    Page("canvassing:block_lists", "canvassing.see_lists", KEEPERS, **BLOCK_ROW),
]

PAGES: list[Page] = [*CORE, *CHAPTERS, *PRECINCTS, *IMPORTS, *CANVASSING]

SITE = [
    SitePage("livez", 200, 200),
    SitePage("readyz", 200, 200),
    SitePage("entrance:index", 302, 302),
    SitePage("entrance:account", 200, 302),
    SitePage("entrance:account", 422, 302, post=True),
    SitePage("entrance:invitation", 409, 409, kwargs=lambda world: {"token": "made-up"}),
    SitePage("entrance:accept", 409, 409, post=True, kwargs=lambda world: {"token": "made-up"}),
    SitePage("entrance:mail_events", 404, 404),
    SitePage("entrance:mail_events", 404, 404, post=True),
    SitePage("entrance:unsubscribe", 404, 404, kwargs=lambda world: {"token": "made-up"}),
    SitePage("entrance:unsubscribe", 404, 404, post=True, kwargs=lambda world: {"token": "made-up"}),
    SitePage("entrance:team_forming", 404, 404, kwargs=lambda world: {"code": "made-up"}),
    SitePage("entrance:team_forming", 404, 404, post=True, kwargs=lambda world: {"code": "made-up"}),
    SitePage("entrance:rsvp_code", 200, 200),
    SitePage("entrance:rsvp_code", 422, 422, post=True),
    SitePage("entrance:rsvp", 404, 404, kwargs=lambda world: {"code": "made-up"}),
    SitePage("entrance:rsvp", 404, 404, post=True, kwargs=lambda world: {"code": "made-up"}),
    SitePage("precincts_site:voter_rsvp", 404, 404, kwargs=lambda world: {"code": "made-up"}),
    SitePage("precincts_site:voter_rsvp", 404, 404, post=True, kwargs=lambda world: {"code": "made-up"}),
    SitePage("entrance:calendar", 404, 404, kwargs=lambda world: {"token": "made-up"}),
    SitePage("canvassing_site:list", 302, 302, kwargs=lambda world: {"slug": "river-city", "number": 1001}),
    SitePage("site:favicon", 302, 302),
    SitePage("site:set_theme", 302, 302, post=True, data={"theme": "dark"}),
    SitePage("site:set_language", 302, 302, post=True, data={"language": "es"}),
    SitePage("site:styleguide", 403, 302),
    SitePage("site:styleguide_map", 403, 302),
    SitePage("site:styleguide_progress", 403, 302),
    SitePage("site:styleguide_confirm", 403, 302),
    SitePage("site:styleguide_undo", 403, 302, post=True),
]

# Addresses of packages, tested there: allauth's pages of one's own account.
OF_PACKAGES = ("account_", "mfa_", "usersessions_")
