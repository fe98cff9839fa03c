"""Captains as cards: the vacancies first, then who needs a call, then the rest by number."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.components import Badge, Card
from core.http import ChapterRequest, chapter_url
from core.templatetags.formats import ago, day, number
from precincts.health import block_state
from precincts.selectors.absences import StandIn, get_stand_ins
from precincts.selectors.block_map import hue_of


def make_captain_cards(request: ChapterRequest, blocks: Iterable[Any], on: date) -> list[Card]:
    """One card for each block of `selectors.roster.annotate_roster`."""
    ordered = sorted(blocks, key=lambda b: (b.captain_id is not None, not b.is_lapsing, b.number))
    away = get_stand_ins([block.pk for block in ordered if block.captain_id is not None], on)
    return [_card(request, block, on, away.get(block.pk)) for block in ordered]


def _card(request: ChapterRequest, block: Any, on: date, stand_in: StandIn | None) -> Card:
    voters = ngettext("%(count)s voter", "%(count)s voters", block.voters) % {"count": number(block.voters)}
    name = f"{block.name}: " if block.name else ""
    common: dict[str, Any] = {
        "number": str(block.number),
        "hue": hue_of(block.number),
        "url": chapter_url("precincts:block_captain", block_id=block.pk),
    }
    if block.captain_id is None:
        line = f"{name}{voters}, {say_vacant_since(block.vacant_since, on)}"
        return Card(title=_("No captain"), line=line, badge=state_badge(block), **common)
    is_own = block.captain_id == request.actor.member_id
    title = _("%(name)s (you)") % {"name": block.captain_name} if is_own else block.captain_name
    keeping = say_keeping(block) if stand_in is None else say_stand_in(stand_in)
    badge = state_badge(block, stand_in)
    return Card(title=title, line=f"{name}{voters}, {keeping}", badge=badge, **common)


def say_stand_in(one: StandIn) -> str:
    """ "Bob Adams stands in until Wed 10 Jun"."""
    return _("%(name)s stands in until %(day)s") % {"name": one.member, "day": day(one.until)}


def state_badge(block: Any, stand_in: StandIn | None = None) -> Badge:
    """Away, vacant, lapsing or active, as an icon and a word."""
    if stand_in is not None:
        return Badge(word=_("away"), icon="suitcase-lg", tone="mark")
    state = block_state(has_captain=block.captain_id is not None, is_lapsing=block.is_lapsing)
    if state == "vacant":
        return Badge(word=_("vacant"), icon="person-plus", tone="mark")
    if state == "lapsing":
        return Badge(word=_("lapsing"), icon="clock", tone="mark")
    return Badge(word=_("active"), icon="activity", tone="good")


def say_vacant_since(since: date | None, on: date) -> str:
    """ "vacant 34 days"."""
    days = (on - since).days if since else 0
    if days < 1:
        return _("vacant since today")
    return ngettext("vacant %(count)s day", "vacant %(count)s days", days) % {"count": number(days)}


def say_keeping(block: Any) -> str:
    """Since when, with whom in reserve, and for the silent ones how long nobody has heard anything."""
    if block.is_lapsing:
        return (
            _("last news %(when)s") % {"when": ago(block.last_contact)}
            if block.last_contact
            else _("no news yet")
        )
    since = _("since %(when)s") % {"when": _month_or_year(block.since)}
    if not block.backups:
        return _("%(since)s, no backup") % {"since": since}
    backups = ngettext("%(count)d backup", "%(count)d backups", block.backups) % {"count": block.backups}
    return f"{since}, {backups}"


def _month_or_year(since: date) -> str:
    """The month within this year, else the year."""
    return date_format(since, "F") if since.year == timezone.localdate().year else str(since.year)
