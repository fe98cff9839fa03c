"""How good a cut is: balance, pieces, overlap, and the true walk through its blocks.

W_k is the weight of block k, V the mean over blocks that are not a single tower, w_i the weight of building i.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import ConvexHull, Delaunay, QhullError, cKDTree

from precincts.route import route
from precincts.synthetic.town import Town, make_town
from precincts.synthetic.walking import OFF_STREET_M, StreetNetwork

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Order = Callable[[Ints], Ints]

DOORS_PER_BLOCK = 55
INSIDE_BY_M = 0.5
HOLD_OUT = (9_504, 777)


@dataclass
class Ground:
    """A generated town as the cutters see it, with its true street network kept for measuring."""

    households: int
    seed: int
    town: Town = field(init=False)
    network: StreetNetwork = field(init=False)

    def __post_init__(self) -> None:
        self.town = make_town(self.households, self.seed)
        self.network = StreetNetwork(self.town)
        self.points: Floats = self.town.xy
        self.weights: Ints = self.town.building_voters
        self.streets: Ints = self.town.street
        self.numbers: Ints = self.town.number
        self.target = float(self.weights.sum()) / (self.households / DOORS_PER_BLOCK)

    def edges(self) -> Ints:
        """The Delaunay graph of all buildings (e, 2)."""
        corners = Delaunay(self.points).simplices
        pairs = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]])
        return np.unique(np.sort(pairs, axis=1), axis=0).astype(np.int64)

    def by_streets(self, rows: Ints) -> Ints:
        """The product's route past these buildings."""
        return rows[route(self.points[rows], self.streets[rows], self.numbers[rows])]

    def by_lines(self, rows: Ints) -> Ints:
        """The same search on straight lines alone."""
        return rows[route(self.points[rows])]

    def walked_metres(self, order: Ints) -> float:
        """The true walk past these buildings in this order: along the streets, 6 m from the street to each door."""
        steps = max(len(order) - 1, 0)
        between = self.network.length(order) - 2 * OFF_STREET_M * steps if steps else 0.0
        return between + OFF_STREET_M * len(order)

    def walk_km(self, blocks: Iterable[Ints], order: Order) -> float:
        """The true walk through all blocks, each in the given order."""
        return sum(self.walked_metres(order(rows)) for rows in blocks) / 1000


@dataclass(frozen=True)
class Balance:
    """How far blocks lie from the mean, towers apart.

    Attributes:
        low, high: the furthest below and above, in percent of V.
        by_largest: max over k of |W_k - V| / (largest w_i in k).
        beyond_limit: max over k of |W_k - V| in units of what the limit allows: a tenth of V, or twice the largest w_i.
        blocks: how many blocks there are besides towers.
    """

    low: float
    high: float
    by_largest: float
    beyond_limit: float
    blocks: int


def members(labels: Ints) -> Iterator[Ints]:
    """The rows of each label in turn."""
    order = np.argsort(labels, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(labels[order])) + 1):
        yield rows.astype(np.int64)


def balance(labels: Ints, weights: Ints) -> Balance:
    count = int(labels.max()) + 1
    size = np.bincount(labels, weights, count)
    heaviest = np.zeros(count)
    np.maximum.at(heaviest, labels, weights.astype(float))
    single = np.bincount(labels, minlength=count) == 1
    towers = np.zeros(count, dtype=bool)
    while True:
        mean = size[~towers].mean()
        more = single & ~towers & (size > mean)
        if not more.any():
            break
        towers |= more
    off, largest = (size - mean)[~towers], np.maximum(heaviest[~towers], 1.0)
    allowed = np.maximum(0.1 * mean, 2 * largest)
    return Balance(
        low=float(100 * off.min() / mean),
        high=float(100 * off.max() / mean),
        by_largest=float((np.abs(off) / largest).max()),
        beyond_limit=float((np.abs(off) / allowed).max()),
        blocks=int((~towers).sum()),
    )


def in_pieces(labels: Ints, edges: Ints) -> int:
    """How many blocks do not hang together in the graph."""
    same = edges[labels[edges[:, 0]] == labels[edges[:, 1]]]
    size = len(labels)
    joined = coo_matrix((np.ones(len(same)), (same[:, 0], same[:, 1])), shape=(size, size))
    _, piece = connected_components(joined, directed=False)
    first = np.unique(piece, return_index=True)[1]
    return int((np.bincount(labels[first]) > 1).sum())


def overlap(labels: Ints, points: Floats) -> float:
    """The share of buildings more than half a metre inside another block's convex hull."""
    near, inside = cKDTree(points), np.zeros(len(points), dtype=bool)
    for rows in members(labels):
        try:
            hull = ConvexHull(points[rows])
        except (QhullError, ValueError):
            continue
        middle = points[rows].mean(axis=0)
        reach = np.linalg.norm(points[rows] - middle, axis=1).max()
        others = np.array(near.query_ball_point(middle, reach), dtype=np.int64)
        others = others[labels[others] != labels[rows[0]]]
        depth = hull.equations[:, :2] @ points[others].T + hull.equations[:, 2:]
        inside[others[(depth < -INSIDE_BY_M).all(axis=0)]] = True
    return float(inside.mean())
