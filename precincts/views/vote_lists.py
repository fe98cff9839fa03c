"""The lists of votes delivered: elections, and one election's precincts and blocks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.components import Badge
from core.http import chapter_url
from core.lists import Column, Filter, ListSpec, Rows
from core.templatetags.formats import day, percent, when
from precincts.enums import ElectionKind
from precincts.models import Election
from precincts.selectors.votes import PlaceVotes, VotesReport
from precincts.views.vote_words import say_points


def _source_badge(election: Election) -> Badge:
    if election.is_awaited:
        return Badge(word=_("ballots returned so far"), icon="hourglass-split", tone="mark")
    return Badge(word=_("official history"), icon="check-circle", tone="good")


ELECTIONS = ListSpec(
    key="votes",
    columns=(
        Column(
            "election", _("Election"), lambda e: e.name, sort=("name",), title=True,
            url=lambda e: chapter_url("precincts:votes_delivered", election_id=e.pk),
        ),
        Column("day", _("Day"), lambda e: e.held_on, sort=("held_on",)),
        Column("kind", _("Kind"), lambda e: e.get_kind_display()),
        Column(
            "source", _("Counted from"), lambda e: _source_badge(e).word, badge=_source_badge,
            line=lambda e: when(e.imported_at) if e.is_awaited else "",
        ),
    ),
    filters=(Filter("kind", _("Kind"), ElectionKind.choices, lambda rows, value: rows.filter(kind=value)),),
    order=("-held_on", "pk"),
)  # fmt: skip


def say_place(one: PlaceVotes) -> str:
    """A place's turnout, or a dash."""
    return "–" if one.percent is None else percent(one.percent, 1)


def goal_badge(one: PlaceVotes) -> Badge | None:
    if one.has_reached is None:
        return None
    if one.has_reached:
        return Badge(word=_("goal reached"), icon="check-circle", tone="good")
    return Badge(word=_("below the goal"), icon="arrow-down-circle", tone="mark")


def _figures(places: Mapping[int, PlaceVotes], report: VotesReport) -> list[Column]:
    """The columns that precincts and blocks share."""
    is_so_far = report.election.is_awaited

    def of(row: Any) -> PlaceVotes:
        return places[row.pk]

    def goal_words(row: Any) -> str:
        goal = of(row).goal
        return "" if goal is None else gettext("goal %(goal)s") % {"goal": percent(float(goal), 1)}

    def change_words(row: Any) -> str:
        return "" if of(row).change is None else say_points(of(row).change or 0)

    def before(row: Any) -> float | None:
        earlier = of(row).before
        return earlier.percent if earlier else None

    return [
        Column("registered", _("Registered"), lambda r: of(r).now.registered, sort=("by_registered",), numeric=True),
        Column("voted", _("Voted so far") if is_so_far else _("Voted"), lambda r: of(r).now.voted, numeric=True),
        Column(
            "turnout", _("Turnout"), lambda r: say_place(of(r)), sort=("by_turnout",), numeric=True, line=goal_words,
            csv=lambda r: _rounded(of(r).percent), hint=_("of the registered"),
        ),
        Column("goal", _("Goal in percent"), lambda r: of(r).goal, only_csv=True),
        Column(
            "change", _("Against before"), change_words, sort=("by_change",), numeric=True,
            line=lambda r: "" if before(r) is None else percent(before(r), 1),
            csv=lambda r: _rounded(of(r).change),
            hint=report.compared.name if report.compared else _("no like election before"),
        ),
        Column("before", _("Turnout before in percent"), lambda r: _rounded(before(r)), only_csv=True),
        Column(
            "reached", _("Goal"), lambda r: badge.word if (badge := goal_badge(of(r))) else "",
            badge=lambda r: goal_badge(of(r)),
        ),
    ]  # fmt: skip


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def make_precinct_list(report: VotesReport) -> ListSpec:
    election_id = report.election.pk
    return ListSpec(
        key="votes_precincts",
        columns=(
            Column(
                "precinct", _("Precinct"), lambda p: p.code, sort=("county", "code_order"), title=True,
                url=lambda p: chapter_url(
                    "precincts:votes_of_precinct", election_id=election_id, precinct_id=p.pk
                ),
                line=lambda p: p.name or p.county,
            ),
            *_figures(report.precincts, report),
        ),
        filters=_goal_filters(report.precincts),
        search=lambda rows, words: rows.filter(code__istartswith=words) | rows.filter(name__icontains=words),
        search_label=_("Precinct"),
        order=("county", "code_order", "pk"),
        csv_right="precincts.export_votes",
    )  # fmt: skip


def make_block_list(report: VotesReport) -> ListSpec:
    def is_covered(rows: Rows, value: str) -> Rows:
        ids = [pk for pk, one in report.blocks.items() if bool(one.captain) == (value == "yes")]
        return rows.filter(pk__in=ids)

    return ListSpec(
        key="votes_blocks",
        columns=(
            Column(
                "block", _("Block"), lambda b: gettext("Block %(block)s") % {"block": b},
                sort=("precinct__county", "precinct__code", "number"), title=True,
                url=lambda b: chapter_url("precincts:block_votes", block_id=b.pk),
                line=lambda b: gettext("closed %(day)s") % {"day": day(b.closed_on)} if b.closed_on else "",
            ),
            Column("precinct", _("Precinct"), lambda b: b.precinct.code),
            Column(
                "captain", _("Captain that day"), lambda b: report.blocks[b.pk].captain,
                line=lambda b: _say_since(report.blocks[b.pk]),
            ),
            Column("since", _("Captain since"), lambda b: report.blocks[b.pk].since, only_csv=True),
            *_figures(report.blocks, report),
        ),
        filters=(
            Filter("covered", _("Captain"), [("yes", _("with a captain")), ("no", _("without"))], is_covered),
            *_goal_filters(report.blocks),
        ),
        order=("precinct__county", "precinct__code", "number", "pk"),
        csv_right="precincts.export_votes",
    )  # fmt: skip


def _say_since(one: PlaceVotes) -> str:
    return gettext("since %(day)s") % {"day": day(one.since)} if one.since else ""


def _goal_filters(places: Mapping[int, PlaceVotes]) -> tuple[Filter, ...]:
    """The filter by goal, where any of the places has one."""
    if all(one.has_reached is None for one in places.values()):
        return ()

    def apply(rows: Rows, value: str) -> Rows:
        return rows.filter(pk__in=[pk for pk, one in places.items() if one.has_reached is (value == "yes")])

    return (Filter("goal", _("Goal"), [("yes", _("reached")), ("no", _("not reached"))], apply),)
