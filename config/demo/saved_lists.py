"""Saved lists in the demo town: its most consistent voters, kept on two days."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from chapters.models import Chapter, User
from chapters.selectors.actors import get_actor
from precincts.models import Precinct, SavedList
from precincts.services.saved_lists import NobodyMeetsRule, save_list

_LISTS = (
    ("Ask these first", {"heat": "hot", "at_least": 3}, timedelta(days=20)),
    ("Vote in primaries now and then", {"heat": "warm"}, timedelta(days=6)),
)


def fill_saved_lists(chapter: Chapter, *, organizer: str, on: date) -> int:
    """Two lists of the first precinct, by the organizer of that address; none where lists or votes are missing."""
    if SavedList.objects.filter(chapter=chapter).exists():
        return 0
    by = get_actor(user=User.objects.get(email=organizer), chapter=chapter, on=on)
    precinct = Precinct.objects.filter(chapter=chapter).in_force(on).order_by("code").first()
    if precinct is None:
        return 0
    count = 0
    for name, asked, ago in _LISTS:
        try:
            save_list(
                precinct=precinct, chapter=chapter, name=name, kind=chapter.consistency_kind,
                asked=chapter.consistency_elections, by=by, at=timezone.now() - ago, **asked,
            )  # fmt: skip
        except NobodyMeetsRule:
            continue
        count += 1
    return count
