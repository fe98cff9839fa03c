"""How far an import is. Each stage has the share of the time it was measured to take, so that the estimate holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.jobs import WHOLE
from core.words import Saying

Progress = Callable[[int, "int | None", Saying], None]

FIRST_STAGES = {
    "read": (_("Reading the file"), 97),
    "blocks": (_("Finding blocks for new doors"), 3),
}
LATER_STAGES = {
    "read": (_("Looking for what has changed"), 70),
    "people": (_("Comparing with the people already here"), 28),
    "blocks": (_("Finding blocks for new doors"), 2),
}
"""Of a voter file where nobody was known yet, and of one that may change people."""

HISTORY_STAGES = {"read": (_("Reading the file"), 55), "votes": (_("Writing the votes to the people"), 45)}
RETURNED_STAGES = {"read": (_("Reading the file"), 70), "votes": (_("Striking off who has voted"), 30)}
ADDRESS_STAGES = {
    "read": (_("Reading the file"), 52),
    "match": (_("Matching points and doors"), 37),
    "blocks": (_("Finding blocks for new doors"), 11),
}
BOUNDARY_STAGES = {"read": (_("Reading the file"), 70), "write": (_("Drawing the precincts"), 30)}

Stages = Mapping[str, tuple[Any, int]]


class Pace:
    """Tells a job's progress by stages, as a share of the whole."""

    def __init__(self, progress: Progress, stages: Stages) -> None:
        self._progress = progress
        self._stages = stages
        self._all = sum(weight for _words, weight in stages.values())

    def tell(self, stage: str, share: float = 0.0, says: Saying = "") -> None:
        """Say that `share` (0 to 1) of a stage is done.

        Args:
            says: what it is doing, where the stage's own words are not enough.

        Raises:
            JobCancelled: somebody cancelled it.
        """
        words, weight = self._stages[stage]
        names = list(self._stages)
        before = sum(self._stages[name][1] for name in names[: names.index(stage)])
        done = before + weight * min(max(share, 0.0), 1.0)
        self._progress(int(done * WHOLE / self._all), WHOLE, says or words)
