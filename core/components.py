"""What the parts of a page are given: plain data that a view fills and a component's template draws."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from core.jobs import WHOLE

Words = Any  # str or a lazy translation

Tone = Literal["neutral", "good", "mark", "danger"]
JobState = Literal["waiting", "running", "done", "failed", "cancelled"]
StepState = Literal["done", "current", "todo"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stat:
    """One figure of a stat strip.

    Attributes:
        number: as it is read, formatted ("17 of 19").
        words: what it counts; a sentence fragment that explains it where it stands.
        change: what moved since when ("+12 since May").
        percent: 0 to 100, drawn as a bar under the words.
    """

    number: Words
    words: Words
    change: Words = ""
    url: str = ""
    percent: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """A state as an icon and a word."""

    word: Words
    icon: str
    tone: Tone = "neutral"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing to do: a link, or with `post` a button in a form of its own."""

    label: Words
    url: str
    icon: str = ""
    post: bool = False
    primary: bool = False
    danger: bool = False
    panel: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """One row of a detail list."""

    label: Words
    value: Words
    url: str = ""
    help: Words = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One entry of a card list.

    Attributes:
        number: shown in a ring before the title, as on the map.
        hue: 0 to 7, the ring's colour of the kinds' palette; it always carries the number.
    """

    title: Words
    line: Words = ""
    url: str = ""
    number: Words = ""
    hue: int | None = None
    icon: str = ""
    badge: Badge | None = None
    action: Action | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One entry of a timeline: what happened, when, by whom."""

    at: datetime
    what: Words
    who: Words = ""
    icon: str = "dot"
    url: str = ""
    note: Words = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of something long."""

    label: Words
    state: StepState
    url: str = ""
    line: Words = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How one piece of slow work stands.

    Attributes:
        what: the work in words ("Import a voter file").
        total: None while it is not known yet.
        message: what it is doing right now.
        seconds_left: an estimate, None when there is none.
        error: what happened, what is safe, what to do; with state "failed".
        poll_url: answers with the same part again; asked every two seconds while it waits or runs.
        mend_url: where what stopped it can be mended, or its work goes on; with state "failed" or "cancelled".
    """

    key: str
    what: Words
    state: JobState
    done: int = 0
    total: int | None = None
    message: Words = ""
    seconds_left: int | None = None
    error: Words = ""
    poll_url: str = ""
    cancel_url: str = ""
    result_url: str = ""
    result_label: Words = ""
    mend_url: str = ""

    @property
    def is_open(self) -> bool:
        return self.state in ("waiting", "running")

    @property
    def is_share(self) -> bool:
        """Whether done and total are parts of a whole, not a number of things."""
        return self.total == WHOLE

    @property
    def percent(self) -> int | None:
        """Whole percent done, None while the total is not known."""
        if not self.total:
            return None
        return min(100, self.done * 100 // self.total)

    @property
    def state_badge(self) -> Badge:
        """The state as icon and word."""
        return _STATE_BADGES[self.state]

    @property
    def announcement(self) -> Words:
        """What is read out after a poll: only the end, not every two seconds."""
        return "" if self.is_open else f"{self.what}: {self.state_badge.word}"


_STATE_BADGES: dict[JobState, Badge] = {
    "waiting": Badge(word=_("waiting"), icon="hourglass", tone="neutral"),
    "running": Badge(word=_("running"), icon="arrow-repeat", tone="neutral"),
    "done": Badge(word=_("done"), icon="check-circle", tone="good"),
    "failed": Badge(word=_("failed"), icon="exclamation-octagon", tone="danger"),
    "cancelled": Badge(word=_("cancelled"), icon="x-circle", tone="mark"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LegendEntry:
    """One line of a map's legend. `mark` is "dot", "ring", "area", "line" or "pale"."""

    label: Words
    mark: str = "dot"
    hue: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MapPanel:
    """A vector map with its legend and its list.

    Attributes:
        data_url: answers with GeoJSON (longitude, latitude); static/js/map.js says which properties it reads.
        list_url: the same rows as a page; the keyboard's and the screen reader's way.
        say: one sentence on what the map shows, read instead of it.
    """

    key: str
    title: Words
    data_url: str
    say: Words
    list_url: str = ""
    list_label: Words = ""
    legend: list[LegendEntry] = field(default_factory=list)
    badge: Badge | None = None
    note: Words = ""


def seconds_left(*, done: int, total: int | None, started_at: datetime | None, now: datetime) -> int | None:
    """Seconds still to go at the pace so far; None before 2 % or 3 seconds, when it would only be a guess."""
    if started_at is None or not total or done <= 0:
        return None
    spent = (now - started_at).total_seconds()
    if spent < 3 or done * 50 < total:
        return None
    return max(0, round(spent * (total - done) / done))
