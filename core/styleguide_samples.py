"""Sample content for the style guide: made-up people, figures and streets, the same on every call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from operator import attrgetter
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.charts import Goal, Series, bar_chart, line_chart, stacked_chart
from core.components import (
    Action,
    Badge,
    Card,
    Detail,
    Event,
    LegendEntry,
    MapPanel,
    Progress,
    Stat,
    Step,
)
from core.forms import DateField
from core.lists import Column, Filter, ListSpec

ACTIVE = Badge(word=_("active"), icon="activity", tone="good")
LAPSING = Badge(word=_("lapsing"), icon="clock", tone="mark")
VACANT = Badge(word=_("vacant"), icon="person-dash", tone="danger")
STANDINGS = {"active": ACTIVE, "lapsing": LAPSING, "vacant": VACANT}

COLOURS = (
    *("surface", "raised", "sunk", "track", "ink", "quiet", "line", "control"),
    *("accent", "accent-tint", "mark", "mark-tint", "danger", "danger-tint"),
    *("ramp-1", "ramp-2", "ramp-3", "ramp-4", "ramp-5"),
)

_NAMES = (
    ("Rosa Lima", "active", 7, 149),
    ("Tobias Kern", "lapsing", 8, 151),
    ("Marisol Vega", "active", 2, 148),
    ("Wen Liu", "active", 3, 152),
    ("Dev Patel", "active", 11, 150),
    ("Mina Sato", "lapsing", 12, 147),
    ("Hal Brandt", "active", 1, 153),
    ("Joy Ncube", "active", 5, 150),
)


@dataclass(frozen=True)
class Person:
    """One made-up captain."""

    pk: int
    name: str
    standing: str
    block: int
    voters: int
    since: date


class SampleRows(list[Any]):
    """A list that can be asked like a queryset, as far as `core.lists` asks."""

    def order_by(self, *names: str) -> SampleRows:
        rows = SampleRows(self)
        for name in reversed(names):
            rows.sort(key=attrgetter(name.removeprefix("-")), reverse=name.startswith("-"))
        return rows

    def where(self, holds: Callable[[Any], bool]) -> SampleRows:
        return SampleRows(row for row in self if holds(row))

    def iterator(self, chunk_size: int) -> Iterator[Any]:
        return iter(self)


def people() -> Any:
    """Twenty-four made-up captains."""
    return SampleRows(
        Person(
            pk=at,
            name=f"{name} {'' if at < len(_NAMES) else 'ABC'[at // len(_NAMES)]}".strip(),
            standing=standing,
            block=block,
            voters=voters + at,
            since=date(2019 + at % 6, 1 + at % 12, 3 + at),
        )
        for at, (name, standing, block, voters) in enumerate(_NAMES * 3)
    )


PEOPLE = ListSpec(
    key="captains",
    columns=(
        Column("name", _("Name"), lambda p: p.name, sort=("name",), title=True, url=lambda p: "#person"),
        Column("block", _("Block"), lambda p: p.block, sort=("block",), numeric=True),
        Column("voters", _("Voters"), lambda p: p.voters, sort=("voters",), numeric=True),
        Column("since", _("Since"), lambda p: p.since, sort=("since",)),
        Column(
            "standing",
            _("Standing"),
            lambda p: p.standing,
            badge=lambda p: STANDINGS[p.standing],
            hint=_("lapsing: no contact for 6 weeks"),
        ),
    ),
    filters=(
        Filter(
            "standing",
            _("Standing"),
            (("active", _("active")), ("lapsing", _("lapsing"))),
            lambda rows, value: rows.where(lambda p: p.standing == value),  # type: ignore[attr-defined]
        ),
        Filter(
            "block",
            _("Block"),
            [(number, number) for number in range(1, 13)],
            lambda rows, value: rows.where(lambda p: p.block == int(value)),  # type: ignore[attr-defined]
        ),
    ),
    search=lambda rows, words: rows.where(  # type: ignore[attr-defined]
        lambda p: words.lower() in p.name.lower()
    ),
    search_label=_("Search by name"),
    order=("name", "pk"),
    actions=lambda p: [Action(label=_("Hand over"), url=reverse("site:styleguide_confirm"), panel=True)],
    page_size=10,
)


class SampleForm(forms.Form):
    """One field of every kind."""

    name = forms.CharField(label=_("Name"), help_text=_("As it should stand on the walk list."))
    email = forms.EmailField(label=_("E-mail address"), required=False)
    on = DateField(label=_("From"))
    voters = forms.IntegerField(label=_("Voters per block"), min_value=20, max_value=500, initial=150)
    precinct = forms.ChoiceField(label=_("Precinct"), choices=[("", "–"), ("3-1", "3-1"), ("3-2", "3-2")])
    part = forms.ChoiceField(
        label=_("Part"),
        choices=[("captain", _("Captain")), ("backup", _("Backup"))],
        widget=forms.RadioSelect(),
        help_text=_("A backup walks when the captain cannot."),
    )
    days = forms.MultipleChoiceField(
        label=_("Can walk on"),
        choices=[("sat", _("Saturday")), ("sun", _("Sunday"))],
        widget=forms.CheckboxSelectMultiple(),
        required=False,
    )
    notes = forms.CharField(label=_("Notes"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    file = forms.FileField(label=_("Voter file"), required=False)
    told = forms.BooleanField(label=_("The captain has been asked and said yes"))


def wrong_form() -> SampleForm:
    """The same form sent with mistakes, under ids of its own."""
    return SampleForm(
        {"wrong-name": "", "wrong-voters": "5", "wrong-email": "rosa@", "wrong-on": ""}, prefix="wrong"
    )


def running_job(*, second: int) -> Progress:
    """An import as it stands at that second of a minute."""
    is_done = second >= 55
    return Progress(
        key="job-sample",
        what=_("Import a voter file"),
        state="done" if is_done else "running",
        done=79_894 if is_done else second * 1_452,
        total=79_894,
        message=_("79,858 voters behind 41,233 doors") if is_done else _("Merging rows"),
        seconds_left=None if is_done else 55 - second,
        poll_url=reverse("site:styleguide_progress"),
        cancel_url="" if is_done else reverse("site:styleguide_undo"),
        result_url=reverse("site:styleguide") if is_done else "",
    )


def parts() -> dict[str, Any]:
    """Content for every part that is not a list or a form."""
    return {
        "stats": _stats(),
        "cards": _cards(),
        "details": [
            Detail(label=_("Precinct"), value="3-2", url="#precinct"),
            Detail(label=_("Doors"), value="1,391"),
            Detail(
                label=_("Source"), value=_("State file of 3 May, voter contact only"), help=_("permitted use")
            ),
            Detail(label=_("Polygon"), value=""),
        ],
        "events": _events(),
        "steps": [
            Step(label=_("Choose the file"), state="done", url="#file"),
            Step(label=_("Match the columns"), state="current", line=_("4 of 6 matched")),
            Step(label=_("Look at the first rows"), state="todo"),
            Step(label=_("Import"), state="todo"),
        ],
        "running": running_job(second=23),
        "failed": Progress(
            key="job-failed",
            what=_("Print walk lists"),
            state="failed",
            error=_("The printer's fonts are missing. No list was made; everything else is as before."),
        ),
        "panel_data": _map_panel(),
        "charts": _charts(),
        "colours": COLOURS,
        "hues": [(at, at + 1) for at in range(8)],
        "tones": [
            (_("waiting"), "hourglass", "neutral"),
            (_("active"), "activity", "good"),
            (_("lapsing"), "clock", "mark"),
            (_("vacant"), "person-dash", "danger"),
        ],
    }


def _stats() -> list[Stat]:
    return [
        Stat(number=_("17 of 19"), words=_("blocks with a captain"), percent=89.5, url="#captains"),
        Stat(number="612", words=_("hot: voted 3 of the last 4 primaries")),
        Stat(number="41\N{NO-BREAK SPACE}%", words=_("turnout 2023, goal 46 % for 2025"), percent=41),
        Stat(number="38", words=_("neighbours moved in since May"), change=_("12 more than last year")),
    ]


def _cards() -> list[Card]:
    ask = Badge(word=_("3 to ask"), icon="hand-index", tone="mark")
    return [
        Card(
            title=_("No captain"),
            line=_("150 voters, vacant 34 days"),
            number="5",
            hue=3,
            badge=ask,
            url="#5",
        ),
        Card(
            title="Marisol V.", line=_("since 2021, backup Dev P."), number="2", hue=1, badge=ACTIVE, url="#2"
        ),
        Card(
            title="Tobias K.", line=_("last contact 9 weeks ago"), number="7", hue=6, badge=LAPSING, url="#7"
        ),
        Card(
            title="Wen L.",
            line=_("since March, no backup"),
            number="3",
            hue=2,
            action=Action(label=_("Find a backup"), url="#3", icon="person-plus"),
        ),
    ]


def _events() -> list[Event]:
    return [
        Event(
            at=datetime(2025, 11, 14, 15, 0, tzinfo=UTC),
            what=_("Wen L. became captain of block 3"),
            who="Ana R.",
            icon="person-check",
            note=_("Handed over by Joy N., who takes block 5."),
        ),
        Event(
            at=datetime(2025, 11, 2, 9, 30, tzinfo=UTC),
            what=_("Walk list 4127 printed"),
            who="Ana R.",
            icon="printer",
            url="#4127",
        ),
        Event(at=datetime(2025, 10, 28, 8, 0, tzinfo=UTC), what=_("19 blocks cut"), icon="scissors"),
    ]


def _map_panel() -> MapPanel:
    return MapPanel(
        key="sample-map",
        title=_("Blocks of equal size"),
        data_url=reverse("site:styleguide_map"),
        say=_("Six blocks of about 150 voters between Lantern Street and Mill Street."),
        list_url="#list-captains",
        legend=[
            LegendEntry(label=_("circle size: voters at the door"), mark="dot"),
            LegendEntry(label=_("dashed: no captain yet"), mark="pale"),
        ],
        badge=Badge(word=_("within one building"), icon="check-circle", tone="good"),
    )


def _charts() -> list[Any]:
    return [
        bar_chart(
            key="sample-bars",
            finding=_("Precinct 3-2 is the only one past its goal"),
            axis=_("turnout in the 2023 primary"),
            label_axis=_("Precinct"),
            labels=["3-1", "3-2", "3-3", "4-1"],
            values=[38.2, 47.5, 41.0, 29.9],
            unit="%",
            marked=[1],
            goal=Goal(46, _("goal 46 %")),
            note=_("Voters listed on election day; source: history file of 3 May."),
        ),
        line_chart(
            key="sample-lines",
            finding=_("Covered blocks pulled ahead in 2022"),
            axis=_("turnout in general elections"),
            label_axis=_("Year"),
            labels=["2018", "2020", "2021", "2022", "2023", "2024"],
            series=[
                Series(_("A: with a captain"), [52, 71, 33, 60, 47, 74]),
                Series(_("B: without"), [51, 70, 31, 52, 38, 69]),
            ],
            unit="%",
        ),
        stacked_chart(
            key="sample-stacks",
            finding=_("Half of all doors were nobody home"),
            axis=_("doors"),
            label_axis=_("Launch"),
            labels=[_("Sat 1 Nov"), _("Sun 2 Nov"), _("Sat 8 Nov")],
            series=[
                Series(_("talked"), [212, 180, 240]),
                Series(_("nobody home"), [260, 231, 270]),
                Series(_("refused"), [40, 22, 31]),
                Series(_("left a note"), [18, 64, 12]),
            ],
        ),
    ]


def town() -> dict[str, Any]:
    """Six blocks on a small grid of streets, as static/js/map.js reads them."""
    west, south, step = -71.118, 42.373, 0.0012
    features = [
        _feature(
            "LineString",
            [[west - step, south + row * step], [west + 4 * step, south + row * step]],
            kind="street",
        )
        for row in range(3)
    ]
    features += [
        _feature(
            "LineString",
            [[west + at * step, south - step / 2], [west + at * step, south + 2.5 * step]],
            kind="street",
        )
        for at in range(4)
    ]
    for at in range(6):
        features += _block(at, west + (at % 3) * step, south + (at // 3) * step, step)
    return {"type": "FeatureCollection", "features": features}


def _block(at: int, west: float, south: float, step: float) -> list[dict[str, Any]]:
    edge, far = step * 0.08, step * 0.92
    ring = [[edge, edge], [far, edge], [far, far], [edge, far], [edge, edge]]
    number, is_pale = at + 1, at == 4
    shared = {"key": number, "hue": at, "pale": is_pale}
    say = str(_("Block %(number)d, %(voters)d voters") % {"number": number, "voters": 148 + at})
    doors = [
        _feature(
            "Point",
            [west + step * (0.2 + 0.2 * column), south + (edge + far) / 2 + side * step * 0.26],
            kind="point",
            size=2 + (column * 7 + at * 3) % 11,
            say=str(_("%(number)d Lantern Street") % {"number": 10 * at + 2 * column + (side > 0)}),
            **shared,
        )
        for column in range(4)
        for side in (-1, 1)
    ]
    middle = [west + step / 2, south + step / 2]
    return [
        _feature("Polygon", [[[west + x, south + y] for x, y in ring]], kind="area", say=say, **shared),
        *doors,
        _feature("Point", middle, kind="number", label=str(number), say=say, **shared),
    ]


def _feature(geometry: str, coordinates: list[Any], **properties: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": geometry, "coordinates": coordinates},
        "properties": properties,
    }
