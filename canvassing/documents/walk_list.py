"""A walk list on paper.

What such a page costs is the number of its boxes: the choices to circle stand as one preformatted text of
two lines in each cell, the tick boxes are characters, and one table serves the whole list.
"""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import formats, timezone, translation
from django.utils.text import Truncator, capfirst, slugify
from django.utils.translation import gettext as _

from canvassing.documents.walk_map import Stop, walk_map
from canvassing.models import WalkList
from canvassing.selectors.lists import list_doors_of_list, place_of
from core.actors import Actor
from core.pdf import RenderedPdf, render_document
from core.qr import qr_data_uri
from core.templatetags.formats import dated, duration, metres
from precincts.casing import in_plain_case
from precincts.enums import ChangeKind, FactKind, Heat, VoterStatus
from precincts.models import Election
from precincts.selectors.neighbours import Door, KnownFact, Neighbour, list_shown_elections
from precincts.words import say_affiliation_on_paper, say_ballot, say_elections, say_heat_on_paper, short_day

BOX = "\N{BALLOT BOX}"
VOTED, NOT_VOTED, NOT_YET = "\N{BLACK CIRCLE}", "\N{WHITE CIRCLE}", "\N{EN DASH}"
NO_BREAK = "\N{NO-BREAK SPACE}"
NOTES_LENGTH = 110
SHORT_UNIT = 12
TOGETHER = 12
"""Rows that always find room on one page; a fuller house is written in parts of so many."""
NOTES_AT_MOST = 4


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One neighbour as the paper shows them; `number` is the door's, with a letter where several live there."""

    number: str
    name: str
    line: str
    dots: str
    heat: str
    notes: str


@dataclass(frozen=True, slots=True)
class DoorRow:
    """One household, or the next part of a full house: its rows stay on one page and share one shade."""

    number: int
    address: str
    unit: str
    people: list[PersonRow]
    is_continued: bool


def say_captain(walk_list: WalkList) -> str:
    """Who answered for the block on the day of printing: the captain, or who stood in and for whom; "" for nobody."""
    if not walk_list.stand_in:
        return walk_list.captain
    return _("%(name)s, who stands in for %(captain)s") % {
        "name": walk_list.stand_in,
        "captain": walk_list.captain,
    }


def list_url(walk_list: WalkList) -> str:
    """The list's short address, as the QR code holds it."""
    address = reverse(
        "canvassing_site:list", kwargs={"slug": walk_list.chapter.slug, "number": walk_list.list_number}
    )
    return f"{settings.SITE_URL.rstrip('/')}{address}"


def render_walk_list(walk_list: WalkList) -> RenderedPdf:
    """The list as a tagged PDF, in the chapter's language and on its paper."""
    return render_document(walk_list_html(walk_list), stylesheet="css/print_walk_list.css", tagged=True)


def walk_list_html(walk_list: WalkList) -> str:
    """The document that becomes the PDF."""
    with translation.override(walk_list.chapter.language):
        on = timezone.localdate(walk_list.made_at)
        doors = list_doors_of_list(walk_list, on=on, actor=Actor.system(walk_list.chapter_id))
        elections = list_shown_elections(walk_list.chapter, on=on)
        return render_to_string(
            "canvassing/documents/walk_list.html", walk_list_context(walk_list, doors, elections)
        )


