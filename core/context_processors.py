"""What the frame around every page needs, read only when a template asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext_lazy as _

from core import navigation
from core.http import chapter_url
from core.preferences import THEME_ICONS, THEMES, theme_of


@dataclass(frozen=True, slots=True)
class RailEntry:
    """One entry of the rail, with whether the page at hand belongs to it."""

    area: navigation.Area
    url: str
    is_current: bool
    is_exact: bool


@dataclass(frozen=True, slots=True)
class BarEntry:
    """One entry of the phone's bottom bar; `key` is the area's where it is one."""

    key: str
    label: Any
    icon: str
    url: str
    is_current: bool
    is_exact: bool


@dataclass(frozen=True, slots=True)
class ThemeChoice:
    value: str
    label: Any
    icon: str


class Frame:
    """The rail, the top bar and the phone's bottom bar for one request."""

    def __init__(self, request: Any) -> None:
        self.request = request
        self.theme = theme_of(request)

    @cached_property
    def chapters(self) -> list[navigation.ChapterChoice]:
        return navigation.list_chapters(self.request)

    @cached_property
    def areas(self) -> list[RailEntry]:
        areas = [(area, chapter_url(area.url_name)) for area in navigation.list_areas(self.request.actor)]
        return [
            RailEntry(area, url, area.key == self.current, url == self.request.path) for area, url in areas
        ]

    @cached_property
    def phone(self) -> list[BarEntry]:
        entries = [
            ("today", _("Today"), "sun", chapter_url("core:today")),
            *(
                (entry.key, entry.label, entry.icon, chapter_url(entry.url_name))
                for entry in navigation.list_phone_entries(self.request.actor)
            ),
            ("more", _("More"), "three-dots", chapter_url("core:menu")),
        ]
        current = self.current if self.current in {entry[0] for entry in entries} else "more"
        return [
            BarEntry(key, label, icon, url, bool(self.current) and key == current, url == self.request.path)
            for key, label, icon, url in entries
        ]

    @cached_property
    def current(self) -> str:
        """The key of the area the page belongs to; "more" for the menu itself, "" where there is none.

        The longest beginning of the address decides: an area's own address, one of its `paths`, or a page
        of Settings. Today's address begins all others and counts only for itself.
        """
        home, path = chapter_url("core:today"), self.request.path
        if path == home:
            return "today"
        known = {chapter_url("core:menu"): "more"}
        for page in navigation.list_settings(self.request.actor):
            known[chapter_url(page.url_name)] = "settings"
        for area in navigation.list_areas(self.request.actor):
            known |= {home + beginning: area.key for beginning in area.paths}
            known[chapter_url(area.url_name)] = area.key
        known.pop(home, None)
        fitting = [beginning for beginning in known if path.startswith(beginning)]
        return known[max(fitting, key=len)] if fitting else ""

    @cached_property
    def account_links(self) -> list[navigation.AccountLink]:
        return navigation.list_account_links(self.request)

    @property
    def account_name(self) -> str:
        user = self.request.user
        return str(user.get_short_name() or user)

    @property
    def sign_in_url(self) -> str:
        return _reverse_or_nothing("account_login")

    @property
    def sign_out_url(self) -> str:
        return _reverse_or_nothing("account_logout")

    @property
    def languages(self) -> list[tuple[str, str]]:
        """Each language in its own words."""
        return [
            (code, get_language_info(code)["name_local"].capitalize()) for code, _name in settings.LANGUAGES
        ]

    @property
    def language_name(self) -> str:
        return str(get_language_info(get_language() or settings.LANGUAGE_CODE)["name_local"].capitalize())

    @property
    def themes(self) -> list[ThemeChoice]:
        return [ThemeChoice(value, label, THEME_ICONS[value]) for value, label in THEMES.items()]

    @property
    def theme_name(self) -> Any:
        return THEMES[self.theme]

    @property
    def theme_icon(self) -> str:
        return THEME_ICONS[self.theme]


def frame(request: HttpRequest) -> dict[str, Any]:
    """`frame` and `theme` for the templates of the page's frame."""
    return {"frame": Frame(request), "theme": theme_of(request)}


def _reverse_or_nothing(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
