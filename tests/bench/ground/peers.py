"""Other ways to cut, given the same buildings without the towers and the same number of blocks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from precincts.partition import bisect
from tests.bench.ground.measures import Floats, Ints

METIS_NEAR_M = 2_000.0
CANDIDATE_CENTRES = 8


def k_means(points: Floats, weights: Ints, parts: int, edges: Ints) -> Ints:
    """scikit-learn's k-means, one start; it does not balance."""
    from sklearn.cluster import KMeans

    found: NDArray[np.int64] = (
        KMeans(parts, n_init=1, random_state=0)
        .fit(points, sample_weight=np.maximum(weights, 1e-3))
        .labels_.astype(np.int64)
    )
    return found


def metis(points: Floats, weights: Ints, parts: int, edges: Ints) -> Ints:
    """METIS, recursive, on the Delaunay graph; near neighbours weigh more, which shortens its walks by a fifth."""
    import pymetis

    metres = np.linalg.norm(points[edges[:, 0]] - points[edges[:, 1]], axis=1)
    closeness = np.clip(METIS_NEAR_M / (metres + 1.0), 1, 200).astype(np.int64)
    tails = np.concatenate([edges[:, 0], edges[:, 1]])
    heads = np.concatenate([edges[:, 1], edges[:, 0]])
    order = np.argsort(tails, kind="stable")
    starts = np.searchsorted(tails[order], np.arange(len(points) + 1))
    _, labels = pymetis.part_graph(
        parts,
        adjacency=pymetis.CSRAdjacency(starts, heads[order]),
        vweights=weights.tolist(),
        eweights=np.concatenate([closeness, closeness])[order].tolist(),
        recursive=True,
    )
    return np.array(labels, dtype=np.int64)


def assignment(points: Floats, weights: Ints, parts: int, edges: Ints) -> Ints:
    """OR-Tools' min-cost flow of voters to k-means' centres of equal capacity; a split building goes with its majority."""
    from ortools.graph.python import min_cost_flow
    from scipy.spatial import cKDTree

    labels = k_means(points, weights, parts, edges)
    count = np.maximum(np.bincount(labels, minlength=parts), 1)
    centres = np.stack([np.bincount(labels, points[:, axis], parts) / count for axis in (0, 1)], axis=1)
    near = min(CANDIDATE_CENTRES, parts)
    metres, centre = cKDTree(centres).query(points, k=near)
    metres, centre = metres.reshape(len(points), near), centre.reshape(len(points), near)
    flow = min_cost_flow.SimpleMinCostFlow()
    houses, sink = np.arange(len(points)), len(points) + parts
    tails, heads = np.repeat(houses, near), len(points) + centre.ravel()
    arcs = flow.add_arcs_with_capacity_and_unit_cost(
        tails, heads, np.repeat(weights, near), (metres.ravel() ** 2 / 10).astype(np.int64)
    )
    total, capacity = int(weights.sum()), -(-int(weights.sum()) // parts)
    ends = np.arange(len(points), sink)
    flow.add_arcs_with_capacity_and_unit_cost(
        ends, np.full(parts, sink), np.full(parts, capacity), np.zeros(parts, int)
    )
    far = np.full(len(points), 10_000_000)
    flow.add_arcs_with_capacity_and_unit_cost(houses, np.full(len(points), sink), weights, far)
    flow.set_nodes_supplies(np.append(houses, sink), np.append(weights, -total))
    flow.solve()
    share = np.asarray(flow.flows(arcs)).reshape(len(points), near)
    return centre[houses, share.argmax(axis=1)].astype(np.int64)


def bisection(points: Floats, weights: Ints, parts: int, edges: Ints) -> Ints:
    """Recursive bisection at the weighted median, the product's instant preview."""
    return bisect(points, weights, parts)


PEERS = {"k-means": k_means, "METIS": metis, "OR-Tools assignment": assignment, "bisection": bisection}
