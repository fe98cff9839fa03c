"""How dates, numbers and lengths of time are written on every page."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django import template
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

register = template.Library()

NO_BREAK = "\N{NO-BREAK SPACE}"
NOTHING = "\N{EN DASH}"


@register.filter
def day(value: dt.date | dt.datetime | str | None) -> str:
    """ "Sat 14 Nov"; "14 Nov 2019" in another year. Times are taken in the active zone, text as kept in JSON."""
    if not value:
        return NOTHING
    if isinstance(value, str):
        value = dt.date.fromisoformat(value)
    if isinstance(value, dt.datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    pattern = "D j M" if value.year == timezone.localdate().year else "j M Y"
    text = formats.date_format(value, pattern, use_l10n=False)
    return text if _is_english() else text.lower()


@register.filter
def dated(value: dt.date | str | None) -> str:
    """ "14 Nov 2026": a day with its year, for what is kept and read much later."""
    if not value:
        return NOTHING
    found = dt.date.fromisoformat(value) if isinstance(value, str) else value
    text = formats.date_format(found, "j M Y", use_l10n=False)
    return text if _is_english() else text.lower()


@register.filter
def clock(value: dt.datetime | dt.time | None) -> str:
    """ "10:00", in the active zone."""
    if value is None:
        return NOTHING
    if isinstance(value, dt.datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return value.strftime("%H:%M")


@register.filter
def when(value: dt.datetime | None) -> str:
    """ "Sat 14 Nov, 10:00", in the active zone."""
    return NOTHING if value is None else f"{day(value)}, {clock(value)}"


@register.filter
def ago(value: dt.datetime | dt.date | None) -> str:
    """ "today", "yesterday", "6 days ago", "9 weeks ago", "5 months ago", "3 years ago"."""
    if value is None:
        return _("never")
    if isinstance(value, dt.datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    days = (timezone.localdate() - value).days
    if days <= 0:
        return _("today")
    if days == 1:
        return _("yesterday")
    if days < 21:
        return ngettext("%(count)d day ago", "%(count)d days ago", days) % {"count": days}
    if days < 98:
        return ngettext("%(count)d week ago", "%(count)d weeks ago", days // 7) % {"count": days // 7}
    if days < 730:
        return ngettext("%(count)d month ago", "%(count)d months ago", days // 30) % {"count": days // 30}
    return ngettext("%(count)d year ago", "%(count)d years ago", days // 365) % {"count": days // 365}


@register.filter
def number(value: int | float | Decimal | None, places: int = 0) -> str:
    """ "2,846", with the language's own separators."""
    if value is None:
        return NOTHING
    return formats.number_format(value, decimal_pos=places, use_l10n=True, force_grouping=True)


@register.filter
def percent(value: float | None, places: int = 0) -> str:
    """ "41 %" of a value between 0 and 100, its space unbreakable."""
    return NOTHING if value is None else f"{number(round(value, places), places)}{NO_BREAK}%"


@register.filter
def share(part: float | None, whole: float | None) -> str:
    """`part` of `whole` as "41 %"; a dash when there is no whole."""
    return NOTHING if part is None or not whole else percent(part * 100 / whole)


@register.filter
def duration(seconds: int | float | None) -> str:
    """ "40 s", "12 min", "1 h 50"."""
    if seconds is None:
        return NOTHING
    whole = round(seconds)
    if whole < 60:
        return f"{whole}{NO_BREAK}s"
    minutes = round(whole / 60)
    if minutes < 60:
        return f"{minutes}{NO_BREAK}min"
    return f"{minutes // 60}{NO_BREAK}h{NO_BREAK}{minutes % 60:02d}"


@register.filter
def metres(value: float | None) -> str:
    """ "850 m", "1.9 km"."""
    if value is None:
        return NOTHING
    if value < 1000:
        return f"{number(round(value, -1))}{NO_BREAK}m"
    return f"{number(value / 1000, 1)}{NO_BREAK}km"


@register.filter
def or_nothing(value: Any) -> Any:
    """The value, or a dash where there is none, so that no cell is left empty."""
    return NOTHING if value in (None, "") else value


def _is_english() -> bool:
    return (translation.get_language() or "en").startswith("en")
