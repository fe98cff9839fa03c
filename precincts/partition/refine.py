"""Local search along block borders: many buildings move at once, each block taking part in at most one move a turn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from precincts.partition.graph import Bools, Floats, Graph, Ints, run_starts

OUTSIDE = -9
SAME_STREET_REACH = 15.0
OTHER_STREET_FACTOR, OTHER_STREET_METRES = 1.25, 60.0


@dataclass(frozen=True)
class Search:
    """What the search weighs against what; chosen on generated towns (tests/bench/blocks.py measures others).

    Attributes:
        compactness: squared metres from the block's middle, in units of the block's own mean square.
        balance: the square of the excess over the allowed band, in mean buildings.
        drift: the same inside the band, as a share, so that excess finds its way through balanced blocks.
        band: the band as a share of the block's largest building.
        turns: how often borders are looked at; balance gains its full weight by and by.
    """

    compactness: float = 0.1
    balance: float = 10.0
    drift: float = 0.02
    band: float = 0.8
    turns: int = 60
    soft_start: float = 0.02
    firm_after: float = 0.6


class Blocks:
    """Labels of all points and what is kept beside them; points labelled `parts` or more stay as they are."""

    def __init__(self, graph: Graph, points: Floats, weights: Floats, labels: Ints, parts: int) -> None:
        self.graph, self.points, self.weights = graph, points, weights
        self.labels, self.parts = labels.copy(), parts
        self.free = self.labels < parts
        own, own_weights = self.labels[self.free], weights[self.free]
        self.mean = float(own_weights.sum()) / parts
        self.count = np.bincount(own, minlength=parts)
        self.size: Floats = np.bincount(own, own_weights, parts).astype(np.float64)
        self.sums: Floats = np.stack(
            [np.bincount(own, points[self.free, axis], parts) for axis in (0, 1)],
            axis=1,
        )

    def move(self, who: Ints, to: Ints) -> None:
        """Move buildings to other blocks; no block may occur twice among the sources and targets."""
        source, weight, place = self.labels[who], self.weights[who], self.points[who]
        self.labels[who] = to
        self.size[source] -= weight
        self.size[to] += weight
        self.count[source] -= 1
        self.count[to] += 1
        self.sums[source] -= place
        self.sums[to] += place

    def middles(self) -> Floats:
        return self.sums / np.maximum(self.count, 1)[:, None]

    def largest(self) -> Floats:
        """The heaviest building of each block (parts,)."""
        heaviest = np.zeros(self.parts)
        np.maximum.at(heaviest, self.labels[self.free], self.weights[self.free])
        return heaviest

    def removable(self, mine: Ints, inside: Bools) -> Bools:
        """Points (n,) whose block hangs together without them: its members around the point form one run of the ring.

        Args:
            mine: (m,) the label of each edge's tail.
            inside: (m,) whether its head has that label too.
        """
        after = np.append(self.labels, OUTSIDE)[self.graph.after]
        runs = np.bincount(self.graph.tails[inside & (after != mine)], minlength=self.graph.count)
        return (runs == 1) & self.free


@dataclass(frozen=True)
class Moves:
    """Buildings that may leave for a neighbouring block, one row per building and block."""

    who: Ints
    source: Ints
    target: Ints
    cut: Floats

    def __getitem__(self, rows: Ints) -> Moves:
        return Moves(self.who[rows], self.source[rows], self.target[rows], self.cut[rows])


def edge_affinity(graph: Graph, points: Floats, streets: Ints) -> Floats:
    """How much two neighbours belong together (m,), 0 to 1: near ones, and those of one street (code >= 0) most."""
    metres = np.linalg.norm(points[graph.tails] - points[graph.heads], axis=1)
    street = streets[graph.tails]
    together = (street == streets[graph.heads]) & (street >= 0)
    metres = np.where(
        together,
        metres,
        OTHER_STREET_FACTOR * metres + OTHER_STREET_METRES * (streets.max() >= 0),
    )
    return SAME_STREET_REACH / (SAME_STREET_REACH + metres)


def refine(blocks: Blocks, affinity: Floats, tolerance: float, search: Search) -> None:
    """Improve the blocks in place: neighbours of one street together, compact, within the band of weight."""
    if blocks.parts < 2:
        return
    pull = search.compactness / _mean_squares(blocks)
    unit = max(1.0, float(blocks.weights[blocks.free].mean()))
    firm_at = search.firm_after * search.turns
    for turn in range(search.turns):
        firmness = min(1.0, search.soft_start + (1.0 - search.soft_start) * turn / firm_at)
        moves = possible_moves(blocks, affinity)
        change = moves.cut + _compactness_change(blocks, moves) * pull[moves.who]
        change += firmness * search.balance * _balance_change(blocks, moves, tolerance, search, unit)
        good = np.flatnonzero(change < -1e-6)
        chosen = _apart(moves[good], change[good], blocks.parts)
        blocks.move(chosen.who, chosen.target)
        if not len(chosen.who) and turn >= firm_at:
            return


def possible_moves(blocks: Blocks, affinity: Floats) -> Moves:
    """Every building on a border that may leave its block, with each block it touches."""
    graph, labels, parts = blocks.graph, blocks.labels, blocks.parts
    here, there = labels[graph.tails], labels[graph.heads]
    inside = here == there
    kept = np.bincount(graph.tails, affinity * inside, graph.count)
    may_leave = blocks.removable(here, inside) & np.append(blocks.count > 1, True)[np.minimum(labels, parts)]
    border = np.flatnonzero(~inside & may_leave[graph.tails] & (there < parts))
    key = graph.tails[border] * np.int64(parts) + there[border]
    order = np.argsort(key, kind="stable")
    key = key[order]
    first = run_starts(key)
    gained = np.add.reduceat(affinity[border[order]], first) if len(first) else np.zeros(0)
    who, target = key[first] // parts, key[first] % parts
    return Moves(who, labels[who], target, kept[who] - gained)


def _mean_squares(blocks: Blocks) -> Floats:
    """The mean squared distance from the middle of each point's block, not below a quarter of the median (n,)."""
    own = blocks.labels[blocks.free]
    squares = _squared_metres(blocks.points[blocks.free], blocks.middles()[own])
    mean = np.bincount(own, squares, blocks.parts) / np.maximum(blocks.count, 1)
    mean = np.maximum(mean, 0.25 * float(np.median(mean)) + 1e-6)
    per_point = np.ones(len(blocks.labels))
    per_point[blocks.free] = mean[own]
    return per_point


