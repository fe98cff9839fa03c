"""The news of a block in words, door by door."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from precincts.casing import in_plain_case
from precincts.selectors.block_news import BlockNews, NewsItem
from precincts.selectors.neighbours import Door
from precincts.words import say_party

SHOWN_AT_ONCE = 4

_ICONS = {
    "new": "star", "turned_18": "balloon", "moved_in": "box-seam", "moved_out": "box-arrow-right",
    "returned": "arrow-return-left", "gone": "dash-circle", "removed": "x-circle", "party": "arrow-left-right",
    "name": "pencil",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SaidNews:
    """One change: whom it is about, what happened, where in the page it leads ("" for nowhere)."""

    name: str
    words: str
    door: str
    on: date
    icon: str
    anchor: str


@dataclass(frozen=True, slots=True)
class SaidBlockNews:
    """The section at the head of the book."""

    items: list[SaidNews]
    through: int
    has_more: bool
    since: date | None

    @property
    def first(self) -> list[SaidNews]:
        """What is shown at once, so that the doors are not far down on a phone."""
        return self.items[:SHOWN_AT_ONCE]

    @property
    def rest(self) -> list[SaidNews]:
        """What opens with a press."""
        return self.items[SHOWN_AT_ONCE:]


def say_news(news: BlockNews, doors: Sequence[Door]) -> SaidBlockNews:
    """The news in walking order; each leads to its neighbour, or to the door they left."""
    places = {door.household_id: place for place, door in enumerate(doors)}
    listed = {one.voter_id for door in doors for one in door.neighbours}
    ordered = sorted(news.items, key=lambda item: places.get(item.household_id, len(places)))
    items = [_say(item, places=places, listed=listed) for item in ordered]
    return SaidBlockNews(items, news.through, news.has_more, news.since)


def _say(item: NewsItem, *, places: dict[int | None, int], listed: set[int]) -> SaidNews:
    anchor = f"#door-{item.household_id}" if item.household_id in places else ""
    if item.voter_id in listed:
        anchor = f"#voter-{item.voter_id}"
    return SaidNews(
        name=in_plain_case(item.name), words=_say_what(item), door=in_plain_case(item.address), on=item.on,
        icon=_ICONS[item.what], anchor=anchor,
    )  # fmt: skip


def _say_what(item: NewsItem) -> str:
    if item.what == "party":
        before, after = (say_party(party) if party else _("no party") for party in (item.before, item.after))
        return _("changed party, from %(before)s to %(after)s") % {"before": before, "after": after}
    if item.what == "name":
        return _("was %(before)s before") % {"before": in_plain_case(item.before)}
    words = {
        "new": _("newly registered here"),
        "turned_18": _("turned 18 and registered"),
        "moved_in": _("moved in"),
        "moved_out": _("moved out"),
        "returned": _("is back in the file"),
        "gone": _("is no longer in the file"),
        "removed": _("was taken off the rolls: died, moved or struck"),
    }
    return words[item.what]