def walk_list_context(
    walk_list: WalkList, doors: Sequence[Door], elections: Sequence[Election]
) -> dict[str, Any]:
    """What the template is given; `doors` in the order of the walk."""
    chapter = walk_list.chapter
    address = list_url(walk_list)
    return {
        "language": translation.get_language() or "en",
        "chapter": chapter,
        "walk_list": walk_list,
        "place": place_of(walk_list),
        "title": _("List %(number)d") % {"number": walk_list.list_number},
        "paper": walk_list.paper_size,
        "captain_title": chapter.captain_title,
        "captain": say_captain(walk_list),
        "url": address,
        "url_words": address.removeprefix("https://").removeprefix("http://"),
        "qr": qr_data_uri(address),
        "map": map_of(doors),
        "off_map": sum(1 for door in doors if door.lon is None),
        "one_building": in_plain_case(doors[0].building)
        if len({door.building_id for door in doors}) == 1
        else "",
        "time": duration(walk_list.walk_minutes * 60),
        "length": metres(walk_list.walk_metres) if walk_list.walk_metres else "",
        "door_count": len(doors),
        "voter_count": sum(len(door.neighbours) for door in doors),
        "heats": count_heats(doors),
        "elections": capfirst(say_elections(chapter.consistency_kind)),
        "years": list_years(elections),
        "hot_from": min(chapter.hot_from, len(elections)),
        "warm_from": min(chapter.warm_from, len(elections)),
        "say": _("Hi, I am your neighbour from the block. What should be fixed first around here?"),
        "ask": _("How will you vote, and do you need anything to get there?"),
        "marks": marks_to_make(),
        "file_terms": terms_of(walk_list),
        "doors": door_rows(doors, on=timezone.localdate(walk_list.made_at)),
    }


def count_heats(doors: Sequence[Door]) -> list[tuple[Any, int]]:
    """How many neighbours are hot, warm, cold and, where there are any, new."""
    counts = Counter(one.heat for door in doors for one in door.neighbours)
    return [(say_heat_on_paper(heat), counts[heat]) for heat in Heat if counts[heat] or heat != Heat.NEW]


def marks_to_make() -> str:
    """What is to be circled and ticked for each neighbour, as two lines set with tabs.

    One text of two lines instead of fourteen boxes a person is what makes a long list quick to draw.
    """
    # Translators: printed in columns of 14 mm; at most nine letters each for these twelve words.
    results = (_("not home"), _("refused"), _("moved"), _("note left"), _("come back"), _("language"))
    plans = [f"{word} {BOX}" for word in (_("mail"), _("early"), _("day"), _("ride"), _("sign"), _("help"))]
    first = [*results[:3], "1  2  3  4  5", *plans[:3]]
    second = [*results[3:], "", *plans[3:]]
    return "\t".join(first) + "\n" + "\t".join(second)


def terms_of(walk_list: WalkList) -> list[dict[str, str]]:
    """Source, day and permitted use of the voter files behind a list, the day in words."""
    return [
        terms | {"obtained_on": dated(terms["obtained_on"]) if terms["obtained_on"] else ""}
        for terms in walk_list.file_terms
    ]


def file_stem(walk_list: WalkList) -> str:
    """A list's file name without its ending: "list-1007-precinct-3-2-block-7"."""
    return slugify(f"list-{walk_list.list_number}-{place_of(walk_list)}")


def list_years(elections: Iterable[Election]) -> list[str]:
    """The elections' years, oldest first, with the month where one year has several."""
    days = [election.held_on for election in elections]
    years = [day.year for day in days]
    return [
        str(day.year) if years.count(day.year) == 1 else formats.date_format(day, "M Y", use_l10n=False)
        for day in days
    ]


def map_of(doors: Sequence[Door]) -> str:
    """The walk as an SVG data URI; empty where there is no way to draw."""
    stops = list_stops(doors)
    return _svg_uri(walk_map(stops, height=300)) if len(stops) > 1 else ""


def screen_doors(doors: Sequence[Door], *, on: date) -> list[dict[str, Any]]:
    """The paper's rows for a screen, each person beside the neighbour the row is of."""
    people = iter([one for door in doors for one in door.neighbours])
    return [
        {"row": row, "people": [(person, next(people)) for person in row.people]}
        for row in door_rows(doors, on=on)
    ]


