"""Who may see and do what in the precincts app; the roles page and the access test read this table."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from chapters.rules import CHAIR, COMMITTEE, ORGANIZER
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
