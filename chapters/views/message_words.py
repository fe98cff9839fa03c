"""How the state of a mail is shown on every page."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from chapters.enums import MessageState
from core.components import Badge, Stat, Tone
from core.templatetags.formats import number

_LOOKS: dict[str, tuple[str, Tone]] = {
    MessageState.PENDING: ("hourglass", "neutral"),
    MessageState.SENDING: ("arrow-repeat", "neutral"),
    MessageState.SENT: ("check-circle", "good"),
    MessageState.FAILED: ("exclamation-octagon", "danger"),
    MessageState.UNKNOWN: ("question-circle", "mark"),
    MessageState.DROPPED: ("dash-circle", "neutral"),
}


def state_badge(state: str) -> Badge:
    """A message's state as icon and word."""
    icon, tone = _LOOKS[state]
    return Badge(word=MessageState(state).label, icon=icon, tone=tone)


def list_stats(counts: Mapping[str, int], url: str = "") -> list[Stat]:
    """The counts of a log or a mailing as a stat strip; `url` is the log's address, up to the state's name."""
    waiting = counts.get(MessageState.PENDING, 0) + counts.get(MessageState.SENDING, 0)
    sent, dropped = counts.get(MessageState.SENT, 0), counts.get(MessageState.DROPPED, 0)
    failed, unknown = counts.get(MessageState.FAILED, 0), counts.get(MessageState.UNKNOWN, 0)
    shown = [
        (MessageState.SENT, sent, ngettext("was sent", "were sent", sent)),
        (
            MessageState.PENDING,
            waiting,
            ngettext("waits or is on its way", "wait or are on their way", waiting),
        ),
        (MessageState.FAILED, failed, ngettext("failed", "failed", failed)),
        (
            MessageState.UNKNOWN,
            unknown,
            ngettext("may or may not have arrived", "may or may not have arrived", unknown),
        ),
        (MessageState.DROPPED, dropped, _("not sent: not wanted, or no longer")),
    ]
    return [
        Stat(number=number(count), words=words, url=f"{url}{state.value}" if url and count else "")
        for state, count, words in shown
    ]
