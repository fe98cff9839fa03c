"""Cut buildings into blocks of equal weight: the whole way from rows to labels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from precincts.partition.diagram import bisect_placed
from precincts.partition.graph import Ints
from precincts.partition.method import Plan, cut_standing, plan_parts, refuse_too_many
from precincts.partition.numbering import serpentine
from precincts.partition.placing import Numbers, Streets
from precincts.partition.rows import PartitionError, Rows, stand_up

LIST_ONLY = -1


@dataclass(frozen=True)
class PartitionReport:
    """What cutting did, for the person who asked for it.

    Attributes:
        parts: how many blocks there are.
        mean: mean weight of the blocks that are not one heavy building.
        towers: labels of blocks that are one building heavier than the mean.
        placed_by_street: rows without coordinates that went with a neighbour of their street.
        list_only: rows with neither, in no block.
        in_pieces: labels of blocks that do not hang together on the map.
        largest_deviation: the furthest any block but the towers lies from the mean, as a share of the mean.
        without_streets: no street was known, blocks were cut by distance alone.
        without_coordinates: no coordinates were known, blocks were cut along the street names and numbers.
        without_weights: all weights were zero, each building counted as one.
    """

    parts: int
    mean: float
    towers: tuple[int, ...] = ()
    placed_by_street: tuple[int, ...] = ()
    list_only: tuple[int, ...] = ()
    in_pieces: tuple[int, ...] = ()
    largest_deviation: float = 0.0
    without_streets: bool = False
    without_coordinates: bool = False
    without_weights: bool = False


@dataclass(frozen=True)
class Partition:
    """Labels (n,), 0 to parts - 1 in serpentine order from the north-west or LIST_ONLY; sizes (parts,); the report."""

    labels: Ints
    sizes: Ints
    report: PartitionReport


def partition(
    points: ArrayLike,
    weights: ArrayLike,
    *,
    parts: int | None = None,
    target: float | None = None,
    streets: Streets | None = None,
    numbers: Numbers | None = None,
    tolerance: float = 0.05,
    seed: int = 0,
) -> Partition:
    """Cut buildings into compact, connected blocks of equal weight; no building is split.

    A building heavier than the mean block becomes a block of its own. The result is the same for the same buildings
    in any order. The method is described in docs/adr/0010-cutting-blocks.md.

    Args:
        points: (n, 2) metres; a row with NaN has no coordinates and goes with its nearest neighbour by street and
            number, or stays LIST_ONLY.
        weights: (n,) voters, or doors, of each building; zero or more.
        parts: how many blocks (towers among them), or else
        target: the weight wished for a block.
        streets: (n,) one value per street, None where unknown: neighbours of one street stay together if they can.
        numbers: (n,) house numbers, used for buildings without coordinates.
        tolerance: how far from the mean a block may lie at no cost, as a share; never more than most of its largest
            building.
        seed: another seed turns the first cut by another angle and so gives another cut.

    Raises:
        NothingToPartition: n is 0.
        TooManyParts: more parts than buildings that have a place.
        PartitionError: arguments of the wrong shape or range.
    """
    rows = Rows.read(points, weights, streets, numbers)
    _check(parts, target, tolerance)
    order = rows.canonical_order()
    standing = stand_up(rows.take(order), _rough_mean(rows, parts, target))
    plan = plan_parts(standing.weights[standing.rows], parts, target)
    labels = np.full(len(order), LIST_ONLY, dtype=np.int64)
    cut = cut_standing(standing, plan, tolerance, seed)
    labels[standing.rows] = cut.labels
    follower = standing.follows >= 0
    labels[follower] = labels[standing.follows[follower]]
    number = serpentine(standing.points, labels, plan.parts)
    result = np.empty(len(order), dtype=np.int64)
    result[order] = np.append(number, LIST_ONLY)[labels]
    towers = number[cut.labels[plan.towers]]
    return _describe(rows, result, plan, towers, number[list(cut.in_pieces)])


def bisect(points: ArrayLike, weights: ArrayLike, parts: int) -> Ints:
    """Cut by halving alone, within milliseconds: an instant preview of partition; rows without coordinates LIST_ONLY.

    Raises:
        NothingToPartition, TooManyParts, PartitionError: as partition does.
    """
    rows = Rows.read(points, weights)
    _check(parts, None, 1.0)
    placed = np.flatnonzero(rows.placed)
    refuse_too_many(parts, len(placed))
    labels = np.full(len(rows.weights), LIST_ONLY, dtype=np.int64)
    labels[placed] = bisect_placed(rows.points[placed], rows.counted[placed], parts)
    return np.append(serpentine(rows.points, labels, parts), LIST_ONLY)[labels]


def _check(parts: int | None, target: float | None, tolerance: float) -> None:
    if (parts is None) == (target is None):
        raise PartitionError("Give either the number of blocks or the weight wished for each.")
    if parts is not None and parts < 1:
        raise PartitionError("At least one block is needed.")
    if target is not None and not target > 0:
        raise PartitionError("The weight wished for a block must be more than zero.")
    if not tolerance >= 0:
        raise PartitionError("The tolerance must be zero or more.")


def _rough_mean(rows: Rows, parts: int | None, target: float | None) -> float:
    return target if target is not None else float(rows.counted.sum()) / (parts or 1)


def _describe(rows: Rows, labels: Ints, plan: Plan, towers: Ints, pieces: Ints) -> Partition:
    sizes = np.bincount(labels[labels >= 0], rows.weights[labels >= 0], plan.parts).astype(np.int64)
    counted = np.bincount(labels[labels >= 0], rows.counted[labels >= 0], plan.parts)
    off = np.abs(np.delete(counted, towers) - plan.mean) / plan.mean if plan.mean else np.zeros(0)
    placed, inside = rows.placed, labels >= 0
    report = PartitionReport(
        parts=plan.parts,
        mean=plan.mean,
        towers=tuple(np.sort(towers).tolist()),
        placed_by_street=tuple(np.flatnonzero(~placed & inside).tolist()) if placed.any() else (),
        list_only=tuple(np.flatnonzero(~inside).tolist()),
        in_pieces=tuple(np.sort(pieces).tolist()),
        largest_deviation=float(off.max(initial=0.0)),
        without_streets=bool((rows.streets < 0).all()),
        without_coordinates=not placed.any(),
        without_weights=not rows.weights.any(),
    )
    return Partition(labels, sizes, report)
