"""A real browser for tests: pages that may not complain, and the checks every page passes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page

from chapters.models import User

AXE = Path(settings.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js"
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 780}


class Tabs:
    """Opens pages in contexts of their own; keeps what their consoles complain of (the CSP's refusals too)."""

    def __init__(self, browser: Browser, base: str, *, user: User | None = None) -> None:
        self.browser, self.base, self.user = browser, base, user
        self.complaints: list[str] = []
        self.contexts: list[Any] = []

    def open(
        self,
        path: str,
        *,
        size: dict[str, int] = WIDE,
        theme: str = "light",
        signed_in: bool = True,
        script: bool = True,
        language: str = "",
    ) -> Page:
        """A page in a fresh context, signed in as the user when there is one."""
        context = self.browser.new_context(viewport=size, reduced_motion="reduce", java_script_enabled=script)
        self.contexts.append(context)
        cookies = {"theme": theme}
        if language:
            cookies[settings.LANGUAGE_COOKIE_NAME] = language
        if signed_in and self.user is not None:
            client = Client()
            client.force_login(self.user, backend="django.contrib.auth.backends.ModelBackend")
            cookies["sessionid"] = client.cookies["sessionid"].value
        context.add_cookies(
            [{"name": name, "value": value, "url": self.base} for name, value in cookies.items()]
        )
        page = context.new_page()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(self.base + path)
        return page

    def _hear(self, said: Any) -> None:
        if said.type in ("error", "warning"):
            self.complaints.append(said.text)


@contextmanager
def open_tabs(browser: Browser, base: str, *, user: User | None = None) -> Iterator[Tabs]:
    """Tabs that are closed at the end; a complaint of any console is a failure."""
    tabs = Tabs(browser, base, user=user)
    try:
        yield tabs
    finally:
        for context in tabs.contexts:
            context.close()
    assert tabs.complaints == []


def find_faults(page: Page) -> list[tuple[str, Any]]:
    """What axe finds on the page, and whether the page is wider than the screen."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    faults = [(fault["id"], node["target"]) for fault in found for node in fault["nodes"]]
    if page.evaluate("document.documentElement.scrollWidth - window.innerWidth") > 0:
        faults.append(("wider than the screen", page.url))
    return faults


def find_faults_of(page: Page, paths: Iterable[str]) -> dict[str, list[tuple[str, Any]]]:
    """The faults of each path beside the open page's; one page for all keeps what it has loaded."""
    faults, here = {}, page.url
    page.add_init_script(path=AXE)
    for path in paths:
        page.goto(urljoin(here, path))
        # What a page asks for once it stands (a map, the lists of a block) is looked at too.
        if page.locator("[hx-trigger=load], [data-map]").count():
            page.wait_for_load_state("networkidle")
        if wrong := find_faults(page):
            faults[path] = wrong
    return faults
