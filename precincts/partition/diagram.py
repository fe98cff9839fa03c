"""First cuts: weighted bisection, and a power diagram whose cells are balanced while their sites settle."""

from __future__ import annotations

import numpy as np

from precincts.partition.graph import Floats, Ints

ROUNDS, LLOYD_ROUNDS = 48, 16
DAMPING, LONGEST_STRIDE = 0.4, 0.6
ROWS_AT_A_TIME = 20_000


def bisect_placed(points: Floats, weights: Floats, parts: int) -> Ints:
    """Halve along the longer side at the weighted share of parts, all pieces of one depth at a time.

    Returns labels (n,) from 0 to parts - 1; no part is empty when there are at least as many points as parts.
    """
    labels = np.zeros(len(points), dtype=np.int64)
    first, share = np.array([0]), np.array([parts])
    while (share > 1).any():
        piece = np.searchsorted(first, labels, side="right") - 1
        low = np.full((len(first), 2), np.inf)
        high = np.full((len(first), 2), -np.inf)
        np.minimum.at(low, piece, points)
        np.maximum.at(high, piece, points)
        across = ((high - low)[:, 1] > (high - low)[:, 0]).astype(np.int64)[piece]
        order = np.lexsort(
            (
                points[np.arange(len(points)), 1 - across],
                points[np.arange(len(points)), across],
                piece,
            )
        )
        left = share // 2
        goes_right = _beyond_share(weights[order], piece[order], left / share, left, share)
        labels[order[goes_right]] += left[piece[order[goes_right]]]
        first = np.unique(np.concatenate([first, first + left]))
        share = np.diff(np.append(first, parts))
    return labels


def _beyond_share(weights: Floats, piece: Ints, share: Floats, left: Ints, parts: Ints) -> np.ndarray:
    """Which points, sorted by piece and place, lie past their piece's share of weight; enough stay on either side."""
    count = np.bincount(piece, minlength=len(share))
    begin = np.cumsum(count) - count
    total = np.cumsum(weights)
    before = np.concatenate([[0.0], total])[begin]
    whole = np.concatenate([[0.0], total])[begin + count] - before
    middle = total - weights / 2 - before[piece]
    rank = np.arange(len(piece)) - begin[piece]
    cut = np.bincount(piece, middle < (share * whole)[piece], minlength=len(share)).astype(np.int64)
    cut = np.clip(cut, left, count - (parts - left))
    return rank >= cut[piece]


def balanced_diagram(points: Floats, weights: Floats, labels: Ints, parts: int) -> Ints:
    """Let the cells of a power diagram settle at equal weight, starting from labels; the most equal round is kept.

    Sites move to the middle of their points (Lloyd) in the first rounds; each site's power moves against its cell's
    excess of weight, by the diagonal of the Newton step of semi-discrete transport. Where buildings stand in heaps
    that step is too long: a site whose excess changes its sign takes shorter ones. Points choose among the sites near
    their present one.
    """
    if parts < 2:
        return labels
    mean = max(float(weights.sum()) / parts, 1e-9)
    power, stride = np.zeros(parts), np.full(parts, DAMPING)
    before = np.zeros(parts)
    sites = _middles(points, labels, parts, points[:parts])
    kept, least = labels, np.inf
    for turn in range(ROUNDS):
        if turn % 3 == 0 and turn < LLOYD_ROUNDS + 3:
            near = _near_sites(sites)
            area = _spacing(sites, near) ** 2 * 0.866
        labels = _nearest_by_power(points, labels, sites, power, near)
        excess = np.bincount(labels, weights, parts) / mean - 1.0
        unequal = float((excess**2).sum())
        if turn >= LLOYD_ROUNDS and unequal < least:
            kept, least = labels, unequal
        stride = stride * np.where(excess * before < 0, 0.5, 1.1)
        stride = np.minimum(np.maximum(stride, 1e-3), LONGEST_STRIDE)
        power -= stride * area / 1.73 * np.minimum(np.maximum(excess, -1.0), 1.0)
        power -= power.mean()
        before = excess
        if turn < LLOYD_ROUNDS:
            sites = _middles(points, labels, parts, sites)
    return kept


def _middles(points: Floats, labels: Ints, parts: int, otherwise: Floats) -> Floats:
    count = np.bincount(labels, minlength=parts)
    sums = np.stack([np.bincount(labels, points[:, axis], parts) for axis in (0, 1)], axis=1)
    return np.where(count[:, None] > 0, sums / np.maximum(count, 1)[:, None], otherwise)


def _near_sites(sites: Floats) -> Ints:
    """Each site's own number and those of its neighbours, padded with its own (parts, degree + 1)."""
    parts = len(sites)
    if parts <= 12:
        return np.tile(np.arange(parts), (parts, 1))
    from scipy.spatial import Delaunay, QhullError  # slow to import, and most processes never cut

    try:
        starts, heads = Delaunay(sites).vertex_neighbor_vertices
    except (QhullError, ValueError):
        reach = np.arange(-3, 4)
        order = np.lexsort((sites[:, 1], sites[:, 0]))
        near = np.empty((parts, len(reach)), dtype=np.int64)
        near[order] = order[np.clip(np.arange(parts)[:, None] + reach, 0, parts - 1)]
        return near
    degree = np.diff(starts)
    near = np.tile(np.arange(parts)[:, None], (1, 1 + min(int(degree.max()), 14)))
    row = np.repeat(np.arange(parts), degree)
    column = np.arange(len(heads)) - np.repeat(starts[:-1], degree)
    kept = column + 1 < near.shape[1]
    near[row[kept], column[kept] + 1] = heads[kept]
    return near


def _nearest_by_power(points: Floats, labels: Ints, sites: Floats, power: Floats, near: Ints) -> Ints:
    """Each point's best site among those near its present one, some rows at a time to spare memory."""
    chosen = np.empty_like(labels)
    for begin in range(0, len(points), ROWS_AT_A_TIME):
        rows = slice(begin, begin + ROWS_AT_A_TIME)
        candidates = near[labels[rows]]
        x = points[rows, 0, None] - sites[:, 0][candidates]
        y = points[rows, 1, None] - sites[:, 1][candidates]
        best = np.argmin(x * x + y * y - power[candidates], axis=1)
        chosen[rows] = candidates[np.arange(len(best)), best]
    return chosen


def _spacing(sites: Floats, near: Ints) -> Floats:
    """Mean distance to the nearest few sites (parts,)."""
    distance = np.linalg.norm(sites[near] - sites[:, None], axis=2)
    distance = np.sort(np.where(near == np.arange(len(sites))[:, None], np.inf, distance), axis=1)[:, :4]
    finite = np.isfinite(distance)
    return np.where(finite, distance, 0.0).sum(axis=1) / np.maximum(finite.sum(axis=1), 1)
