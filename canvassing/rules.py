"""Who may see and do what in the canvassing app; the roles page and the access test read this table."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from chapters.rules import ORGANIZER, hosts_meeting
from core.permissions import register_right
from precincts.rules import keeps_block

register_right("canvassing.see_all_lists", _("See every walk list of the chapter"), roles={ORGANIZER})
register_right(
    "canvassing.see_lists",
    _("See walk lists"),
    roles={ORGANIZER},
    also=keeps_block,
    also_says=_("captains: lists of their own blocks"),
)
register_right(
    "canvassing.print_lists",
    _("Print walk lists: names and addresses leave on paper"),
    roles={ORGANIZER},
    also=keeps_block,
    also_says=_("captains: their own blocks"),
    exports=True,
)
register_right(
    "canvassing.print_all_lists", _("Print the lists of a whole chapter"), roles={ORGANIZER}, exports=True
)
register_right(
    "canvassing.sort_walkers",
    _("Sort who comes to a rally into walking groups, and mail them"),
    roles={ORGANIZER},
    also=hosts_meeting,
    also_says=_("whoever hosts the meeting"),
)
