"""How strong a precinct's captains are, as one word: the thresholds in one place."""

from __future__ import annotations

from typing import Literal

BlockState = Literal["active", "lapsing", "vacant"]
PrecinctState = Literal["strong", "thin", "weak", "uncut"]

STRONG_SHARE, WEAK_SHARE = 0.75, 0.5


def block_state(*, has_captain: bool, is_lapsing: bool) -> BlockState:
    """Vacant without a captain; lapsing when the captain has noted nothing for long; else active."""
    if not has_captain:
        return "vacant"
    return "lapsing" if is_lapsing else "active"


def precinct_state(*, blocks: int, active: int) -> PrecinctState:
    """Strong: at least three of four blocks have an active captain; weak: fewer than half; uncut: no blocks.

    Raises:
        ValueError: more active blocks than blocks, or a negative number.
    """
    if not 0 <= active <= blocks:
        raise ValueError(f"{active} of {blocks} blocks cannot be active.")
    if not blocks:
        return "uncut"
    if active >= STRONG_SHARE * blocks:
        return "strong"
    return "thin" if active >= WEAK_SHARE * blocks else "weak"
