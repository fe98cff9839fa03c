"""Who may see and do what in the precincts app; the roles page and the access test read this table."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from chapters.rules import CHAIR, COMMITTEE, ORGANIZER, READER, is_oneself
from core.actors import Actor
from core.permissions import register_right


def leads_precinct(actor: Actor, row: object = None) -> bool:
    """Captain or backup of the row's precinct; without a row, of any."""
    if row is None:
        return bool(actor.precinct_ids)
    return get_place_ids(row)[0] in actor.precinct_ids


def keeps_block(actor: Actor, row: object = None) -> bool:
    """Captain or backup of the row's block, or of its precinct; without a row, of any."""
    if row is None:
        return bool(actor.block_ids or actor.precinct_ids)
    precinct_id, block_id = get_place_ids(row)
    return block_id in actor.block_ids or precinct_id in actor.precinct_ids


def keeps_precincts_block(actor: Actor, row: object = None) -> bool:
    """Captain or backup of the row's precinct, or of one of its blocks; without a row, of any."""
    if row is None or get_place_ids(row)[0] in actor.precinct_ids:
        return bool(actor.block_ids or actor.precinct_ids)
    # Whoever keeps a block sees its precinct and no other: `Precinct.objects.visible_to` is asked before.
    return bool(actor.block_ids)


def speaks_for(actor: Actor, row: object = None) -> bool:
    """Whether the actor may say what a neighbour, or who told a need or an offer, wants.

    Members speak for themselves and nobody speaks for them; captains and organizers speak for neighbours who are on
    the chapter's lists.
    """
    if row is None:
        return actor.member_id is not None
    member_id = getattr(row, "member_id", None)
    if member_id is not None:
        return bool(member_id == actor.member_id)
    if not getattr(row, "may_be_named", True):
        return False
    return actor.holds(ORGANIZER) or keeps_block(actor, row)


def get_place_ids(row: object) -> tuple[int | None, int | None]:
    """The ids of the precinct and the block a row belongs to; a voter has those of the door, where there is one."""
    place = getattr(row, "household", None) or row
    return getattr(place, "precinct_id", None), getattr(place, "block_id", None)


