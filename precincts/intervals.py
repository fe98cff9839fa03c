"""How sure a share of a few people is: score intervals for one share and for the difference of two.

Sources: E. B. Wilson, Journal of the American Statistical Association 22 (1927), 209-212; R. G. Newcombe,
Statistics in Medicine 17 (1998), 857-872 (one share, method 3) and 873-890 (difference, method 10). Both stay
inside what is possible and hold for small numbers, where the usual "plus or minus" does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

Z95 = 1.959963984540054
"""The standard normal quantile of a two-sided 95 percent interval."""


@dataclass(frozen=True, slots=True)
class Interval:
    """From `low` to `high`, both as shares: 0 to 1 for a share, -1 to 1 for a difference."""

    low: float
    high: float

    @property
    def holds_zero(self) -> bool:
        return self.low <= 0 <= self.high


def wilson(hits: int, total: int, z: float = Z95) -> Interval:
    """The score interval of a share `hits / total`; of nobody, anything is possible.

    Raises:
        ValueError: not 0 <= hits <= total.
    """
    if not 0 <= hits <= total:
        raise ValueError(f"{hits} of {total} is no share")
    if total == 0:
        return Interval(0.0, 1.0)
    share, square = hits / total, z * z
    middle = share + square / (2 * total)
    half = z * sqrt(share * (1 - share) / total + square / (4 * total * total))
    whole = 1 + square / total
    low = 0.0 if hits == 0 else max(0.0, (middle - half) / whole)
    high = 1.0 if hits == total else min(1.0, (middle + half) / whole)
    return Interval(low, high)


def newcombe(hits: int, total: int, other_hits: int, other_total: int, z: float = Z95) -> Interval:
    """The interval of the difference `hits / total - other_hits / other_total` of two independent shares.

    Where one of the two has nobody, anything is possible.

    Raises:
        ValueError: one of the two is no share.
    """
    one, other = wilson(hits, total, z), wilson(other_hits, other_total, z)
    if total == 0 or other_total == 0:
        return Interval(-1.0, 1.0)
    share, other_share = hits / total, other_hits / other_total
    difference = share - other_share
    below = sqrt((share - one.low) ** 2 + (other.high - other_share) ** 2)
    above = sqrt((one.high - share) ** 2 + (other_share - other.low) ** 2)
    return Interval(max(-1.0, difference - below), min(1.0, difference + above))
