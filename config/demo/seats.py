"""The local party's committee seats in the demo town: some held, one by one of ours, some vacant, a filing ahead."""

from __future__ import annotations

from datetime import date, timedelta

from chapters.models import Chapter, Member
from core.actors import Actor
from precincts.models import CommitteeSeat, Precinct
from precincts.services.seats import add_seat, save_rules

_TITLE = "Precinct committee member"
_RULES = """Each precinct elects two committee members in the primary of every even year.

To stand, file with the county board during the filing window, with twenty signatures of voters registered in the
precinct. A seat that falls vacant between elections is filled by the county committee, on a proposal by the members
of the precinct: write to its secretary a week before it meets."""

_HOLDERS = ("Lorena Whitfield", "", "Amos Tilley", "", "", "Gwen Sandoval", "Theo Barringer", "")
"""By precinct and number; the fourth precinct's second seat and three others are vacant."""


def fill_seats(chapter: Chapter, *, by: Actor, on: date) -> int:
    """Two seats in each precinct, the first one held by one of ours; nothing when there are seats already."""
    if CommitteeSeat.objects.filter(chapter=chapter).exists():
        return 0
    save_rules(chapter=chapter, text=_RULES, by=by)
    ours = Member.objects.filter(chapter=chapter, user__isnull=True).order_by("pk").first()
    count = 0
    for precinct in Precinct.objects.filter(chapter=chapter).in_force(on).order_by("code"):
        for place in (1, 2):
            holder = str(ours) if ours is not None and not count else _HOLDERS[count % len(_HOLDERS)]
            days = 40 + 110 * count if not holder else 500
            add_seat(
                precinct=precinct,
                by=by,
                title=_TITLE,
                place=place,
                holder_name=holder,
                since=on - timedelta(days=days),
                term_ends_on=on + timedelta(days=200),
                filing_opens_on=on + timedelta(days=12),
                filing_closes_on=on + timedelta(days=33),
                signatures_needed=20,
                signatures_collected=14 if count == 1 else 0,
            )
            count += 1
    return count
