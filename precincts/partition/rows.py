"""The buildings to cut, as arrays in an order that does not depend on how they came."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from precincts.partition.graph import Bools, Floats, Ints
from precincts.partition.placing import (
    Numbers,
    Streets,
    along_streets,
    house_numbers,
    street_codes,
    street_neighbours,
)


class PartitionError(ValueError):
    """The buildings cannot be cut as asked."""


class TooManyParts(PartitionError):
    """More blocks are asked for than there are buildings to put into them."""


class NothingToPartition(PartitionError):
    """There are no buildings."""


@dataclass(frozen=True)
class Rows:
    """points (n, 2) metres with NaN rows, weights (n,), streets (n,) codes or -1, numbers (n,) or NaN."""

    points: Floats
    weights: Ints
    streets: Ints
    numbers: Floats

    @classmethod
    def read(
        cls,
        points: ArrayLike,
        weights: ArrayLike,
        streets: Streets | None = None,
        numbers: Numbers | None = None,
    ) -> Rows:
        """Check shapes and ranges and bring everything to arrays.

        Raises:
            NothingToPartition: no rows.
            PartitionError: lengths differ, or a weight is negative or no whole number.
        """
        places = np.array(points, dtype=np.float64)
        given = np.asarray(weights)
        count = len(given)
        if count == 0:
            raise NothingToPartition("There is no building to cut.")
        if places.shape != (count, 2) or given.ndim != 1:
            raise PartitionError(f"Expected {count} points of two coordinates, got the shape {places.shape}.")
        for name, column in (("streets", streets), ("numbers", numbers)):
            if column is not None and len(column) != count:
                raise PartitionError(f"Expected {count} {name}, got {len(column)}.")
        if not np.isfinite(given.astype(np.float64)).all() or (given < 0).any() or (given % 1 != 0).any():
            raise PartitionError("Weights must be whole numbers, zero or more.")
        places[~np.isfinite(places).all(axis=1)] = np.nan
        codes = street_codes(streets, count)
        houses = house_numbers(numbers, count)
        return cls(places, given.astype(np.int64), codes, houses)

    @property
    def placed(self) -> Bools:
        """Which rows have coordinates (n,)."""
        found: Bools = np.isfinite(self.points[:, 0])
        return found

    @property
    def counted(self) -> Floats:
        """The weights as they are balanced (n,): one per building where all are zero."""
        return self.weights.astype(np.float64) if self.weights.any() else np.ones(len(self.weights))

    def canonical_order(self) -> Ints:
        """An order that depends only on what the rows hold."""
        known = np.nan_to_num(self.points)
        return np.lexsort(
            (
                np.nan_to_num(self.numbers),
                self.streets,
                self.weights,
                known[:, 1],
                known[:, 0],
                ~self.placed,
            )
        )

    def take(self, order: Ints) -> Rows:
        return Rows(
            self.points[order],
            self.weights[order],
            self.streets[order],
            self.numbers[order],
        )


@dataclass(frozen=True)
class Standing:
    """The buildings that are cut: those with a place, made heavier by the neighbours that go with them.

    Attributes:
        points: (n, 2) of all rows, weights: (n,) with the followers' added, streets: (n,).
        rows: the rows that stand for themselves.
        follows: (n,) the row each follower goes with, else -1.
    """

    points: Floats
    weights: Floats
    streets: Ints
    rows: Ints
    follows: Ints


def stand_up(rows: Rows, mean: float) -> Standing:
    """Give every row that can have one a place.

    A building without coordinates goes with its street neighbour; once that would weigh more than half a block, it
    stands on its own in the same place. When no building has coordinates, all stand along their streets.
    """
    if not rows.placed.any():
        rows = replace(rows, points=along_streets(rows.streets, rows.numbers))
    points, weights = rows.points.copy(), rows.counted.copy()
    follows = np.full(len(weights), -1, dtype=np.int64)
    anchors = street_neighbours(rows.placed, rows.streets, rows.numbers)
    for row in np.flatnonzero(anchors >= 0).tolist():
        anchor = anchors[row]
        if weights[anchor] + weights[row] <= mean / 2:
            weights[anchor] += weights[row]
            follows[row] = anchor
        else:
            points[row] = points[anchor]
    return Standing(
        points,
        weights,
        rows.streets,
        np.flatnonzero(np.isfinite(points[:, 0])),
        follows,
    )
