"""People whom other apps have invited to a meeting, and what they answered, for the forecast of who will come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

Answered = Mapping[tuple[str, int], int]
"""By answer ("yes", "maybe", "no") and number brought along, how many people."""

AnswerCounter = Callable[[int], Answered]
_counters: list[AnswerCounter] = []


def register_answers(counter: AnswerCounter) -> None:
    """Let an app tell of its own invitations: called with the meeting's id; one query."""
    if counter not in _counters:
        _counters.append(counter)


def count_other_answers(meeting_id: int) -> Counter[tuple[str, int]]:
    """What people answered whom other apps have invited; who has not answered is left out."""
    found: Counter[tuple[str, int]] = Counter()
    for counter in _counters:
        found.update(counter(meeting_id))
    return found
