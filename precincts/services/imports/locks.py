"""Locks an import takes besides its own, in the order in which the cutting of blocks takes them."""

from __future__ import annotations

from precincts.services.edits import lock_precinct
from precincts.services.imports.staging import fetch


def lock_moving_doors() -> None:
    """Lock the precincts that the stage `import_door` moves doors from and to, before their rows are changed.

    A cut takes its precinct's lock first and its doors' rows then; the other way round, each could wait for
    the other for ever.
    """
    moving = fetch(
        """
        SELECT DISTINCT unnest(ARRAY[h.precinct_id, d.precinct_id]) AS precinct_id
        FROM import_door d JOIN precincts_household h ON h.id = d.household_id
        WHERE d.precinct_id IS NOT NULL AND h.precinct_id IS DISTINCT FROM d.precinct_id ORDER BY precinct_id
        """
    )
    for (precinct_id,) in moving:
        if precinct_id is not None:
            lock_precinct(precinct_id)
