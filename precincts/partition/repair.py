"""Mending: blocks that got no building, blocks in pieces, and blocks still off the mean, by chains of moves."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import islice, pairwise

import numpy as np

from precincts.partition.diagram import bisect_placed
from precincts.partition.graph import Floats, Graph, Ints, components, run_starts
from precincts.partition.refine import OUTSIDE, Blocks

WAYS_TRIED = 40
ROUNDS = 12
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
        main[by_owner[run_starts(owner[by_owner])]] = True
        loose = ~main & (owner < parts)
        edge = np.flatnonzero(
            loose[piece[graph.tails]] & main[piece[graph.heads]] & (labels[graph.heads] < parts)
        )
        if not len(edge):
            return labels
        metres = np.linalg.norm(points[graph.tails[edge]] - points[graph.heads[edge]], axis=1)
        edge = edge[np.lexsort((metres, piece[graph.tails[edge]]))]
        nearest = edge[run_starts(piece[graph.tails[edge]])]
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
    """Bring straying blocks back by passing buildings along chains of blocks, from one too heavy to one with room.

    Where two heavy buildings touch, or all neighbours are full already, no single move helps; along a chain every
    block in between gives about what it gets.
    """
    chains = _Chains(blocks, affinity)
    for _ in range(ROUNDS):
        if not [block for block in straying(blocks).tolist() if chains.mend(block)]:
            return


class _Chains:
    """Ways from block to block through the neighbour graph, and the buildings to pass along them."""

    def __init__(self, blocks: Blocks, affinity: Floats) -> None:
        self.blocks, self.affinity = blocks, affinity

    def mend(self, block: int) -> bool:
        """Pass one building on, from this block if it is heavy, else to it; true when the excess has fallen."""
        heavy = bool(self.blocks.size[block] > self.blocks.mean)
        for way in islice(self._ways(block, heavy), WAYS_TRIED):
            if self._pass_on(way if heavy else way[::-1], abs(self.blocks.size[block] - self.blocks.mean)):
                return True
        return False

    def _ways(self, block: int, heavy: bool) -> Iterator[list[int]]:
        """The shortest ways from a block to others on the other side of the mean, nearest first."""
        came_from = {block: block}
        waiting = deque([block])
        while waiting:
            here = waiting.popleft()
            if here != block and (self.blocks.size[here] < self.blocks.mean) == heavy:
                way = [here]
                while way[-1] != block:
                    way.append(came_from[way[-1]])
                yield way[::-1]
            for other in self._blocks_beside(here):
                if other not in came_from:
                    came_from[other] = here
                    waiting.append(other)

    def _blocks_beside(self, block: int) -> list[int]:
        beside = np.unique(self.blocks.labels[self._edges(block)[1]])
        return [other for other in beside.tolist() if other != block and other < self.blocks.parts]

    def _edges(self, block: int) -> tuple[Ints, Ints, Ints]:
        """The edges that leave the block's buildings: their tails, heads and numbers."""
        graph, members = self.blocks.graph, np.flatnonzero(self.blocks.labels == block)
        counts = graph.starts[members + 1] - graph.starts[members]
        shift = np.repeat(graph.starts[members] - (np.cumsum(counts) - counts), counts)
        numbers = np.arange(int(counts.sum())) + shift
        return graph.tails[numbers], graph.heads[numbers], numbers

    def _pass_on(self, way: list[int], wanted: float) -> bool:
        """Move one building over each step of the way, each about as heavy as the one before; undo it if that is no gain."""
        before = sum(self._excess(block) for block in way)
        moved: list[tuple[int, int]] = []
        for source, target in pairwise(way):
            who = self._best_to_pass(source, target, wanted)
            if who is None:
                break
            moved.append((who, source))
            self._move(who, target)
            wanted = float(self.blocks.weights[who])
        if len(moved) == len(way) - 1 and sum(self._excess(block) for block in way) < before - MARGIN:
            return True
        for who, source in reversed(moved):
            self._move(who, source)
        return False

    def _best_to_pass(self, source: int, target: int, wanted: float) -> int | None:
        """The building of about the wanted weight that may go from one block to the next and cuts least."""
        tails, heads, numbers = self._edges(source)
        there = self.blocks.labels[heads]
        cut = np.where(there == source, self.affinity[numbers], 0.0) - np.where(
            there == target, self.affinity[numbers], 0.0
        )
        for who in self._by_fit(tails[there == target], wanted, tails, cut):
            if self._may_leave(who):
                return who
        return None

    def _by_fit(self, border: Ints, wanted: float, tails: Ints, cut: Floats) -> list[int]:
        candidates = np.unique(border)
        place = np.searchsorted(candidates, tails)
        known = (place < len(candidates)) & (candidates[np.minimum(place, len(candidates) - 1)] == tails)
        cuts = np.bincount(place[known], cut[known], len(candidates))
        found: list[int] = candidates[
            np.lexsort((cuts, np.abs(self.blocks.weights[candidates] - wanted)))
        ].tolist()
        return found

    def _may_leave(self, who: int) -> bool:
        blocks, graph = self.blocks, self.blocks.graph
        edges = slice(graph.starts[who], graph.starts[who + 1])
        mine, after = blocks.labels[who], graph.after[edges]
        following = np.where(after < graph.count, blocks.labels[np.minimum(after, graph.count - 1)], OUTSIDE)
        runs = np.count_nonzero((blocks.labels[graph.heads[edges]] == mine) & (following != mine))
        return runs == 1 and blocks.count[mine] > 1

    def _excess(self, block: int) -> float:
        heaviest = self.blocks.weights[self.blocks.labels == block].max(initial=1.0)
        return max(0.0, abs(self.blocks.size[block] - self.blocks.mean) - heaviest)

    def _move(self, who: int, target: int) -> None:
        self.blocks.move(np.array([who]), np.array([target]))
