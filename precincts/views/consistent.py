"""The consistent voters of a precinct: who they are and why, narrowed by how often they voted in what."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.http import urlencode
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from chapters.selectors.actors import today_in
from chapters.services import audit
from core.components import Card, Stat
from core.http import ChapterRequest, chapter_url, require_perm
from core.lists import Column, Filter, ListSpec
from core.permissions import has_right
from core.templatetags.formats import dated, day, number
from precincts.casing import in_plain_case
from precincts.enums import AffiliationSource, ElectionKind, Heat
from precincts.forms.consistent import Asked, RuleForm
from precincts.models import Precinct, SavedList, Voter
from precincts.selectors.consistent import (
    HEATS,
    ConsistentVoter,
    Rule,
    count_by_heat,
    get_rule,
    list_consistent,
    list_kinds,
    read_consistent,
)
from precincts.views.vote_dots import draw_votes, say_votes
from precincts.words import say_affiliation, say_elections, say_heat

WHOLE = 5000
"""So many neighbours are drawn at once to be printed; the largest precincts have fewer."""

SHOWN_LISTS = 6


def say_address(voter: Voter) -> str:
    """ "12 Lantern Street, Apt 3", "" where the file leaves it out."""
    door = voter.household
    if door is None:
        return ""
    building = f"{door.building.number} {door.building.street}".strip()
    return in_plain_case(f"{building}, {door.unit}" if door.unit else building)


def say_block(voter: Voter) -> str:
    """The neighbour's block, "" where they live in none."""
    block = voter.household.block if voter.household is not None else None
    return gettext("Block %(block)s") % {"block": block} if block is not None else ""


def book_url(voter: Voter) -> str:
    """Where the neighbour stands in their block's book, "" without a block."""
    door = voter.household
    if door is None or door.block_id is None:
        return ""
    return chapter_url("precincts:block_book", block_id=door.block_id) + f"#voter-{voter.pk}"


def _say_voted(row: ConsistentVoter) -> str:
    return gettext("%(voted)d of %(counted)d") % {"voted": row.voted, "counted": row.possible}


NEIGHBOUR_COLUMNS = (
    Column(
        "name", _("Neighbour"), lambda r: in_plain_case(str(r.voter)), sort=("last_name", "first_name"), title=True,
        url=lambda r: book_url(r.voter),
    ),
    Column(
        "address", _("Address"), lambda r: say_address(r.voter),
        sort=("household__building__street", "house_order", "household__unit"), line=lambda r: say_block(r.voter),
    ),
    Column("block", _("Block"), lambda r: r.voter.household and r.voter.household.block, only_csv=True),
    Column("heat", _("How consistent"), lambda r: str(say_heat(r.heat).word), badge=lambda r: say_heat(r.heat), sort=("heat_place", "-voted")),
    Column("voted", _("Voted"), _say_voted, sort=("voted", "possible"), csv=lambda r: r.voted),
    Column("possible", _("of so many since registration"), lambda r: r.possible, only_csv=True),
    Column("elections", _("In which"), lambda r: draw_votes(r.marks), csv=lambda r: say_votes(r.marks)),
    Column("affiliation", _("Affiliation"), lambda r: say_affiliation(r.affiliation), csv=lambda r: r.affiliation.party),
    Column("source", _("How it is known"), lambda r: AffiliationSource(r.affiliation.source).label, only_csv=True),
    Column("registered_on", _("Registered"), lambda r: r.voter.registered_on, sort=("registered_on",)),
    Column("phone", _("Phone"), lambda r: r.voter.phone, only_csv=True),
)  # fmt: skip

CONSISTENT = ListSpec(
    key="consistent",
    columns=NEIGHBOUR_COLUMNS,
    filters=(
        Filter(
            "heat", _("How consistent"), [(heat.value, say_heat(heat).word) for heat in HEATS],
            lambda rows, value: rows.filter(heat_place=HEATS.index(Heat(value))),
        ),
    ),
    search=lambda rows, words: rows.filter(last_name__istartswith=words) | rows.filter(first_name__istartswith=words),
    search_label=_("First or last name"),
    order=("heat_place", "-voted", "household__building__street", "house_order", "household__unit", "pk"),
    csv_right="precincts.export_consistent",
)  # fmt: skip


