"""What is known by its hash: millions of keys with their numbers in sorted arrays, sixteen bytes a key and more.

A dictionary of as many doors would take ten times the memory. Keys are 64-bit hashes: two of a million things
share one with a probability of three in a hundred million.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]


class Numbers:
    """Numbers by key, a few columns of them; zero where a key is unknown."""

    def __init__(self, columns: int) -> None:
        self._keys: Integers = np.empty(0, np.int64)
        self._values: Integers = np.empty((0, columns), np.int64)

    def __len__(self) -> int:
        return len(self._keys)

    def find(self, keys: Integers) -> Integers:
        """The numbers of each key, one row a key."""
        found = np.zeros((len(keys), self._values.shape[1]), np.int64)
        if len(self._keys):
            places = np.searchsorted(self._keys, keys)
            places[places == len(self._keys)] = 0
            known = self._keys[places] == keys
            found[known] = self._values[places[known]]
        return found

    def add(self, keys: Integers, values: Integers) -> None:
        """Take up keys that are unknown, each once."""
        order = np.argsort(keys, kind="stable")
        keys, values = keys[order], values[order]
        places = np.searchsorted(self._keys, keys)
        self._keys = np.insert(self._keys, places, keys)
        self._values = np.insert(self._values, places, values, axis=0)


def first_unknown(keys: Integers, found: Integers) -> Integers:
    """Where each key without a number stands first, in order."""
    unknown = np.flatnonzero(found == 0)
    _keys, firsts = np.unique(keys[unknown], return_index=True)
    return unknown[np.sort(firsts)]
