"""What is known by its hash: millions of keys with their numbers in sorted arrays, sixteen bytes a key and more.

A dictionary of as many doors would take ten times the memory. Keys are 64-bit hashes: two of a million things
share one with a probability of three in a hundred million.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]


class Numbers:
    """Numbers by key, a few columns of them; zero where a key is unknown.

    Kept as sorted runs, each at least twice as long as the next: taking up a few keys does not move them all.
    A run is its keys and then its columns, each an array of its own, so that one at a time can be merged.
    """

    def __init__(self, columns: int) -> None:
        self._columns = columns
        self._runs: list[list[Integers]] = []

    def __len__(self) -> int:
        return sum(len(keys) for keys, *_columns in self._runs)

    def find(self, keys: Integers) -> Integers:
        """The numbers of each key, one row a key."""
        found = np.zeros((len(keys), self._columns), np.int64)
        for run, *columns in self._runs:
            places = np.minimum(np.searchsorted(run, keys), len(run) - 1)
            known = np.flatnonzero(run[places] == keys)
            for number, column in enumerate(columns):
                found[known, number] = column[places[known]]
        return found

    def add(self, keys: Integers, values: Integers) -> None:
        """Take up keys that are unknown, each once.

        Args:
            values: their numbers, one row a key.
        """
        if not len(keys):
            return
        merged, count = [[keys, *values.T]], len(keys)
        while self._runs and len(self._runs[-1][0]) < 2 * count:
            merged.append(self._runs.pop())
            count += len(merged[-1][0])
        order = np.argsort(np.concatenate([run[0] for run in merged]), kind="stable")
        self._runs.append(
            [np.concatenate([run.pop(0) for run in merged])[order] for _array in range(1 + self._columns)]
        )


def first_unknown(keys: Integers, found: Integers) -> Integers:
    """Where each key without a number stands first, in order."""
    unknown = np.flatnonzero(found == 0)
    _keys, firsts = np.unique(keys[unknown], return_index=True)
    return unknown[np.sort(firsts)]
