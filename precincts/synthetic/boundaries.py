"""Precincts as groups of cells between streets, and their outlines."""

from __future__ import annotations

import itertools
from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from precincts.synthetic.streets import Streets
from precincts.synthetic.words import POLLING_PLACES, STREET_WORDS

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def divide(weights: FloatArray, count: int) -> IntArray:
    """Part a table of cells (rows, columns) into about equally heavy connected groups, numbered from 0.

    Halves again and again across the longer way, by the straight or once stepped cut that comes nearest. Fewer groups than wished come out where a group is a single cell wide.
    """
    groups = np.zeros(weights.shape, dtype=np.int64)
    waiting = [(np.ones(weights.shape, dtype=np.bool_), count)]
    done: list[NDArray[np.bool_]] = []
    while waiting:
        mask, wanted = waiting.pop()
        parts = _halve(weights, mask, wanted) if wanted > 1 else None
        if parts is None:
            done.append(mask)
            continue
        waiting.append((parts[1], wanted - wanted // 2))
        waiting.append((parts[0], wanted // 2))
    for number, mask in enumerate(done):
        groups[mask] = number
    return groups


def _halve(
    weights: FloatArray, mask: NDArray[np.bool_], wanted: int
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]] | None:
    rows, columns = np.nonzero(mask)
    upright = np.ptp(columns) * 1.3 >= np.ptp(rows)
    whole, share = weights[mask].sum() + 1e-9, (wanted // 2) / wanted
    for way in (upright, not upright):
        along, across = np.indices(mask.shape)[::-1] if way else np.indices(mask.shape)
        half_way = int(np.median(across[mask]))
        cuts = []
        for line in range(int(along[mask].min()), int(along[mask].max()) + 1):
            for step in (0, 1):
                first = mask & (along < line + step * (across < half_way))
                cuts.append((abs(weights[first].sum() / whole - share), line, step, first))
        for miss, _, _, first in sorted(cuts, key=lambda cut: cut[:3]):
            second = mask & ~first
            if miss < share and _whole(first) and _whole(second):
                return first, second
    return None


def _whole(mask: NDArray[np.bool_]) -> bool:
    from scipy.ndimage import label  # slow to import, and most processes never make a town

    return bool(mask.any()) and int(label(mask)[1]) == 1


def name_precincts(count: int, seed: int) -> tuple[str, ...]:
    """Precincts are called after where they vote; no name twice below a thousand."""
    stock = [f"{word} {place}" for place in POLLING_PLACES for word in STREET_WORDS]
    order = np.random.default_rng([seed, 8114]).permutation(len(stock))
    return tuple(stock[order[i % len(stock)]] for i in range(count))


def outlines(groups: IntArray, streets: Streets) -> list[FloatArray]:
    """The outline of each group of cells as a closed ring of metres (counter-clockwise, first point repeated).

    Follows the streets' bends wherever a street runs along the border.

    Args:
        groups: group numbers (rows, columns) of the cells; node r * (columns + 1) + c is the lower left of cell r, c.
    """
    columns = groups.shape[1]
    width = columns + 1
    row, column = np.indices(groups.shape)
    corner = row * width + column
    padded = np.pad(groups, 1, constant_values=-1)
    inner = padded[1:-1, 1:-1]
    sides = (
        (padded[:-2, 1:-1], corner, corner + 1),
        (padded[1:-1, 2:], corner + 1, corner + 1 + width),
        (padded[2:, 1:-1], corner + 1 + width, corner + width),
        (padded[1:-1, :-2], corner + width, corner),
    )
    steps: defaultdict[int, defaultdict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for beyond, start, end in sides:
        border = beyond != inner
        for group, a, b in zip(
            inner[border].tolist(),
            start[border].tolist(),
            end[border].tolist(),
            strict=True,
        ):
            steps[group][a].append(b)
    lines = _lines(streets, xy_count=groups.shape[0] * width + width)
    rings = [_longest_ring(steps[group], width) for group in range(int(groups.max()) + 1)]
    return [_follow(ring, lines, streets.node_xy) for ring in rings]


def _lines(streets: Streets, xy_count: int) -> dict[tuple[int, int], FloatArray]:
    """Polylines between neighbouring lattice nodes, both ways; a street split by a dead end counts as one."""
    lines: dict[tuple[int, int], FloatArray] = {}
    halves: dict[int, tuple[int, FloatArray]] = {}
    for (a, b), points in zip(streets.ends.tolist(), streets.points, strict=True):
        if b >= xy_count and a < xy_count:
            halves[b] = (a, points)
            continue
        if a >= xy_count and b >= xy_count:
            continue
        start, line = (
            (a, points) if a < xy_count else (halves[a][0], np.concatenate([halves[a][1], points[1:]]))
        )
        lines[start, b] = line
        lines[b, start] = line[::-1]
    return lines


def _follow(ring: list[int], lines: dict[tuple[int, int], FloatArray], xy: FloatArray) -> FloatArray:
    pieces = [lines.get((a, b), xy[[a, b]])[:-1] for a, b in itertools.pairwise(ring)]
    return np.concatenate([*pieces, pieces[0][:1]])


def _longest_ring(steps: dict[int, list[int]], width: int) -> list[int]:
    """Walk the border steps into rings, turning left where two rings touch, and return the outer one."""
    rings: list[list[int]] = []
    while steps:
        start = next(iter(steps))
        ring, here = [start], start
        while True:
            after = steps[here]
            going = here - ring[-2] if len(ring) > 1 else 0
            choice = min(range(len(after)), key=lambda i: _turn(going, after[i] - here, width))
            ahead = after.pop(choice)
            if not after:
                del steps[here]
            ring.append(ahead)
            here = ahead
            if here == start:
                break
        rings.append(ring)
    return max(rings, key=len)


def _turn(before: int, after: int, width: int) -> int:
    """0 for a left turn, 1 straight on, 2 right: the left turn keeps rings that touch at a corner apart."""
    order = (1, width, -1, -width)
    if before not in order:
        return 0
    return {1: 0, 0: 1, 3: 2}.get((order.index(after) - order.index(before)) % 4, 3)