@require_safe
def consistent(request: ChapterRequest, precinct_id: int) -> HttpResponseBase:
    """Who votes how consistently here, with the elections shown; narrowed by the address, whole when printed."""
    row = get_object_or_404(Precinct.objects.visible_to(request.actor), pk=precinct_id)
    require_perm(request, "precincts.see_consistent", row)
    on, prints = today_in(request.chapter), "print" in request.GET
    form = RuleForm(request.GET, chapter=request.chapter, kinds=list_kinds(request.chapter, on))
    asked = form.asked
    rule = get_rule(request.chapter, kind=asked.kind, asked=asked.asked, on=on)
    page = (replace(CONSISTENT, page_size=WHOLE) if prints else CONSISTENT).read(
        request,
        list_consistent(row, rule, at_least=asked.at_least),
        load=lambda voters: read_consistent(voters, rule, request.chapter, on=on),
        kept=asked.kept,
    )
    if page.wants_csv:
        says = _("the consistent voters of a precinct")
        audit.log_export(
            by=request.actor, what="consistent", says=says, count=page.total, detail={"precinct": row.code}
        )
        return page.csv(f"consistent-{row.code}.csv")
    context: dict[str, Any] = {
        "precinct": row, "page": page, "form": form, "asked": asked, "rule": rule, "prints": prints,
        "says": say_rule(asked), "criteria": say_criteria(asked), "shown": [_say_election(one) for one in rule.last],
        "stats": _make_stats(row, rule, asked),
        "save_url": consistent_url("precincts:save_list", row, asked), "print_url": consistent_url("precincts:consistent", row, asked, print="1"),
        "plain_url": consistent_url("precincts:consistent", row, asked),
        "cards": [_card(one) for one in row.saved_lists.all()[:SHOWN_LISTS]],
        "may_import": has_right(request.actor, "precincts.import_files"),
    }  # fmt: skip
    return render(request, "precincts/consistent/index.html", context)


def consistent_url(name: str, row: Precinct, asked: Asked, **more: str) -> str:
    """The address of a page of a precinct with the rule in it."""
    parts = {**asked.kept, "heat": asked.heat, **more}
    kept = {key: value for key, value in parts.items() if value}
    return f"{chapter_url(name, precinct_id=row.pk)}?{urlencode(kept)}"


def say_rule(asked: Asked) -> str:
    """ "voted in at least 3 of the last 4 primaries", without a number "by the last 4 primaries"."""
    words = {"k": asked.at_least, "n": asked.asked, "kind": say_elections(asked.kind)}
    if asked.asked == 1:
        words["kind"] = str(ElectionKind(asked.kind).label)
        if asked.at_least:
            return gettext("voted in the last %(kind)s") % words
        return gettext("by the last %(kind)s") % words
    if not asked.at_least:
        return gettext("by the last %(n)d %(kind)s") % words
    return gettext("voted in at least %(k)d of the last %(n)d %(kind)s") % words


def say_criteria(asked: Asked) -> str:
    """ "hot, voted in at least 3 of the last 4 primaries"."""
    heat = str(say_heat(asked.heat).word) if asked.heat else gettext("everybody")
    return gettext("%(heat)s, %(rule)s") % {"heat": heat, "rule": say_rule(asked)}


def _say_election(election: Any) -> str:
    return dated(election.held_on)


def _make_stats(row: Precinct, rule: Rule, asked: Asked) -> list[Stat]:
    """How many are hot, warm, cold and new, each leading to them. One query."""
    if not rule.last:
        return []
    known = len(rule.last)
    hot, warm = min(rule.hot_from, known), min(rule.warm_from, known)
    says = {
        Heat.HOT: gettext("hot: voted in %(count)d of %(known)d, or as large a share since registering") % {"count": hot, "known": known},
        Heat.WARM: ngettext("warm: voted in at least %(count)d of them", "warm: voted in at least %(count)d of them", warm) % {"count": warm},
        Heat.COLD: gettext("cold: voted in fewer, or in none"),
        Heat.NEW: gettext("new: registered after all of them"),
    }  # fmt: skip
    counts = count_by_heat(row, rule)
    return [
        Stat(
            number=number(counts[heat]),
            words=says[heat],
            url=consistent_url("precincts:consistent", row, replace(asked, heat=heat.value)),
        )
        for heat in HEATS
    ]


def _card(saved: SavedList) -> Card:
    count = ngettext("%(count)s neighbour", "%(count)s neighbours", saved.voter_count) % {
        "count": number(saved.voter_count)
    }
    return Card(
        title=saved.name,
        line=gettext("%(count)s, saved %(day)s") % {"count": count, "day": day(saved.made_at)},
        url=chapter_url("precincts:saved_list", saved_list_id=saved.pk),
        icon="card-checklist",
    )
