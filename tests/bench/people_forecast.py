"""How long it takes to say how many of 500 invited people will come: the reckoning, without reading the rows."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable

from chapters.enums import MeetingKind
from chapters.forecast import MAYBE, NO, NONE, YES, Shows, forecast_attendance
from tests.bench.figures import Figure, Note, Table, seconds

INVITEES = 500
MILLISECONDS = 50.0
_SHARES = ((YES, 0.35), (MAYBE, 0.2), (NO, 0.1), (NONE, 0.35))


def run(quick: bool) -> Iterable[Figure | Table | Note]:
    dice = random.Random(20261123)
    invited = _invite(dice, INVITEES // (10 if quick else 1))
    shows = _remember(dice)
    forecast_attendance(invited, shows)  # SciPy is read once in a process
    found = forecast_attendance(invited, shows)
    yield Note(
        f"{INVITEES} people with four answers, a sixth of those who come bringing one to five others; show rates from"
        f" sixty past meetings of ten kinds. It says {found.low} to {found.high}, {found.mean:.0f} most likely."
    )
    taken = seconds(lambda: forecast_attendance(invited, shows), times=20) * 1000
    limit = None if quick else MILLISECONDS
    yield Figure(f"forecast for {INVITEES} invitees", taken, "ms", limit, "limit", note="median of twenty")


def _invite(dice: random.Random, people: int) -> Counter[tuple[str, int]]:
    answers, weights = zip(*_SHARES, strict=True)
    invited: Counter[tuple[str, int]] = Counter()
    for answer in dice.choices(answers, weights, k=people):
        brings = answer in (YES, MAYBE) and dice.random() < 1 / 6
        invited[answer, dice.randint(1, 5) if brings else 0] += 1
    return invited


def _remember(dice: random.Random) -> Shows:
    shows = Shows(kind=MeetingKind.RALLY)
    for _meeting in range(60):
        kind = dice.choice(MeetingKind.values)
        for answer, share in _SHARES:
            asked = int(100 * share)
            shows.add(kind, answer, came=dice.randint(0, asked), of=asked)
        shows.add_walk_ins(kind, came=dice.randint(0, 12), meetings=1)
    return shows
