"""What the canvassing app adds to the kernel's registries; imported once, when the app is ready."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from canvassing import (
    rules,  # noqa: F401  (registers the table of rights)
    tasks,  # noqa: F401  (registers kinds of jobs)
)
from canvassing.selectors.search import search_lists
from canvassing.selectors.today import propose_printing
from canvassing.services import (
    member_keys,  # noqa: F401  (says what becomes of rows that name a person)
    walking,
)
from core.departures import register_departure
from core.log_areas import LogArea, register_log_area
from core.messages import MessageKind, register_message_kind
from core.navigation import Area, register_area, register_search, register_today

register_area(
    Area(
        key="canvassing",
        label=_("Canvassing"),
        icon="door-open",
        url_name="canvassing:lists",
        order=30,
        right="canvassing.see_lists",
        paths=("canvassing/",),
    )
)

register_today(propose_printing)
register_search(search_lists, order=40)
register_log_area(LogArea("canvassing.", _("canvassing"), order=40))
register_departure(walking.leave_groups_of)
register_message_kind(
    MessageKind(
        name=walking.KIND,
        says=_("Your walking group"),
        template="canvassing/mail/walking_group",
        context=walking.get_context,
        check=walking.say_why_not,
    )
)