def list_stops(doors: Sequence[Door]) -> list[Stop]:
    """The buildings in the order of the walk, each with the numbers of its doors."""
    stops: list[Stop] = []
    last_building: int | None = None
    first = 0
    for number, door in enumerate(doors, start=1):
        if door.lon is None or door.lat is None:
            continue
        if stops and door.building_id == last_building:
            stops[-1] = Stop(f"{first}\N{EN DASH}{number}", door.lon, door.lat, in_plain_case(door.street))
            continue
        first, last_building = number, door.building_id
        stops.append(Stop(str(number), door.lon, door.lat, in_plain_case(door.street)))
    return stops


def door_rows(doors: Iterable[Door], *, on: date) -> list[DoorRow]:
    """The doors as rows, numbered from 1; a full house as several, each with its address, so that none is cut."""
    rows = []
    for number, door in enumerate(doors, start=1):
        people = [
            _person_row(one, number=number, index=index, alone=len(door.neighbours) == 1, on=on)
            for index, one in enumerate(door.neighbours)
        ]
        address = in_plain_case(door.building) or _("No address in the file")
        unit = door.unit.replace(" ", NO_BREAK) if len(door.unit) <= SHORT_UNIT else door.unit
        rows += [
            DoorRow(number, address, unit, people[first : first + TOGETHER], is_continued=first > 0)
            for first in range(0, len(people), TOGETHER)
        ]
    return rows


def _person_row(one: Neighbour, *, number: int, index: int, alone: bool, on: date) -> PersonRow:
    return PersonRow(
        number=str(number) if alone else f"{number}{letters(index)}",
        name=in_plain_case(one.name),
        line=person_line(one, on=on),
        dots="".join(
            NOT_YET if mark.voted is None else VOTED if mark.voted else NOT_VOTED for mark in one.marks
        ),
        heat=say_heat_on_paper(one.heat),
        notes=person_notes(one, on=on),
    )


def letters(index: int) -> str:
    """0 is a, 25 is z, 26 is aa: who is who at one door."""
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(ord("a") + rest) + text
    return text


def person_line(one: Neighbour, *, on: date) -> str:
    """Gender, age, affiliation with its source, and what the file says of the registration."""
    gender = one.gender[:1].upper()
    first = f"{gender if gender in 'FMX' else ''} {one.age if one.age is not None else ''}".strip()
    parts = [first, say_affiliation_on_paper(one.affiliation, on=on)]
    if one.status in (VoterStatus.INACTIVE, VoterStatus.TEMPORARY, VoterStatus.UNREGISTERED):
        parts.append(str(VoterStatus(one.status).label))
    return ", ".join(part for part in parts if part)


def person_notes(one: Neighbour, *, on: date) -> str:
    """What is known of somebody, the newest first, one thing a line, short enough for the margin of a page."""
    notes = [capfirst(say_ballot(one.ballot, on=on))] if one.ballot is not None else []
    notes += [fact_words(fact, on=on) for fact in one.facts if fact.kind != FactKind.AFFILIATION]
    for change in one.changes:
        if change.turned_18:
            notes.append(_("turned 18"))
        elif change.kind in (ChangeKind.NEW, ChangeKind.MOVED, ChangeKind.RETURNED):
            notes.append(_("moved in since %(on)s") % {"on": short_day(change.on, on=on)})
        if change.party_before and change.party_before != one.affiliation.registered:
            notes.append(_("was registered %(party)s") % {"party": change.party_before})
    kept = [note for note in dict.fromkeys(notes) if note][:NOTES_AT_MOST]
    return Truncator("\n".join(kept)).chars(NOTES_LENGTH)


def fact_words(fact: KnownFact, *, on: date) -> str:
    """One fact in words; most stand for themselves, a contact with its day."""
    patterns = {
        FactKind.SUPPORT: _("support %(said)s"),
        FactKind.LANGUAGE: _("speaks %(said)s"),
        FactKind.CONTACT: _("%(on)s: %(said)s"),
    }
    pattern = patterns.get(FactKind(fact.kind), "%(said)s")
    return pattern % {"said": fact.words, "on": short_day(fact.on, on=on)} if fact.words else ""


def _svg_uri(svg: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
