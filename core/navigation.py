"""What the frame shows, filled by registration: areas, Today, search, Settings, the phone's bottom bar.

Each app registers from its `AppConfig.ready()`; the frame asks for what the person at hand may see. All
`url_name`s are chapter pages: they take `chapter_slug` and nothing else. A `right` of "" means everybody
with standing in the chapter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.http import urlencode

from core.http import chapter_url
from core.permissions import has_right

if TYPE_CHECKING:
    from core.actors import Actor
    from core.http import ChapterRequest

Words = Any  # str or a lazy translation

FOOT = 80  # areas from this order on stand at the rail's foot and never on the phone's bar


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """One entry of the left rail.

    Attributes:
        key: the word a page passes as `area` to mark the entry as the current one.
        icon: a Bootstrap icon's name without "bi-".
        order: tens; Today 10, Precincts 20, Canvassing 30, Endorsements 40, Coalitions 50, People 60,
            Reports 70, Settings 90 (from 80 on below the line).
        right: shown to whoever holds it.
        shown_to: asked with the actor, beside the right.
        paths: how the addresses of its other pages begin, after the chapter's ("imports/").
    """

    key: str
    label: Words
    icon: str
    url_name: str
    order: int
    right: str = ""
    shown_to: Callable[[Actor], bool] | None = None
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneEntry:
    """One entry of the phone's bottom bar; the first three the person may see stand between Today and More.

    Attributes:
        shown_to: asked with the actor, beside the right; a captain's entries ask for an own block here.
    """

    key: str
    label: Words
    icon: str
    url_name: str
    order: int
    right: str = ""
    shown_to: Callable[[Actor], bool] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TodayItem:
    """One thing that needs this person now, with its one button.

    Attributes:
        urgency: lower comes first; 10 something is stuck or failed, 20 due today, 30 this week, 50 a next step.
        action: the button's words, a verb with its object.
        due_at: shown as day and time in the chapter's zone.
    """

    title: Words
    line: Words
    action: Words
    url: str
    icon: str = "arrow-right-circle"
    urgency: int = 50
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHit:
    """One thing found."""

    title: Words
    url: str
    line: Words = ""
    icon: str = "file-earmark"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchGroup:
    """What one provider found, best first.

    Attributes:
        total: how many there are in all; where more than are shown, the search page shows them by themselves.
        more_url: the list page with the same words, where that is the better place for all of them.
    """

    key: str
    label: Words
    hits: list[SearchHit] = field(default_factory=list)
    total: int = 0
    more_url: str = ""

    @property
    def is_cut(self) -> bool:
        return self.total > len(self.hits)


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsPage:
    """One entry of Settings.

    Attributes:
        line: what one settles there, in one line.
        section: the heading it stands under.
    """

    key: str
    label: Words
    line: Words
    icon: str
    url_name: str
    order: int
    right: str = ""
    section: Words = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChapterChoice:
    """One chapter the person may switch to."""

    name: str
    slug: str
    kind: Words = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLink:
    """One entry of the account menu."""

    label: Words
    url: str
    icon: str = "person"


TodayProvider = Callable[["ChapterRequest"], Iterable[TodayItem]]
SearchProvider = Callable[["ChapterRequest", str, int], "SearchGroup | None"]
ChapterProvider = Callable[["ChapterRequest"], Iterable[ChapterChoice]]
AccountProvider = Callable[["ChapterRequest"], Iterable[AccountLink]]

_areas: dict[str, Area] = {}
_phone_entries: dict[str, PhoneEntry] = {}
_settings_pages: dict[str, SettingsPage] = {}
_today: list[TodayProvider] = []
_search: list[tuple[int, SearchProvider]] = []
_chapters: list[ChapterProvider] = []
_account: list[AccountProvider] = []


def register_area(area: Area) -> None:
    """Add an entry to the left rail.

    Raises:
        ValueError: the key is taken.
    """
    _add(_areas, area)


def register_phone_entry(entry: PhoneEntry) -> None:
    """Add an entry to the phone's bottom bar.

    Raises:
        ValueError: the key is taken.
    """
    _add(_phone_entries, entry)


def register_settings(page: SettingsPage) -> None:
    """Add a page to Settings.

    Raises:
        ValueError: the key is taken.
    """
    _add(_settings_pages, page)


def register_today(provider: TodayProvider) -> TodayProvider:
    """Let an app say what needs the person now; called with the request on every view of Today."""
    if provider not in _today:
        _today.append(provider)
    return provider


def register_search(provider: SearchProvider, *, order: int = 50) -> SearchProvider:
    """Let an app answer the search box: called with (request, words, limit), at least two characters."""
    if provider not in [known for _, known in _search]:
        _search.append((order, provider))
        _search.sort(key=lambda pair: pair[0])
    return provider


def register_chapters(provider: ChapterProvider) -> ChapterProvider:
    """Let the app that owns chapters list those the person has standing in, for the switcher."""
    if provider not in _chapters:
        _chapters.append(provider)
    return provider


def register_account_links(provider: AccountProvider) -> AccountProvider:
    """Let an app add entries to the account menu of a signed-in person."""
    if provider not in _account:
        _account.append(provider)
    return provider


def list_areas(actor: Actor) -> list[Area]:
    """The rail's entries this person may see, in order."""
    return [area for area in _ordered(_areas) if _is_shown(actor, area)]


