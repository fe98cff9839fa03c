"""What captains say the file has wrong: the organizer's queue, and what stands beside a neighbour."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import QuerySet

from core.actors import Actor
from core.lookups import OneOf
from precincts.casing import in_plain_case
from precincts.enums import CorrectionKind, CorrectionState
from precincts.models import Correction, Voter


def list_corrections(actor: Actor) -> QuerySet[Correction]:
    """The corrections the actor may see, each with the neighbour, the door and who asked. One query."""
    rows = Correction.objects.visible_to(actor)
    return rows.select_related(
        "voter__household__building", "voter__household__precinct", "asked_by", "decided_by"
    )


def count_open_corrections(actor: Actor) -> int:
    """How many wait for an answer. One query."""
    return Correction.objects.visible_to(actor).open().count()


def list_standing_corrections(voter_ids: Iterable[int]) -> dict[int, list[Correction]]:
    """By voter, what waits and what was approved and the file does not say by now, the oldest first.

    One query where there are none, at most five.
    """
    rows = Correction.objects.filter(OneOf("voter_id", voter_ids)).exclude(state=CorrectionState.REJECTED)
    found: defaultdict[int, list[Correction]] = defaultdict(list)
    # Apart, not joined: most blocks have none, and then it stays at one query.
    related = rows.prefetch_related("voter__household", "asked_by", "decided_by").order_by("asked_at", "pk")
    for row in related:
        if not is_settled(row):
            found[row.voter_id].append(row)
    return dict(found)


def is_settled(correction: Correction) -> bool:
    """Whether the file says by now what was approved."""
    said = get_file_value(correction.voter, correction.what)
    return bool(correction.says) and said.casefold() == correction.says.casefold()


def get_file_value(voter: Voter, what: str) -> str:
    """What the file says of a neighbour, in plain case; "" where it says nothing or it is no value."""
    if what == CorrectionKind.NAME:
        return in_plain_case(str(voter))
    if what == CorrectionKind.UNIT:
        return voter.household.unit if voter.household is not None else ""
    if what == CorrectionKind.BIRTH_YEAR:
        year = voter.birth_year or (voter.birth_date.year if voter.birth_date else None)
        return str(year) if year else ""
    return ""
