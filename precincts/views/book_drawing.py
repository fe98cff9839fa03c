"""Doors and neighbours of the block book as HTML, drawn without a template: a book has a hundred and fifty of them.

Everything that varies is escaped here; what comes as a `SafeString` was escaped where it was made.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.middleware.csrf import get_token
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from core.components import Badge
from core.http import ChapterRequest, chapter_url
from core.icons import icon_from_sheet, icon_svg
from core.table_drawing import esc
from core.templatetags.formats import day
from precincts.enums import VoterStatus
from precincts.selectors.neighbours import Door
from precincts.views.neighbour_words import SaidFact, SaidNeighbour

_ID = 10**17
"""Stands for a row's number in an address that is then made once for all rows."""


@dataclass(frozen=True, slots=True)
class _Address:
    """The address of one page for many rows: looking each of them up takes longer than drawing it."""

    before: str
    after: str

    @classmethod
    def of(cls, name: str, **row: int) -> _Address:
        before, _number, after = esc(chapter_url(name, slug=None, **row)).partition(str(_ID))
        return cls(before, after)

    def __call__(self, number: int | None) -> str:
        return f"{self.before}{number}{self.after}"


class BookDrawer:
    """Draws doors and neighbours for one reader.

    Args:
        may_add: whether the reader may note what a neighbour said.
        may_add_neighbour: whether they may add somebody the file does not know.
        sheeted: whether the page has the icons on a sheet (`icon_sheet`).
    """

    def __init__(
        self, request: ChapterRequest, *, may_add: bool, may_add_neighbour: bool = False, sheeted: bool = True
    ) -> None:
        self._may_add, self._may_add_neighbour = may_add, may_add_neighbour
        self._icon = icon_from_sheet if sheeted else icon_svg
        self._add_fact = _Address.of("precincts:add_fact", voter_id=_ID)
        self._add_neighbour = _Address.of("precincts:add_neighbour", household_id=_ID)
        self._take_back = _Address.of("precincts:take_fact_back", fact_id=_ID)
        self._registration = _Address.of("precincts:registration", voter_id=_ID)
        self._token = format_html(
            '<input type="hidden" name="csrfmiddlewaretoken" value="{}">', get_token(request)
        )
        self._add, self._known = esc(_("Add what you learned")), esc(_("What is known"))
        self._add_person, self._form_words = esc(_("Add a person")), esc(_("Registration form"))
        self._about = esc(_("about %(name)s"))
        self._heats: dict[str, str] = {}

    def door(self, door: Door, address: str, neighbours: Iterable[SaidNeighbour]) -> SafeString:
        """A door with everybody behind it."""
        placed = ""
        if door.placed_by_street:
            placed = f" {self._badge(Badge(word=_('placed by street'), icon='signpost-2', tone='neutral'))}"
        add = ""
        if self._may_add_neighbour and door.household_id is not None:
            href = self._add_neighbour(door.household_id)
            add = f'<a class="add-person" href="{href}" hx-boost="false">{self._add_person}</a>'
        people = "".join(self.neighbour(one) for one in neighbours)
        return mark_safe(  # noqa: S308 (escaped part by part)
            f'<section class="panel door" id="door-{door.household_id}"><h2 class="door-address">'
            f'<span class="door-place">{door.walk_position or "–"}</span>{esc(address)}{placed}{add}</h2>'
            f'<ul class="neighbours">{people}</ul></section>\n'
        )

    def neighbour(self, one: SaidNeighbour, *, said: str = "", form: str = "") -> SafeString:
        """One person: how they vote, what is known, and the way to noting more.

        Args:
            said: what has just happened, for eyes and ears.
            form: the open form, drawn; takes the place of the link to it.
        """
        row = one.row
        announce = f' data-announce="{esc(said)}"' if said else ""
        age = f", {row.age}" if row.age is not None else ""
        heat = self._heat(one)
        voted = " has-voted" if row.has_voted else ""
        phone = f' · <a href="tel:{esc(row.phone)}">{esc(row.phone)}</a>' if row.phone else ""
        return mark_safe(  # noqa: S308 (escaped part by part)
            f'<li class="neighbour{voted}" id="voter-{row.voter_id}"{announce}>\n'
            f"<div><h3>{esc(one.name)}{age}</h3>{heat}</div>\n"
            f"<p>{one.votes}{esc(one.line)}{phone}</p>"
            f"{self._corrections(one)}{self._marks(one)}{self._facts(one)}{self._registration_link(one)}"
            f"{self._done(said)}{self._way_to_note(one, said=said, form=form)}</li>\n"
        )

    def _heat(self, one: SaidNeighbour) -> str:
        """Drawn once for each heat: a block has four of them."""
        if one.heat is None:
            return ""
        drawn = self._heats.get(one.row.heat)
        if drawn is None:
            drawn = self._heats[one.row.heat] = self._badge(one.heat)
        return drawn

    def _badge(self, badge: Badge) -> str:
        return format_html(
            '<span class="badge-part tone-{}">{}{}</span>', badge.tone, self._icon(badge.icon), badge.word
        )

    def _marks(self, one: SaidNeighbour) -> str:
        if not one.badges:
            return ""
        return f'<p class="neighbour-badges">{" ".join(map(self._badge, one.badges))}</p>'

    def _corrections(self, one: SaidNeighbour) -> str:
        return "".join(
            f'<p class="corrected">{self._icon(said.icon)}<span>{esc(said.words)}'
            f' <span class="quiet">{esc(said.source)}</span></span></p>'
            for said in one.corrections
        )

    def _facts(self, one: SaidNeighbour) -> str:
        if not one.facts:
            return ""
        rows = "".join(map(self._fact, one.facts))
        return f'<ul class="facts" aria-label="{self._known}">{rows}</ul>'

    def _fact(self, fact: SaidFact) -> str:
        words = esc(fact.words)
        lead = (
            f"<b>{esc(fact.lead)}:</b> "
            if fact.lead
            else f'<span class="visually-hidden">{esc(fact.kind)}: </span>'
        )
        who = f"{esc(fact.who)}, " if fact.who else ""
        end = ""
        if self._may_add:
            label = esc(fact.end)
            end = (
                f'<form method="post" action="{self._take_back(fact.fact_id)}">{self._token}'
                f'<button class="btn btn-icon" title="{label}">{self._icon("x-lg")}'
                f'<span class="visually-hidden">{label}: {words}</span></button></form>'
            )
        return (
            f'\n<li>{self._icon(fact.icon)}<span>{lead}{words} <span class="quiet">{who}{esc(day(fact.on))}</span>'
            f"</span>{end}</li>"
        )

    def _registration_link(self, one: SaidNeighbour) -> str:
        if not self._may_add or one.row.status != VoterStatus.UNREGISTERED:
            return ""
        of = esc(_("of %(name)s") % {"name": one.name})
        return (
            f'<p><a href="{self._registration(one.row.voter_id)}">{self._form_words}'
            f'<span class="visually-hidden"> {of}</span></a></p>'
        )

    def _done(self, said: str) -> str:
        return f'<p class="neighbour-said">{self._icon("check-circle")}{esc(said)}</p>' if said else ""

    def _way_to_note(self, one: SaidNeighbour, *, said: str, form: str) -> str:
        if not self._may_add or form:
            return form
        focus = " data-keeps-focus" if said else ""
        about = self._about % {"name": esc(one.name)}
        return (
            f'<a class="add-fact"{focus} href="{self._add_fact(one.row.voter_id)}">{self._add}'
            f'<span class="visually-hidden"> {about}</span></a>'
        )


def list_icons(neighbours: Iterable[SaidNeighbour]) -> set[str]:
    """The icons that stand at these neighbours, for the page's sheet."""
    return {name for one in neighbours for name in one.icons}