def list_phone_entries(actor: Actor) -> list[PhoneEntry]:
    """At most three entries between Today and More; areas fill up what the apps' own entries leave."""
    entries: list[PhoneEntry] = [entry for entry in _ordered(_phone_entries) if _is_shown(actor, entry)]
    taken = {entry.url_name for entry in entries}
    entries += [
        PhoneEntry(key=area.key, label=area.label, icon=area.icon, url_name=area.url_name, order=area.order)
        for area in list_areas(actor)
        if area.key != "today" and area.order < FOOT and area.url_name not in taken
    ]
    return entries[:3]


def list_settings(actor: Actor) -> list[SettingsPage]:
    """The settings pages this person may open, in order."""
    return [page for page in _ordered(_settings_pages) if _may(actor, page.right)]


def list_today(request: ChapterRequest) -> list[TodayItem]:
    """Everything that needs this person now, most urgent first; equal urgency by due time."""
    items = [item for provider in _today for item in provider(request)]
    return sorted(items, key=_urgency)


def search(request: ChapterRequest, words: str, *, limit: int = 8) -> list[SearchGroup]:
    """What every app finds for these words; groups without a hit are left out."""
    groups = [provider(request, words, limit) for _, provider in _search]
    return [group for group in groups if group is not None and group.hits]


def search_url(words: str, *, only: str = "") -> str:
    """The search page with these words, or with one group of what is found."""
    asked = {"q": words, "in": only} if only else {"q": words}
    return f"{chapter_url('core:search')}?{urlencode(asked)}"


def list_chapters(request: ChapterRequest) -> list[ChapterChoice]:
    """The chapters the person may switch to, the current one among them."""
    return [choice for provider in _chapters for choice in provider(request)]


def list_account_links(request: ChapterRequest) -> list[AccountLink]:
    """The account menu's entries."""
    return [link for provider in _account for link in provider(request)]


def _add(registry: dict[str, Any], entry: Any) -> None:
    if registry.get(entry.key, entry) != entry:
        raise ValueError(f"{type(entry).__name__} {entry.key} is registered twice.")
    registry[entry.key] = entry


def _ordered(registry: dict[str, Any]) -> list[Any]:
    return sorted(registry.values(), key=lambda entry: (entry.order, entry.key))


def _is_shown(actor: Actor, entry: Area | PhoneEntry) -> bool:
    return _may(actor, entry.right) and (entry.shown_to is None or entry.shown_to(actor))


def _may(actor: Actor, right: str) -> bool:
    return not right or has_right(actor, right)


def _urgency(item: TodayItem) -> tuple[int, float]:
    return item.urgency, item.due_at.timestamp() if item.due_at else float("inf")