def _compactness_change(blocks: Blocks, moves: Moves) -> Floats:
    """The change of the sum of squared distances from the blocks' middles."""
    middles, place = blocks.middles(), blocks.points[moves.who]
    left, joined = blocks.count[moves.source], blocks.count[moves.target]
    from_source = _squared_metres(place, middles[moves.source]) * left / (left - 1)
    from_target = _squared_metres(place, middles[moves.target]) * joined / (joined + 1)
    return from_target - from_source


def _squared_metres(here: Floats, there: Floats) -> Floats:
    apart = here - there
    apart *= apart
    squares: Floats = apart[:, 0] + apart[:, 1]
    return squares


def _balance_change(blocks: Blocks, moves: Moves, tolerance: float, search: Search, unit: float) -> Floats:
    """The change of the penalty on weight outside the band."""
    allowed = np.minimum(search.band * np.maximum(blocks.largest(), 1.0), tolerance * blocks.mean)

    def penalty(size: Floats, most: Floats) -> Floats:
        off = np.abs(size - blocks.mean)
        over = np.maximum(off - most, 0.0) / unit
        return over * over + search.drift * (off / unit) ** 2

    weight, source, target = blocks.weights[moves.who], moves.source, moves.target
    now = penalty(blocks.size, allowed)
    left = penalty(blocks.size[source] - weight, allowed[source])
    joined = penalty(blocks.size[target] + weight, allowed[target])
    return left + joined - (now[source] + now[target])


def _apart(moves: Moves, change: Floats, parts: int) -> Moves:
    """The best moves of which no two share a block, found in three sweeps."""
    waiting = np.argsort(change, kind="stable")
    taken = np.zeros(parts, dtype=bool)
    chosen: list[Ints] = []
    for _ in range(3):
        source, target = moves.source[waiting], moves.target[waiting]
        rank = np.arange(len(waiting))
        best = np.full(parts, len(waiting))
        np.minimum.at(best, source, rank)
        np.minimum.at(best, target, rank)
        wins = (best[source] == rank) & (best[target] == rank)
        chosen.append(waiting[wins])
        taken[source[wins]] = True
        taken[target[wins]] = True
        waiting = waiting[~(taken[source] | taken[target])]
        if not len(waiting):
            break
    return moves[np.concatenate(chosen)]
