"""A correction in words: what is said to be right, beside what the file says, and by whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.components import Badge
from core.templatetags.formats import day
from precincts.enums import VALUED_CORRECTIONS, CorrectionKind, CorrectionState
from precincts.models import Correction

_BADGES: dict[str, tuple[str, Any]] = {
    CorrectionState.OPEN: ("hourglass-split", "mark"),
    CorrectionState.APPROVED: ("check-circle", "good"),
    CorrectionState.REJECTED: ("x-circle", "neutral"),
}


@dataclass(frozen=True, slots=True)
class SaidCorrection:
    """One correction as it stands at a neighbour."""

    words: str
    source: str
    icon: str


def say_correction(row: Correction) -> SaidCorrection:
    """What is right, and whether an organizer has approved it; the file's own value stands above."""
    icon = "pencil" if row.is_open else "check2-circle"
    if row.is_open:
        source = _("%(who)s said so on %(day)s; an organizer decides")
        words = {"who": row.asked_by or _("Somebody"), "day": day(row.asked_at)}
    else:
        source = _("said by %(who)s, approved on %(day)s by %(by)s; the file says otherwise")
        if row.what not in VALUED_CORRECTIONS:
            source = _("said by %(who)s, approved on %(day)s by %(by)s")
        words = {
            "who": row.asked_by or _("somebody"),
            "day": day(row.decided_at),
            "by": row.decided_by or _("an organizer"),
        }
    return SaidCorrection(say_what(row), source % words, icon)


def say_what(row: Correction) -> str:
    """ "Name: Norah Neighbour", or "died"."""
    what = str(CorrectionKind(row.what).label)
    what = what[:1].upper() + what[1:]
    return _("%(what)s: %(says)s") % {"what": what, "says": row.says} if row.says else what


def state_badge(row: Correction) -> Badge:
    """How far a correction is."""
    icon, tone = _BADGES[row.state]
    return Badge(word=row.get_state_display(), icon=icon, tone=tone)