register_right(
    "precincts.see_all", _("See every precinct, block and neighbour of the chapter"), roles={ORGANIZER}
)
register_right(
    "precincts.see_precinct",
    _("See a precinct, its blocks and its captains"),
    roles={ORGANIZER},
    also=leads_precinct,
    also_says=_("precinct captains: own precinct"),
)
register_right(
    "precincts.see_block_book",
    _("Open the block book: the neighbours of a block"),
    roles={ORGANIZER},
    also=keeps_block,
    also_says=_("block captains: own block; precinct captains: own precinct"),
)
register_right(
    "precincts.add_fact",
    _("Add what was learned of a neighbour"),
    roles={ORGANIZER},
    also=keeps_block,
    also_says=_("block captains: own block; precinct captains: own precinct"),
)
register_right(
    "precincts.add_neighbour",
    _("Add a neighbour the file does not know, and say who moved away"),
    roles={ORGANIZER},
    also=keeps_block,
    also_says=_("block captains: own block; precinct captains: own precinct"),
)
register_right(
    "precincts.ask_correction",
    _("Say what the file has wrong of a neighbour, and see the answer"),
    roles={ORGANIZER},
    also=keeps_block,
    also_says=_("block captains: own block; precinct captains: own precinct"),
)
register_right(
    "precincts.decide_corrections",
    _("Approve or reject what captains say the file has wrong"),
    roles={ORGANIZER},
)
register_right(
    "precincts.export_corrections", _("Take the corrections out as CSV"), roles={ORGANIZER}, exports=True
)
register_right(
    "precincts.import_files", _("Import voter files, history, addresses, boundaries"), roles={ORGANIZER}
)
register_right(
    "precincts.export_rejects",
    _("Take the rows an import left out as CSV"),
    roles={ORGANIZER},
    exports=True,
)
register_right("precincts.see_imports", _("See imports and their reports"), roles={ORGANIZER})
register_right("precincts.cut_blocks", _("Cut precincts into blocks"), roles={ORGANIZER})
register_right(
    "precincts.edit_blocks",
    _("Move buildings between blocks, rename blocks, undo"),
    roles={ORGANIZER},
    also=leads_precinct,
    also_says=_("precinct captains: own precinct"),
)
register_right(
    "precincts.assign_captain",
    _("Give a block to a captain or backup"),
    roles={ORGANIZER},
    also=leads_precinct,
    also_says=_("precinct captains: own precinct"),
)
register_right("precincts.assign_precinct_captain", _("Give a precinct to a captain"), roles={ORGANIZER})
register_right(
    "precincts.ask_captains",
    _("Look for the next captains of a precinct and send somebody to ask them"),
    roles={ORGANIZER},
    also=leads_precinct,
    also_says=_("precinct captains: own precinct"),
)
register_right(
    "precincts.see_asks",
    _("See who asks whom to keep a block, and note the answer"),
    roles={ORGANIZER},
    also=keeps_block,
    also_says=_("precinct captains: own precinct; block captains: whom they ask themselves"),
)
register_right(
    "precincts.see_lineage",
    _("See who trained whom among the captains, here and in the chapters below"),
    roles={ORGANIZER, CHAIR, COMMITTEE, READER},
)
register_right(
    "precincts.promote",
    _("Promote a block captain to lead the precinct, note who trained whom"),
    roles={ORGANIZER},
)
register_right(
    "precincts.hand_over",
    _("Hand a block to its backup for a time"),
    roles={ORGANIZER},
    also=keeps_block,
    also_says=_("block captains: own block; precinct captains: own precinct"),
)
register_right(
    "precincts.see_roster",
    _("See the roster: blocks filled and vacant, coverage"),
    roles={ORGANIZER, CHAIR, COMMITTEE},
    also=leads_precinct,
    also_says=_("precinct captains: own precinct"),
)
register_right(
    "precincts.see_seats",
    _("See the party's committee seats: vacancies and deadlines"),
    roles={ORGANIZER, CHAIR, COMMITTEE},
    also=leads_precinct,
    also_says=_("precinct captains: own precinct"),
)
register_right("precincts.edit_seats", _("Keep the party's committee seats and rules"), roles={ORGANIZER})
register_right(
    "precincts.export_seats", _("Take the committee seats out as CSV"), roles={ORGANIZER}, exports=True
)
register_right(
    "precincts.see_plan",
    _("See a precinct's plan: goals, registrations, local issues"),
    roles={ORGANIZER},
    also=leads_precinct,
    also_says=_("precinct captains: own precinct"),
)
register_right(
    "precincts.edit_plan",
    _("Set a precinct's goals and keep its local issues"),
    roles={ORGANIZER},
    also=leads_precinct,
    also_says=_("precinct captains: own precinct"),
)
register_right(
    "precincts.note_form",
    _("Note that a neighbour was given a registration form, and that it was sent"),
    roles={ORGANIZER},
    also=keeps_block,
    also_says=_("block captains: own block; precinct captains: own precinct"),
)
register_right(
    "precincts.match_people",
    _("Say whether a neighbour added by hand is one of the file"),
    roles={ORGANIZER},
    also=leads_precinct,
    also_says=_("precinct captains: own precinct"),
)
register_right(
    "precincts.export_plans",
    _("Take plans, local issues and unregistered neighbours out as CSV"),
    roles={ORGANIZER},
    exports=True,
)
register_right(
    "precincts.see_votes",
    _("See how precincts and blocks voted, with a captain and without"),
    roles={ORGANIZER},
    also=leads_precinct,
    also_says=_("precinct captains: own precinct"),
)
register_right(
    "precincts.see_block_votes",
    _("See how a block voted"),
    roles={ORGANIZER},
    also=keeps_block,
    also_says=_("block captains: own block; precinct captains: own precinct"),
)
register_right(
    "precincts.export_votes",
    _("Take votes by precinct and block out as CSV"),
    roles={ORGANIZER},
    exports=True,
)
register_right("precincts.export_roster", _("Take the roster out as CSV"), roles={ORGANIZER}, exports=True)
register_right(
    "precincts.see_consistent",
    _("See how consistently a precinct's neighbours vote, and save them as lists"),
    roles={ORGANIZER},
    also=leads_precinct,
    also_says=_("precinct captains: own precinct"),
)
register_right(
    "precincts.export_consistent",
    _("Take consistent voters and saved lists out as CSV"),
    roles={ORGANIZER},
    also=leads_precinct,
    also_says=_("precinct captains: own precinct"),
    exports=True,
)
register_right(
    "precincts.search_voters",
    _("Find a neighbour by name"),
    roles={ORGANIZER},
    also=keeps_block,
    also_says=_("captains: own neighbours"),
)
register_right(
    "precincts.see_group",
    _("See a precinct's group: its people, issues, skills, needs"),
    roles={ORGANIZER},
    also=keeps_precincts_block,
    also_says=_("captains: the precinct of their block"),
)
register_right(
    "precincts.see_skills",
    _("See what people can do and speak"),
    roles={ORGANIZER},
    also=keeps_block,
    also_says=_("precinct captains: own precinct; block captains: own neighbours"),
)
register_right(
    "precincts.note_skill",
    _("Note what a member can do and speaks"),
    roles={ORGANIZER},
    also=is_oneself,
    also_says=_("every member: of oneself"),
)
register_right(
    "precincts.export_skills",
    _("Take what people can do and speak out as CSV"),
    roles={ORGANIZER},
    also=leads_precinct,
    also_says=_("precinct captains: own precinct"),
    exports=True,
)
register_right(
    "precincts.see_needs",
    _("See what neighbours need and offer"),
    roles={ORGANIZER},
    also=keeps_block,
    also_says=_("precinct captains: own precinct; block captains: own neighbours"),
)
register_right(
    "precincts.match_help",
    _("Ask two neighbours whether one may help the other"),
    roles={ORGANIZER},
    also=leads_precinct,
    also_says=_("precinct captains: needs of their precinct"),
)
register_right(
    "precincts.speak_for",
    _("Say what one needs or offers, and answer whether to meet"),
    roles=set(),
    also=speaks_for,
    also_says=_("every member: for oneself; captains and organizers: for neighbours who told them"),
)
register_right(
    "precincts.export_needs",
    _("Take needs and offers out as CSV, without names"),
    roles={ORGANIZER},
    also=leads_precinct,
    also_says=_("precinct captains: own precinct"),
    exports=True,
)
register_right(
    "precincts.invite_voters",
    _("Invite a precinct's neighbours to its meeting, and sign them in"),
    roles={ORGANIZER},
    also=leads_precinct,
    also_says=_("precinct captains: own precinct"),
)
register_right(
    "precincts.print_invitations",
    _("Print invitations and address labels for neighbours, take the list out as CSV"),
    roles={ORGANIZER},
    also=leads_precinct,
    also_says=_("precinct captains: own precinct"),
    exports=True,
)
register_right(
    "precincts.see_party_attendance",
    _("See who came to which party meeting, brought by whom"),
    roles={ORGANIZER},
    also=leads_precinct,
    also_says=_("precinct captains: own precinct"),
)
register_right(
    "precincts.export_party_attendance",
    _("Take who came to party meetings out as CSV"),
    roles={ORGANIZER},
    exports=True,
)
