"""Rows that stand in a file as they stood in the last one: known by their fingerprints, not read again.

Works without the database, in the process that reads the file.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray


class KnownRows:
    """The fingerprints of the rows read last, and which of them a file has; twenty bytes a row.

    Attributes:
        met: how many of them the file has.
    """

    def __init__(self) -> None:
        self._taken = array("q")
        self._pairs: NDArray[np.int64] = np.zeros((0, 2), np.int64)
        self._lines: NDArray[np.uint32] = np.zeros(0, np.uint32)
        self._alike: list[int] = []
        self.met = 0

    def take_up(self, rows: Iterable[tuple[int, int]]) -> None:
        """Take up fingerprints, ascending through all calls, each with the number of the person it is of."""
        self._taken.extend(chain.from_iterable(rows))

    def end(self) -> None:
        """Say that these were all; people who share a fingerprint count as not known by it."""
        pairs = np.frombuffer(self._taken, np.int64).reshape(-1, 2)
        same = np.flatnonzero(pairs[1:, 0] == pairs[:-1, 0])
        if len(same):
            shared = np.union1d(same, same + 1)
            self._alike = pairs[shared, 1].tolist()
            pairs = np.delete(pairs, shared, axis=0)
        self._pairs = pairs
        self._lines = np.zeros(len(pairs), np.uint32)

    def look(self, lines: Sequence[int], marks: Iterable[int]) -> list[int]:
        """Which rows are known, by their fingerprints.

        Returns:
            For each row zero where it is unknown, else the first line that had its fingerprint: its own, or
            an earlier one's.
        """
        wanted = np.fromiter(marks, np.int64, len(lines))
        firsts = np.zeros(len(lines), np.int64)
        if len(self._pairs):
            places = np.minimum(np.searchsorted(self._pairs[:, 0], wanted), len(self._pairs) - 1)
            known = np.flatnonzero(self._pairs[places, 0] == wanted)
            firsts[known] = self._meet(places[known], np.array(lines, np.int64)[known])
        return list(firsts.tolist())

    def _meet(self, places: NDArray[np.intp], lines: NDArray[np.int64]) -> NDArray[np.uint32]:
        is_new = self._lines[places] == 0
        places_met, at = np.unique(places[is_new], return_index=True)
        self._lines[places_met] = lines[is_new][at]
        self.met += len(places_met)
        return self._lines[places]

    def unmet(self) -> bytes:
        """The numbers of everybody else, as 64-bit integers of this machine."""
        others = self._pairs[self._lines == 0, 1]
        return bytes(np.concatenate([others, np.array(self._alike, np.int64)]).tobytes())
