"""What the search box finds in the precincts app."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chapters.selectors.actors import today_in
from core.actors import Actor
from core.http import ChapterRequest, chapter_url
from core.navigation import SearchGroup, SearchHit, search_url
from core.permissions import has_right
from core.templatetags.formats import number
from precincts.casing import in_plain_case
from precincts.models import Household, Precinct
from precincts.selectors.voters import search_doors, search_streets, search_voters


def find_neighbours(request: ChapterRequest, words: str, limit: int) -> SearchGroup | None:
    """Neighbours by the beginning of their names; each leads to their door in the block book.

    One query, two when cut.
    """
    if not has_right(request.actor, "precincts.search_voters"):
        return None
    rows = search_voters(request.actor, words)
    found = rows.select_related("household__building", "precinct")[:limit]
    hits = [
        SearchHit(
            title=in_plain_case(str(voter)),
            line=_("%(address)s, precinct %(code)s")
            % {
                "address": in_plain_case(str(voter.household or "")) or _("no address"),
                "code": voter.precinct or "–",
            },
            url=_door_url(voter.household, voter.precinct_id, f"voter-{voter.pk}"),
            icon="person",
        )
        for voter in found
    ]
    return _group("neighbours", _("Neighbours"), rows, hits, limit)


def find_streets(request: ChapterRequest, words: str, limit: int) -> SearchGroup | None:
    """Streets by the beginning of a word of their name; each leads to its doors. One query, two when cut."""
    if not has_right(request.actor, "precincts.search_voters"):
        return None
    rows = search_streets(request.actor, words)
    hits = [
        SearchHit(
            title=in_plain_case(row["street"]),
            line=ngettext("%(count)s door", "%(count)s doors", row["doors"]) % {"count": number(row["doors"])}
            + (", " + _("precinct %(code)s") % {"code": row["codes"]} if row["codes"] else ""),
            url=search_url(row["street"], only="doors"),
            icon="signpost-2",
        )
        for row in rows[:limit]
    ]
    return _group("streets", _("Streets"), rows, hits, limit)


def find_addresses(request: ChapterRequest, words: str, limit: int) -> SearchGroup | None:
    """Doors by the beginning of their address. One query, two when cut."""
    if not has_right(request.actor, "precincts.search_voters"):
        return None
    rows = search_doors(request.actor, words)
    found = rows.select_related("building", "precinct", "block")[:limit]
    hits = [
        SearchHit(
            title=in_plain_case(str(door)),
            line=_("Precinct %(code)s, block %(block)s")
            % {"code": door.precinct or "–", "block": door.block or "–"},
            url=_door_url(door, door.precinct_id, f"door-{door.pk}"),
            icon="house",
        )
        for door in found
    ]
    return _group("doors", _("Doors"), rows, hits, limit)


def find_precincts(request: ChapterRequest, words: str, limit: int) -> SearchGroup | None:
    """Precincts by the beginning of their code or a part of their name. One query."""
    if not has_right(request.actor, "precincts.see_precinct"):
        return None
    found = _precincts(request.actor, words, today=today_in(request.chapter))
    hits = [
        SearchHit(
            title=_("Precinct %(code)s") % {"code": precinct.code},
            line=precinct.name or precinct.county,
            url=chapter_url("precincts:precinct", precinct_id=precinct.pk),
            icon="houses",
        )
        for precinct in found[:limit]
    ]
    return SearchGroup(key="precincts", label=_("Precincts"), hits=hits, total=len(found))


def _group(key: str, label: str, rows: QuerySet[Any, Any], hits: list[SearchHit], limit: int) -> SearchGroup:
    """What was found, and how many there are in all: counted only where the limit cut them."""
    total = rows.count() if len(hits) == limit else len(hits)
    return SearchGroup(key=key, label=label, hits=hits, total=total)


def _precincts(actor: Actor, words: str, *, today: date) -> list[Precinct]:
    rows = Precinct.objects.visible_to(actor).in_force(today)
    by_code = rows.filter(code__istartswith=words)
    return list((by_code | rows.filter(name__icontains=words)).order_by("code"))


def _door_url(door: Household | None, precinct_id: int | None, anchor: str) -> str:
    """The door in its block book, or the precinct's list-only doors."""
    if door is not None and door.block_id is not None:
        return chapter_url("precincts:block_book", block_id=door.block_id) + f"#{anchor}"
    if precinct_id is not None:
        return chapter_url("precincts:list_only", precinct_id=precinct_id) + f"#{anchor}"
    return chapter_url("precincts:index")
