"""The neighbour graph of buildings: a Delaunay triangulation with the ring of neighbours around each one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

GOLDEN_ANGLE = float(np.pi * (3.0 - np.sqrt(5.0)))
SPREAD_METRES = 1.0


@dataclass(frozen=True)
class Graph:
    """Neighbours of n points as directed edges sorted by their first point.

    Attributes:
        starts: (n + 1,) where each point's edges begin.
        tails: (m,) the point an edge leaves.
        heads: (m,) the point it reaches.
        after: (m,) the neighbour of the tail that follows the head counter-clockwise; n where the ring is
            open (the hull).
    """

    starts: Ints
    tails: Ints
    heads: Ints
    after: Ints

    @property
    def count(self) -> int:
        return len(self.starts) - 1

    def neighbours(self, point: int) -> Ints:
        return self.heads[self.starts[point] : self.starts[point + 1]]


def spread_coincident(points: Floats) -> Floats:
    """Move points that share a place some metres apart along a spiral, as the houses are, so that each is a corner of the graph."""
    _, group, sizes = np.unique(points, axis=0, return_inverse=True, return_counts=True)
    group = group.ravel()
    if sizes.max(initial=0) < 2:
        return points
    order = np.argsort(group, kind="stable")
    rank = np.empty(len(points), dtype=np.int64)
    rank[order] = np.arange(len(points)) - (np.cumsum(sizes) - sizes)[group[order]]
    radius = SPREAD_METRES * np.sqrt(rank)
    return points + radius[:, None] * np.c_[np.cos(rank * GOLDEN_ANGLE), np.sin(rank * GOLDEN_ANGLE)]


def neighbour_graph(points: Floats) -> Graph:
    """Triangulate points (n, 2); points on one line become a path.

    Coincident points should have been spread before: a point the triangulation leaves out is joined to the
    point it lies on.
    """
    from scipy.spatial import Delaunay, QhullError  # slow to import, and most processes never cut

    try:
        mesh = Delaunay(points)
    except (QhullError, ValueError):
        return path_graph(points)
    corners = mesh.simplices.astype(np.int64)
    tails = corners.ravel()
    heads = corners[:, [1, 2, 0]].ravel()
    after = corners[:, [2, 0, 1]].ravel()
    hull_tails, hull_heads = _missing_reverses(tails, heads, len(points))
    left_out, _, nearest = mesh.coplanar.astype(np.int64).reshape(-1, 3).T
    tails = np.concatenate([tails, hull_tails, left_out, nearest])
    heads = np.concatenate([heads, hull_heads, nearest, left_out])
    open_ends = np.full(len(tails) - len(after), len(points), dtype=np.int64)
    return _sorted_graph(tails, heads, np.concatenate([after, open_ends]), len(points))


def path_graph(points: Floats) -> Graph:
    """Join points one after the other along their longer side."""
    n = len(points)
    order = np.lexsort((points[:, 1], points[:, 0]))
    if n > 1 and np.ptp(points[:, 1]) > np.ptp(points[:, 0]):
        order = np.lexsort((points[:, 0], points[:, 1]))
    tails = np.concatenate([order[:-1], order[1:]])
    heads = np.concatenate([order[1:], order[:-1]])
    return _sorted_graph(tails, heads, np.full(len(tails), n, dtype=np.int64), n)


def _missing_reverses(tails: Ints, heads: Ints, n: int) -> tuple[Ints, Ints]:
    """Hull edges belong to one triangle only; give back their other direction."""
    forward, backward = tails * n + heads, heads * n + tails
    alone = np.setdiff1d(backward, forward, assume_unique=True)
    return alone // n, alone % n


def _sorted_graph(tails: Ints, heads: Ints, after: Ints, n: int) -> Graph:
    order = np.lexsort((heads, tails))
    tails, heads, after = tails[order], heads[order], after[order]
    starts = np.searchsorted(tails, np.arange(n + 1)).astype(np.int64)
    return Graph(starts, tails, heads, after)


def run_starts(values: Ints) -> Ints:
    """Where the runs of equal numbers begin (runs,)."""
    begins = np.ones(len(values), dtype=bool)
    np.not_equal(values[1:], values[:-1], out=begins[1:])
    return begins.nonzero()[0]


def components(graph: Graph, labels: Ints) -> tuple[int, Ints]:
    """Number the connected pieces in which each label's points lie."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import connected_components

    same = labels[graph.tails] == labels[graph.heads]
    starts = np.append(0, np.cumsum(same))[graph.starts]
    ones = np.ones(int(starts[-1]), dtype=np.int8)
    matrix = csr_matrix((ones, graph.heads[same], starts), shape=(graph.count, graph.count))
    count, pieces = connected_components(matrix, directed=False)
    return int(count), pieces.astype(np.int64)


def labels_in_pieces(graph: Graph, labels: Ints) -> Ints:
    """The labels whose points do not hang together in the graph, ascending."""
    _, pieces = components(graph, labels)
    first = np.unique(pieces, return_index=True)[1]
    values, counts = np.unique(labels[first], return_counts=True)
    found = values[(counts > 1) & (values >= 0)]
    return found.astype(np.int64)
