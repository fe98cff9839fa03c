"""What neighbours and members offer, as a list."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from chapters.selectors.actors import today_in
from chapters.services import audit
from core.components import Badge
from core.http import ChapterRequest, require_perm
from core.lists import Column, Filter, ListSpec
from core.templatetags.formats import ago, number
from precincts.enums import HelpKind
from precincts.forms.needs import say_reach
from precincts.selectors.needs import list_offers
from precincts.views.help_words import NEED_BADGES, find_words, say_precinct, say_who, who_url


def _offer_badge(offer: Any) -> Badge:
    if not offer.is_open:
        return NEED_BADGES[offer.ended_as]
    if offer.taken >= offer.capacity:
        return Badge(word=_("full"), icon="circle-fill", tone="neutral")
    return Badge(word=_("free"), icon="circle", tone="good")


def _say_places(offer: Any) -> str:
    words = {"taken": number(offer.taken), "capacity": number(offer.capacity)}
    return gettext("%(taken)s of %(capacity)s") % words


OFFERS = ListSpec(
    key="offers",
    columns=(
        Column("words", _("What is offered"), str, title=True, line=lambda o: o.get_kind_display()),
        Column("kind", _("What about"), lambda o: o.get_kind_display(), only_csv=True),
        Column("who", _("Who"), say_who, url=who_url, csv=lambda o: ""),
        Column("precinct", _("Precinct"), say_precinct),
        Column("places", _("Places taken"), _say_places),
        Column("reach", _("How far"), lambda o: say_reach(o.reach), sort=("reach",)),
        Column("told", _("Told on"), lambda o: o.told_on, sort=("told_on",), line=lambda o: ago(o.told_on)),
        Column("state", _("State"), lambda o: str(_offer_badge(o).word), badge=_offer_badge),
    ),
    filters=(
        Filter(
            "state", _("State"), [("open", _("Open")), ("ended", _("Ended"))],
            lambda rows, value: rows.filter(ended_on__isnull=value == "open"),
        ),
        Filter("kind", _("What about"), HelpKind.choices, lambda rows, value: rows.filter(kind=value)),
    ),
    search=find_words,
    search_label=_("What is offered"),
    order=("told_on", "pk"),
    csv_right="precincts.export_needs",
)  # fmt: skip


@require_safe
def offers(request: ChapterRequest) -> HttpResponseBase:
    """What people offer, and how much of it is taken."""
    require_perm(request, "precincts.see_needs")
    page = OFFERS.read(request, list_offers(request.actor, today_in(request.chapter)))
    if page.wants_csv:
        audit.log_export(by=request.actor, what="offers", says=_("offers, without names"), count=page.total)
        return page.csv("offers.csv")
    return render(request, "precincts/needs/offers.html", {"page": page})
