"""Who may see and do what in the chapters app; the roles page and the access test read this table."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from chapters.enums import RoleName
from core.actors import Actor
from core.permissions import register_right

ORGANIZER = RoleName.ORGANIZER.value
CHAIR = RoleName.COMMITTEE_CHAIR.value
COMMITTEE = RoleName.ELECTORAL_COMMITTEE.value
CANVASSER = RoleName.CANVASSER.value
LIAISON = RoleName.PARTNER_LIAISON.value
TREASURER = RoleName.TREASURER.value
READER = RoleName.READER.value


def is_member_of_chapter(actor: Actor, _row: object = None) -> bool:
    """Somebody whom this chapter knows, whatever the role."""
    return actor.member_id is not None


def is_oneself(actor: Actor, row: object = None) -> bool:
    """The member the actor is; without a row, anybody whom the chapter knows."""
    if row is None:
        return actor.member_id is not None
    return actor.member_id is not None and getattr(row, "pk", None) == actor.member_id


def hosts_meeting(actor: Actor, meeting: object = None) -> bool:
    """The meeting's host."""
    return actor.member_id is not None and getattr(meeting, "host_id", None) == actor.member_id


def is_known_person(actor: Actor, row: object = None) -> bool:
    """Oneself, or somebody in a team the actor leads; without a row, anybody whom the chapter knows."""
    return is_oneself(actor, row) or getattr(row, "pk", None) in actor.people_ids


def leads_team(actor: Actor, row: object = None) -> bool:
    """Leads the row's team; without a row, any."""
    if row is None:
        return bool(actor.team_ids)
    return getattr(row, "team_id", None) in actor.team_ids


def leads_person(actor: Actor, row: object = None) -> bool:
    """Leads a team the person is in; without a row, any team. Nobody leads themself."""
    if row is None:
        return bool(actor.team_ids)
    pk = getattr(row, "pk", None)
    return pk in actor.people_ids and pk != actor.member_id


def makes_ask(actor: Actor, row: object = None) -> bool:
    """Is to make the ask, or leads a team of the person asked; without a row, anybody whom the chapter knows."""
    if row is None:
        return actor.member_id is not None
    own = actor.member_id is not None and getattr(row, "asked_by_id", None) == actor.member_id
    return own or getattr(row, "asked_id", None) in actor.people_ids - {actor.member_id}


register_right(
    "chapters.enter",
    _("Sign in to the chapter and see Today"),
    roles={READER},
    also=is_member_of_chapter,
    also_says=_("every member of the chapter"),
)
register_right("chapters.see_members", _("See the chapter's people"), roles={ORGANIZER})
register_right(
    "chapters.see_member",
    _("Open a person's page"),
    roles={ORGANIZER},
    also=is_known_person,
    also_says=_("every member: own page; team leaders: own people"),
)
register_right("chapters.edit_members", _("Add and change people, import them from CSV"), roles={ORGANIZER})
register_right(
    "chapters.export_members", _("Take the list of people out as CSV"), roles={ORGANIZER}, exports=True
)
register_right(
    "chapters.merge_members", _("Merge two rows of one person, and take them apart again"), roles={ORGANIZER}
)
register_right(
    "chapters.ask_erasure",
    _("Ask that a person's data be erased"),
    roles={ORGANIZER},
    also=is_oneself,
    also_says=_("every member: own data"),
)
register_right("chapters.erase_member", _("Erase a person's data at once"), roles={ORGANIZER})
register_right(
    "chapters.edit_availability",
    _("Note when in the week a person has time"),
    roles={ORGANIZER},
    also=is_oneself,
    also_says=_("every member: own hours"),
)
register_right("chapters.invite", _("Invite people to sign in"), roles={ORGANIZER})
register_right("chapters.give_roles", _("Give and end roles"), roles={ORGANIZER})
register_right("chapters.see_roles", _("See what each role may do"), roles={ORGANIZER, CHAIR, READER})
register_right("chapters.edit_settings", _("Change the chapter's settings"), roles={ORGANIZER})
register_right("chapters.see_audit", _("Read the log of who did what"), roles={ORGANIZER})
register_right("chapters.export_audit", _("Take the log out as CSV"), roles={ORGANIZER}, exports=True)
register_right("chapters.see_all_jobs", _("See everybody's running work"), roles={ORGANIZER})
register_right(
    "chapters.see_jobs",
    _("See the work one has started"),
    roles={ORGANIZER},
    also=is_member_of_chapter,
    also_says=_("every member: own work"),
)
register_right("chapters.see_messages", _("Read the log of mail"), roles={ORGANIZER})
register_right(
    "chapters.export_messages", _("Take the log of mail out as CSV"), roles={ORGANIZER}, exports=True
)
register_right(
    "chapters.write_mail", _("Write to many, send a mail again, stop and start reminders"), roles={ORGANIZER}
)
register_right(
    "chapters.choose_own_mail",
    _("Choose what mail one gets"),
    roles=set(),
    also=is_member_of_chapter,
    also_says=_("every member: own mail"),
)
register_right(
    "chapters.see_meetings",
    _("See when and where the chapter meets"),
    roles={ORGANIZER, READER},
    also=is_member_of_chapter,
    also_says=_("every member of the chapter"),
)
register_right(
    "chapters.answer_meetings",
    _("Say whether one comes to a meeting, take one's meetings into a calendar"),
    roles=set(),
    also=is_member_of_chapter,
    also_says=_("every member: for oneself"),
)
register_right("chapters.plan_meetings", _("Plan, change and cancel meetings"), roles={ORGANIZER})
register_right(
    "chapters.run_meetings",
    _("See who comes to a meeting, invite, sign people in"),
    roles={ORGANIZER},
    also=hosts_meeting,
    also_says=_("whoever hosts it: own meeting"),
)
register_right(
    "chapters.export_meetings",
    _("Take lists of a meeting's people out as CSV"),
    roles={ORGANIZER},
    exports=True,
)
register_right("chapters.edit_ladder", _("Change the ladder of asks"), roles={ORGANIZER})
register_right(
    "chapters.see_asks",
    _("See who asks whom for what, and note the answer"),
    roles={ORGANIZER},
    also=makes_ask,
    also_says=_("every member: asks they make; team leaders: asks of own people"),
)
register_right(
    "chapters.make_asks",
    _("Ask people for a next step"),
    roles={ORGANIZER},
    also=leads_person,
    also_says=_("team leaders: own people"),
)
register_right("chapters.hand_on_asks", _("Let somebody else make an ask"), roles={ORGANIZER})
register_right(
    "chapters.export_asks", _("Take the board of asks out as CSV"), roles={ORGANIZER}, exports=True
)
register_right(
    "chapters.see_teams",
    _("See teams and who is in them"),
    roles={ORGANIZER},
    also=leads_team,
    also_says=_("team leaders: own teams"),
)
register_right(
    "chapters.edit_teams", _("Form teams, take people in and let them go, choose leaders"), roles={ORGANIZER}
)
register_right("chapters.export_teams", _("Take teams out as CSV"), roles={ORGANIZER}, exports=True)
register_right(
    "chapters.call_people",
    _("Call a team's people and note what came of it"),
    roles={ORGANIZER},
    also=leads_team,
    also_says=_("team leaders: own teams"),
)
