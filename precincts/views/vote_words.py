"""What a report on an election says in words and draws: covered and uncovered blocks, and what that does not prove."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, ngettext

from core.charts import Chart, bar_chart
from core.lists import ListPage
from core.templatetags.formats import day, number, percent
from precincts.intervals import Interval
from precincts.selectors.votes import Comparison, Side, VotesReport

MOST_BARS = 24


@dataclass(frozen=True, slots=True)
class SaidSide:
    """One row of the table of both sides, ready to be drawn."""

    name: str
    blocks: str
    registered: str
    voted: str
    turnout: str
    interval: str
    before: str


def say_points(points: float) -> str:
    """A difference of two shares: "+3.2 points"."""
    written = number(abs(points), 1)
    sign = "\N{MINUS SIGN}" if points < -0.05 else "+" if points > 0.05 else ""
    return gettext("%(sign)s%(number)s points") % {"sign": sign, "number": written}


def say_interval(interval: Interval) -> str:
    """A share's interval in percent."""
    return gettext("%(low)s to %(high)s") % {
        "low": percent(100 * interval.low, 1), "high": percent(100 * interval.high, 1),
    }  # fmt: skip


def say_difference(interval: Interval) -> str:
    """A difference's interval in points, after "between"."""
    return gettext("%(low)s and %(high)s") % {
        "low": say_points(100 * interval.low), "high": say_points(100 * interval.high),
    }  # fmt: skip


def say_sides(comparison: Comparison) -> list[SaidSide]:
    """The blocks with a captain, and those without."""
    return [
        _say_side(gettext("with a captain"), comparison.covered),
        _say_side(gettext("without a captain"), comparison.uncovered),
    ]


def _say_side(name: str, side: Side) -> SaidSide:
    has_people = side.now.registered > 0
    return SaidSide(
        name=name,
        blocks=number(side.blocks),
        registered=number(side.now.registered),
        voted=number(side.now.voted),
        turnout=percent(side.now.percent, 1) if has_people else "–",
        interval=say_interval(side.interval) if has_people else "–",
        before=percent(side.before.percent, 1) if side.before else "–",
    )


def say_comparison(report: VotesReport) -> list[str]:
    """What the two sides show, and what they do not prove, in plain sentences."""
    both = report.comparison
    if not both.has_both:
        return [_say_one_sided(both)]
    words = {
        "covered": percent(both.covered.now.percent, 1), "uncovered": percent(both.uncovered.now.percent, 1),
        "points": number(abs(both.points), 1), "interval": say_difference(both.interval),
    }  # fmt: skip
    if both.points >= 0:
        first = gettext(
            "Of the neighbours in blocks with a captain %(covered)s voted, in blocks without one %(uncovered)s:"
            " %(points)s points more."
        )
    else:
        first = gettext(
            "Of the neighbours in blocks with a captain %(covered)s voted, in blocks without one %(uncovered)s:"
            " %(points)s points fewer."
        )
    if both.interval.holds_zero:
        sure = gettext("By the numbers alone the difference lies between %(interval)s: it may be chance.")
    else:
        sure = gettext("By the numbers alone the difference lies between %(interval)s: more than chance.")
    return [first % words, sure % words, *_say_caveats(report)]


def _say_one_sided(both: Comparison) -> str:
    if both.covered.now.registered:
        return gettext("Every block had a captain that day, so there is nothing to compare with.")
    if both.uncovered.now.registered:
        return gettext("No block had a captain that day, so there is nothing to compare with.")
    return gettext("There were no blocks that day, so there is nothing to compare.")


def _say_caveats(report: VotesReport) -> list[str]:
    both = report.comparison
    says = [
        gettext(
            "This does not prove that captains are the reason: nobody drew lots. Captains choose their blocks, often"
            " where neighbours vote anyway."
        )
    ]
    if both.points_before is not None and report.compared is not None:
        words = {"name": report.compared.name, "points": number(abs(both.points_before), 1)}
        if both.points_before >= 0.05:
            says.append(gettext("In %(name)s the same blocks were already %(points)s points ahead.") % words)
        elif both.points_before <= -0.05:
            says.append(gettext("In %(name)s the same blocks were still %(points)s points behind.") % words)
        else:
            says.append(gettext("In %(name)s the same blocks voted alike.") % words)
    says.append(
        gettext("Neighbours behind one door vote alike, so the true range is wider than the one given.")
    )
    if both.is_small:
        few = min(both.covered.blocks, both.uncovered.blocks)
        says.append(
            ngettext(
                "One side is %(count)s block only: a single apartment house can turn the result.",
                "One side is %(count)s blocks only: a single apartment house can turn the result.",
                few,
            )
            % {"count": number(few)}
        )
    if both.recent:
        says.append(
            ngettext(
                "%(count)s captain had begun less than a month before.",
                "%(count)s captains had begun less than a month before.",
                both.recent,
            )
            % {"count": number(both.recent)}
        )
    return says


