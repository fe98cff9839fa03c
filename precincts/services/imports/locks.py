"""Locks an import takes besides its own, in the order in which the cutting of blocks takes them."""

from __future__ import annotations

from precincts.services.edits import lock_precinct
from precincts.services.imports.staging import fetch


def lock_moving_doors(household_ids: list[int]) -> None:
    """Lock the precincts from and to which these doors may move, before their rows are changed.

    A cut takes its precinct's lock first and its doors' rows then; the other way round, each could wait for
    the other for ever.
    """
    moving = fetch(
        """
        SELECT precinct_id FROM precincts_household WHERE id = ANY(%(doors)s) AND precinct_id IS NOT NULL
        UNION
        SELECT precinct_id FROM precincts_voter WHERE household_id = ANY(%(doors)s) AND precinct_id IS NOT NULL
        ORDER BY precinct_id
        """,
        {"doors": household_ids},
    )
    for (precinct_id,) in moving:
        lock_precinct(precinct_id)
