"""A forecast of attendance in words and as a bar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, ngettext

from chapters.enums import MeetingAnswer
from chapters.forecast import Expected, Forecast
from core.templatetags.formats import number, percent

WIDTH = 400


@dataclass(frozen=True, slots=True)
class ExpectedRow:
    """One answer in a forecast, in words."""

    answer: Any
    people: int
    share: str
    comes: str
    says: str


@dataclass(frozen=True, slots=True)
class RangeBar:
    """A forecast as a bar, in units of the drawing; `places` is where the last place lies, None without a limit."""

    width: int
    left: float
    length: float
    middle: float
    places: float | None


def say_range(forecast: Forecast) -> str:
    """ "21 to 34 people"."""
    if forecast.low == forecast.high:
        return ngettext("%(count)s person", "%(count)s people", forecast.low) % {
            "count": number(forecast.low)
        }
    return gettext("%(low)s to %(high)s people") % {
        "low": number(forecast.low),
        "high": number(forecast.high),
    }


def say_learned(forecast: Forecast) -> str:
    """Where the show rates are from."""
    if not forecast.meetings:
        return gettext(
            "No meeting with a sign-in sheet has taken place yet: the shares are what organizers expect before they"
            " know their people. After the first meetings they are your own."
        )
    return ngettext(
        "The shares are of your own last meeting, meetings of this kind before others.",
        "The shares are of your own last %(count)d meetings, meetings of this kind before others.",
        forecast.meetings,
    ) % {"count": forecast.meetings}


def say_expected(forecast: Forecast) -> list[ExpectedRow]:
    """What is expected of each answer, and walk-ins."""
    rows = [_row(one) for one in forecast.by_answer]
    if forecast.walk_ins >= 0.05:
        rows.append(
            ExpectedRow(
                gettext("not invited"), 0, "–", number(forecast.walk_ins, 1), gettext("as at past meetings")
            )
        )
    return rows


def _row(one: Expected) -> ExpectedRow:
    seen = one.rate.seen
    says = (
        ngettext("from %(count)s past answer", "from %(count)s past answers", seen) % {"count": number(seen)}
        if seen
        else gettext("no data yet")
    )
    return ExpectedRow(
        MeetingAnswer(one.answer).label, one.people, percent(one.rate.mean * 100), number(one.comes, 1), says
    )


def draw_range(forecast: Forecast, *, capacity: int | None) -> RangeBar:
    """The range on a line from none to all who could come."""
    heads = sum(one.heads for one in forecast.by_answer)
    end = max(heads, forecast.high, capacity or 0, 1)
    scale = WIDTH / end
    return RangeBar(
        WIDTH, forecast.low * scale, max((forecast.high - forecast.low) * scale, 4), forecast.mean * scale,
        None if capacity is None else capacity * scale,
    )  # fmt: skip