def say_known(report: VotesReport) -> list[str]:
    """How far the records behind the figures reach, where that matters for this election."""
    says = []
    election, records = report.election, report.records
    if election.is_awaited:
        says.append(
            gettext(
                "The official history is not in yet: whoever stands on an imported list of returned ballots counts."
            )
        )
    if records.first_file is not None and records.first_file > election.held_on:
        says.append(
            gettext(
                "The chapter's first voter file is of %(day)s, after this election: whoever had left by then is not"
                " counted, and everybody is counted where that file found them."
            )
            % {"day": day(records.first_file)}
        )
    if records.first_cut is None:
        says.append(gettext("The precincts are not cut into blocks yet."))
    elif records.first_cut > election.held_on:
        says.append(
            gettext("The first blocks were cut on %(day)s, after this election: it has no figures by block.")
            % {"day": day(records.first_cut)}
        )
    if report.comparison.unplaced.registered and report.blocks:
        count = report.comparison.unplaced.registered
        says.append(
            ngettext(
                "%(count)s neighbour was in no block that day and is counted with the precinct only.",
                "%(count)s neighbours were in no block that day and are counted with the precinct only.",
                count,
            )
            % {"count": number(count)}
        )
    return says


def draw_comparison(report: VotesReport) -> Chart | None:
    """Both sides as bars, now and in the election before; None where there is one side only."""
    both = report.comparison
    if not both.has_both:
        return None
    labels: list[Any] = []
    values: list[float] = []
    for name, side in ((gettext("with captain"), both.covered), (gettext("without"), both.uncovered)):
        labels.append(name)
        values.append(side.now.percent or 0)
    if both.covered.before and both.uncovered.before:
        for name, side in (
            (gettext("with, before"), both.covered),
            (gettext("without, before"), both.uncovered),
        ):
            labels.append(name)
            values.append((side.before.percent if side.before else 0) or 0)
    more = (
        gettext("Blocks with a captain voted more")
        if both.points >= 0
        else gettext("Blocks with a captain voted less")
    )
    alike = gettext("Blocks with and without a captain voted about alike")
    note = (
        gettext("Before: %(name)s, in the same blocks.") % {"name": report.compared.name}
        if len(labels) > 2 and report.compared
        else ""
    )
    return bar_chart(
        key="covered",
        finding=alike if both.interval.holds_zero else more,
        axis=gettext("turnout"),
        label_axis=gettext("Blocks"),
        labels=labels,
        values=[round(value, 1) for value in values],
        unit="%",
        marked=[0],
        note=note,
    )


def draw_precincts(report: VotesReport, page: ListPage) -> Chart | None:
    """The shown precincts' turnout; None for one alone, and for so many that no bar can be read."""
    shown = [
        (row.code, report.precincts[row.pk])
        for row in page.page.object_list
        if report.precincts[row.pk].percent is not None
    ]
    if not 2 <= len(shown) <= MOST_BARS:
        return None
    reached, having = report.goals
    if having:
        finding = ngettext(
            "%(reached)s of %(count)s precinct with a goal reached it",
            "%(reached)s of %(count)s precincts with a goal reached it",
            having,
        ) % {"reached": number(reached), "count": number(having)}
    else:
        finding = gettext("Turnout by precinct")
    return bar_chart(
        key="precincts",
        finding=finding,
        axis=gettext("turnout"),
        label_axis=gettext("Precinct"),
        labels=[code for code, _one in shown],
        values=[round(one.percent or 0, 1) for _code, one in shown],
        unit="%",
        marked=[place for place, (_code, one) in enumerate(shown) if one.has_reached],
        note=gettext("Marked: goal reached.") if reached else "",
    )
