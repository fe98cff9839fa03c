"""How standing buildings become blocks: towers apart, a first cut, refined on the neighbour graph, mended."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from precincts.partition.diagram import balanced_diagram, bisect_placed
from precincts.partition.graph import (
    Bools,
    Floats,
    Graph,
    Ints,
    labels_in_pieces,
    neighbour_graph,
    spread_coincident,
)
from precincts.partition.refine import Blocks, Search, edge_affinity, refine
from precincts.partition.repair import fill_empty, join_pieces, mend_weights, straying
from precincts.partition.rows import Standing, TooManyParts

GOLDEN_ANGLE = float(np.pi * (3.0 - np.sqrt(5.0)))
ATTEMPTS = 3
TRY_AGAIN_UP_TO = 8_000
FIRM_PASSES = 3
FIRM = Search(balance=100.0, band=0.95, soft_start=1.0)


@dataclass(frozen=True)
class Plan:
    """How many blocks in all, which of the standing buildings are one alone (m,), and the mean of the other blocks."""

    parts: int
    towers: Bools
    mean: float


def plan_parts(weights: Floats, parts: int | None, target: float | None) -> Plan:
    """Set towers apart: buildings heavier than the mean of the blocks that remain without them.

    Raises:
        TooManyParts: more parts than buildings.
    """
    towers = np.zeros(len(weights), dtype=bool)
    if not len(weights):
        return Plan(0, towers, 0.0)
    if parts is not None:
        refuse_too_many(parts, len(weights))
    while True:
        rest = float(weights[~towers].sum())
        blocks = _blocks_besides(towers, rest, parts, target)
        mean = rest / blocks if blocks else 0.0
        more = ~towers & (weights > max(mean, 1e-9)) if blocks > 0 else np.zeros_like(towers)
        if not more.any():
            return Plan(blocks + int(towers.sum()), towers, mean)
        towers = towers | more


def refuse_too_many(parts: int, buildings: int) -> None:
    if parts > buildings:
        raise TooManyParts(f"{parts} blocks cannot be made of {buildings} buildings that have a place.")


def _blocks_besides(towers: Bools, rest: float, parts: int | None, target: float | None) -> int:
    remaining = int((~towers).sum())
    if parts is not None:
        return parts - int(towers.sum())
    return min(max(1, round(rest / (target or 1.0))), remaining)


@dataclass(frozen=True)
class Cut:
    """Labels of the standing buildings (m,), towers last; labels in pieces; how many blocks stray from the mean."""

    labels: Ints
    in_pieces: tuple[int, ...]
    straying: int

    @property
    def faults(self) -> tuple[int, int]:
        return len(self.in_pieces), self.straying


def cut_standing(standing: Standing, plan: Plan, tolerance: float, seed: int) -> Cut:
    """Cut standing.rows as planned; small tasks are tried again from another angle while a fault is left."""
    points = standing.points[standing.rows]
    points = spread_coincident(points - points.mean(axis=0)) if len(points) else points
    weights, streets = standing.weights[standing.rows], standing.streets[standing.rows]
    if plan.towers.all():
        return Cut(np.arange(len(points)), (), 0)
    graph = neighbour_graph(points)
    affinity = edge_affinity(graph, points, streets)
    cuts: list[Cut] = []
    for attempt in range(ATTEMPTS if len(points) <= TRY_AGAIN_UP_TO else 1):
        labels = _first_cut(graph, points, weights, plan, (seed + attempt) * GOLDEN_ANGLE)
        blocks = Blocks(graph, points, weights, labels, plan.parts - int(plan.towers.sum()))
        _improve(blocks, affinity, tolerance)
        pieces = tuple(labels_in_pieces(graph, blocks.labels).tolist())
        cuts.append(Cut(blocks.labels, pieces, len(straying(blocks))))
        if cuts[-1].faults == (0, 0):
            break
    return min(cuts, key=lambda cut: cut.faults)


def _improve(blocks: Blocks, affinity: Floats, tolerance: float) -> None:
    """Search freely, then pass buildings on where blocks stray; in turns with a search that insists on balance."""
    refine(blocks, affinity, tolerance, Search())
    for _ in range(FIRM_PASSES):
        mend_weights(blocks, affinity)
        if not len(straying(blocks)):
            return
        refine(blocks, affinity, tolerance, FIRM)
    mend_weights(blocks, affinity)


def _first_cut(graph: Graph, points: Floats, weights: Floats, plan: Plan, angle: float) -> Ints:
    """Bisection, balanced power diagram, and every block one piece of the graph with the towers in it."""
    count = plan.parts - int(plan.towers.sum())
    labels = np.empty(len(points), dtype=np.int64)
    labels[plan.towers] = count + np.arange(int(plan.towers.sum()))
    rest = ~plan.towers
    turned = points[rest] @ np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    halved = bisect_placed(turned, weights[rest], count)
    settled = balanced_diagram(points[rest], weights[rest], halved, count)
    labels[rest] = fill_empty(points[rest], weights[rest], settled, count)
    return join_pieces(graph, points, weights, labels, count)
