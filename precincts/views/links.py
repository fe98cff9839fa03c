"""Where a neighbour or a door is shown."""

from __future__ import annotations

from django.http import Http404

from core.http import ChapterRequest, chapter_url
from precincts.models import Household, Voter
from precincts.rules import get_place_ids


def area_of(request: ChapterRequest, row: Household | Voter) -> str:
    """The entry of the menu a door or neighbour belongs to: one's own block, else what the address says ("")."""
    return "my_block" if get_place_ids(row)[1] in request.actor.block_ids else ""


def neighbour_url(voter: Voter) -> str:
    """Where the neighbour is shown: in the block's book, or among the precinct's doors in no block.

    Raises:
        Http404: the neighbour belongs to no precinct, so no page shows them.
    """
    door = voter.household
    if door is not None and door.block_id is not None:
        return chapter_url("precincts:block_book", block_id=door.block_id) + f"#voter-{voter.pk}"
    precinct_id = door.precinct_id if door is not None and door.precinct_id else voter.precinct_id
    return _list_only_url(precinct_id)


def door_url(door: Household) -> str:
    """Where a door is shown: in the block's book, or among the precinct's doors in no block.

    Raises:
        Http404: the door belongs to no precinct, so no page shows it.
    """
    if door.block_id is not None:
        return chapter_url("precincts:block_book", block_id=door.block_id) + f"#door-{door.pk}"
    return _list_only_url(door.precinct_id)


def _list_only_url(precinct_id: int | None) -> str:
    if precinct_id is None:
        raise Http404
    return chapter_url("precincts:list_only", precinct_id=precinct_id)
