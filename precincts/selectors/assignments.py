"""Who keeps which block and precinct."""

from __future__ import annotations

from datetime import date

from precincts.models import BlockAssignment, PrecinctAssignment


def get_standing(member_id: int, on: date) -> dict[str, frozenset[int]]:
    """The blocks and precincts a member keeps on a day, as captain or backup, for the `Actor`. Two queries."""
    blocks = BlockAssignment.objects.in_force(on).filter(member_id=member_id, block__closed_on__isnull=True)
    precincts = PrecinctAssignment.objects.in_force(on).filter(member_id=member_id)
    return {
        "block_ids": frozenset(blocks.values_list("block_id", flat=True)),
        "precinct_ids": frozenset(precincts.values_list("precinct_id", flat=True)),
    }
