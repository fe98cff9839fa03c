"""Mending: blocks that got no building, blocks in pieces, and blocks still off the mean, by chains of moves."""

from __future__ import annotations

import numpy as np

from precincts.partition.diagram import bisect_placed
from precincts.partition.graph import Floats, Graph, Ints, components
from precincts.partition.refine import OUTSIDE, Blocks

LONGEST_CHAIN = 3
CHOICES_PER_LINK = 10
ROUNDS = 4
LOOKS_PER_FAULT = 60
MARGIN = 1e-6


def fill_empty(points: Floats, weights: Floats, labels: Ints, parts: int) -> Ints:
    """Give every empty block half of the heaviest block that has at least two buildings."""
    labels = labels.copy()
    for empty in np.flatnonzero(np.bincount(labels, minlength=parts) == 0):
        size = np.bincount(labels, weights, parts)
        size[np.bincount(labels, minlength=parts) < 2] = -1.0
        members = np.flatnonzero(labels == size.argmax())
        half = bisect_placed(points[members], weights[members], 2)
        labels[members[half == 1]] = empty
    return labels


def join_pieces(graph: Graph, points: Floats, weights: Floats, labels: Ints, parts: int) -> Ints:
    """Hand all but the heaviest piece of each block to the neighbouring block with the nearest building.

    Labels of `parts` and more (towers) stay; a piece that has only towers around it stays where it is.
    """
    labels = labels.copy()
    for _ in range(parts):
        count, piece = components(graph, labels)
        first = np.unique(piece, return_index=True)[1]
        owner = labels[first]
        heavy = np.bincount(piece, weights, count) + 1e-6 * np.bincount(piece, minlength=count)
        by_owner = np.lexsort((-heavy, owner))
        main = np.zeros(count, dtype=bool)
        main[by_owner[np.flatnonzero(np.diff(owner[by_owner], prepend=-1))]] = True
        loose = ~main & (owner < parts)
        edge = np.flatnonzero(
            loose[piece[graph.tails]] & main[piece[graph.heads]] & (labels[graph.heads] < parts)
        )
        if not len(edge):
            return labels
        metres = np.linalg.norm(points[graph.tails[edge]] - points[graph.heads[edge]], axis=1)
        edge = edge[np.lexsort((metres, piece[graph.tails[edge]]))]
        nearest = edge[np.flatnonzero(np.diff(piece[graph.tails[edge]], prepend=-1))]
        new_owner = owner.copy()
        new_owner[piece[graph.tails[nearest]]] = labels[graph.heads[nearest]]
        labels = new_owner[piece]
    return labels


def straying(blocks: Blocks) -> Ints:
    """Blocks further from the mean than their heaviest building, the worst first."""
    excess = np.abs(blocks.size - blocks.mean) - np.maximum(blocks.largest(), 1.0)
    order = np.argsort(-excess, kind="stable")
    found: Ints = order[excess[order] > MARGIN]
    return found


def mend_weights(blocks: Blocks, affinity: Floats) -> None:
    """Bring straying blocks back by chains of up to three moves that lessen the sum of all excess.

    Where two heavy buildings touch, no single move helps: the first may push its neighbour out of its own bounds,
    which the next then mends.
    """
    chains = _Chains(blocks, affinity)
    for _ in range(ROUNDS):
        if not [block for block in straying(blocks).tolist() if chains.mend(block)]:
            return


class _Chains:
    """Depth-first search among the moves around a block."""

    def __init__(self, blocks: Blocks, affinity: Floats) -> None:
        self.blocks, self.affinity = blocks, affinity
        self.looks = 0

    def mend(self, block: int) -> bool:
        """Lessen the excess around a block, looking at no more than so many blocks' moves."""
        self.looks = LOOKS_PER_FAULT
        return self._extend(block, 0.0, LONGEST_CHAIN, ())

    def _extend(self, block: int, change: float, links: int, moved: tuple[int, ...]) -> bool:
        """Make moves for `block`, and then for whom they burden, until the sum of excess has fallen; else undo them.

        `change` is what the chain so far has added to the sum.
        """
        self.looks -= 1
        for who, source, target in self._choices(block, moved):
            if self.looks < 0:
                return False
            other = target if source == block else source
            before = self._excess(source) + self._excess(target)
            self._move(who, target)
            now = change + self._excess(source) + self._excess(target) - before
            if now < -MARGIN:
                return True
            if (
                links > 1
                and self._excess(other) > MARGIN
                and self._extend(other, now, links - 1, (*moved, who))
            ):
                return True
            self._move(who, source)
        return False

    def _choices(self, block: int, moved: tuple[int, ...]) -> list[tuple[int, int, int]]:
        """Moves out of a heavy block, or into a light one, those that leave least excess and cut least first."""
        labels, graph = self.blocks.labels, self.blocks.graph
        heavy = self.blocks.size[block] > self.blocks.mean
        offers: dict[tuple[int, int], float] = {}
        for member in np.flatnonzero(labels == block).tolist():
            for neighbour in graph.neighbours(member).tolist():
                other = int(labels[neighbour])
                who, target = (member, other) if heavy else (neighbour, block)
                if other == block or other >= self.blocks.parts or who in moved or (who, target) in offers:
                    continue
                if self._may_leave(who):
                    offers[who, target] = self._cost(who, target)
        best = sorted(offers, key=lambda offer: (offers[offer], offer))[:CHOICES_PER_LINK]
        return [(who, int(labels[who]), target) for who, target in best]

    def _cost(self, who: int, target: int) -> float:
        blocks, graph = self.blocks, self.blocks.graph
        source, weight = blocks.labels[who], blocks.weights[who]
        edges = slice(graph.starts[who], graph.starts[who + 1])
        there, affinity = blocks.labels[graph.heads[edges]], self.affinity[edges]
        off = abs(blocks.size[source] - weight - blocks.mean) + abs(
            blocks.size[target] + weight - blocks.mean
        )
        return float(off + affinity[there == source].sum() - affinity[there == target].sum())

    def _may_leave(self, who: int) -> bool:
        blocks, graph = self.blocks, self.blocks.graph
        edges = slice(graph.starts[who], graph.starts[who + 1])
        mine, after = blocks.labels[who], graph.after[edges]
        following = np.where(
            after < graph.count,
            blocks.labels[np.minimum(after, graph.count - 1)],
            OUTSIDE,
        )
        runs = np.count_nonzero((blocks.labels[graph.heads[edges]] == mine) & (following != mine))
        return runs == 1 and blocks.count[mine] > 1

    def _excess(self, block: int) -> float:
        heaviest = self.blocks.weights[self.blocks.labels == block].max(initial=1.0)
        return max(0.0, abs(self.blocks.size[block] - self.blocks.mean) - heaviest)

    def _move(self, who: int, target: int) -> None:
        self.blocks.move(np.array([who]), np.array([target]))
