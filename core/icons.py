"""Bootstrap Icons set into the page as SVG: no icon font, no flash, right in print."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

_BODY = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
_NAME = re.compile(r"[a-z0-9-]+")


class UnknownIcon(LookupError):
    """No Bootstrap icon has that name."""


def _directory() -> Path:
    configured = getattr(settings, "ICON_DIR", None)
    return Path(configured) if configured else Path(settings.BASE_DIR, "node_modules/bootstrap-icons/icons")


@cache
def icon_body(name: str) -> str:
    """The paths inside one icon's 16 by 16 view box.

    Raises:
        UnknownIcon: there is no such icon, or the front-end packages are not installed.
    """
    path = _directory() / f"{name}.svg"
    if not _NAME.fullmatch(name) or not path.is_file():
        raise UnknownIcon(f"No icon named {name!r} in {_directory()}.")
    body = _BODY.search(path.read_text(encoding="utf-8"))
    if body is None:
        raise UnknownIcon(f"{path} is not an SVG file.")
    return " ".join(body.group(1).split())


def icon_sheet(names: Iterable[str]) -> SafeString:
    """Icons that a page repeats very often, set into it once; `icon_from_sheet` points at them."""
    symbols = "".join(
        f'<symbol id="icon-{name}" viewBox="0 0 16 16" fill="currentColor">{icon_body(name)}</symbol>'
        for name in names
    )
    return mark_safe(f'<svg class="icon-sheet" aria-hidden="true">{symbols}</svg>')  # noqa: S308


def icon_from_sheet(name: str) -> SafeString:
    """The icon as a reference to the page's sheet: a tenth of the bytes."""
    return mark_safe(  # noqa: S308 (file of an installed package, name checked)
        f'<svg class="icon" aria-hidden="true"><use href="#icon-{name}"/></svg>'
    )


def icon_svg(name: str, *, css_class: str = "") -> SafeString:
    """The icon as an SVG element that a screen reader passes over: its word stands beside it."""
    classes = f"icon {css_class}".strip()
    return mark_safe(  # noqa: S308 (file of an installed package, name checked)
        f'<svg class="{classes}" viewBox="0 0 16 16" width="16" height="16" fill="currentColor"'
        f' aria-hidden="true" focusable="false">{icon_body(name)}</svg>'
    )
