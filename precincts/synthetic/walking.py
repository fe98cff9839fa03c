"""The true walk between doors of a made-up town, along its streets.

On one segment |t - t'| metres, and 12 more to the other side; between segments by the shortest way over the nodes;
6 metres from each door to the street.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import dijkstra

from precincts.synthetic.town import Town

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

CROSSING_M = 12.0
OFF_STREET_M = 6.0
NEARBY_M = 600.0


class StreetNetwork:
    """A town's streets as a graph, made once and asked for many sets of buildings."""

    def __init__(self, town: Town) -> None:
        self.town = town
        ends, length = town.streets.ends, town.streets.length
        both = np.concatenate([ends, ends[:, ::-1]])
        size = len(town.streets.node_xy)
        self._graph = csr_matrix(
            coo_matrix((np.tile(length, 2), (both[:, 0], both[:, 1])), shape=(size, size))
        )

    def distances(self, buildings: IntArray) -> FloatArray:
        """Metres between every two of these buildings' doors (n, n), zero on the diagonal."""
        town = self.town
        chosen = np.asarray(buildings, dtype=np.int64)
        segment, offset, side = (
            town.segment[chosen],
            town.offset[chosen],
            town.side[chosen],
        )
        ends = town.streets.ends[segment]
        nodes, place = np.unique(ends, return_inverse=True)
        place = place.reshape(ends.shape)
        between = self._between_nodes(nodes)
        to_end = np.stack([offset, town.streets.length[segment] - offset], axis=1)
        walk = np.full((chosen.size, chosen.size), np.inf)
        for a in (0, 1):
            for b in (0, 1):
                way = between[np.ix_(place[:, a], place[:, b])] + to_end[:, a, None] + to_end[None, :, b]
                np.minimum(walk, way, out=walk)
        same = segment[:, None] == segment[None, :]
        direct = np.abs(offset[:, None] - offset[None, :]) + CROSSING_M * (side[:, None] != side[None, :])
        walk = np.where(same, direct, walk) + 2 * OFF_STREET_M
        np.fill_diagonal(walk, 0.0)
        return walk

    def length(self, order: IntArray) -> float:
        """Metres of an open walk past these buildings in this order."""
        walk = self.distances(order)
        steps = np.arange(len(order) - 1)
        return float(walk[steps, steps + 1].sum())

    def _between_nodes(self, nodes: IntArray) -> FloatArray:
        """Shortest ways among nodes; searched nearby first: a way out of there and back is over twice the margin."""
        xy = self.town.streets.node_xy
        low, high = xy[nodes].min(axis=0) - NEARBY_M, xy[nodes].max(axis=0) + NEARBY_M
        near = np.flatnonzero(((xy >= low) & (xy <= high)).all(axis=1))
        local = np.searchsorted(near, nodes)
        found: FloatArray = dijkstra(self._graph[near][:, near], indices=local)[:, local]
        if (found > 2 * NEARBY_M).any():
            found = dijkstra(self._graph, indices=nodes)[:, nodes]
        return found
