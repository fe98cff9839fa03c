"""The street network of a made-up town: a warped grid with a river, parks, an avenue aslant and dead ends.

Streets lie on a lattice of nodes; the faces between four neighbouring nodes are the cells. A street may be missing
between two cells (a park, the river, a gap), which is what makes the network irregular; the lattice underneath stays
whole, so that precincts made of cells always partition the town.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from precincts.synthetic.words import PREFIXES, STREET_WORDS

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

POINTS_PER_SEGMENT = 7
OUTSIDE = -1
ROW, COLUMN, ASLANT, SPUR = 0, 1, 2, 3


@dataclass(frozen=True)
class Lattice:
    """Columns x rows of nodes (the outer ring carries no street); `park` marks the cells nobody lives in."""

    columns: int
    rows: int
    xy: FloatArray
    bank: NDArray[np.int8]
    park: NDArray[np.bool_]

    def node(self, column: IntArray, row: IntArray) -> IntArray:
        """Node ids of lattice positions."""
        return row * self.columns + column

    def cell(self, column: IntArray, row: IntArray) -> IntArray:
        """Ids of the cells whose lower left nodes these are."""
        return row * (self.columns - 1) + column


@dataclass(frozen=True)
class Streets:
    """Segments between nodes, in metres.

    `ends` (S, 2) node ids; `points` (S, 7, 2) polyline from the first end to the second; `length` (S,) of that
    polyline; `street` (S,) index into `names`; `first_number` (S,) the hundred its house numbers start from and
    `numbers` (S,) how many it may use; `cells` (S, 2) the cell left and right of it, -1 where nothing is built.
    """

    node_xy: FloatArray
    ends: IntArray
    points: FloatArray
    length: FloatArray
    street: IntArray
    names: list[str]
    first_number: IntArray
    numbers: IntArray
    cells: IntArray


@dataclass(frozen=True)
class _Edges:
    """Segments before they are drawn: end nodes, lattice place, sort of street, and the cells at both sides."""

    ends: IntArray
    sort: IntArray
    line: IntArray
    place: IntArray
    cells: IntArray

    def take(self, keep: NDArray[np.bool_] | IntArray) -> _Edges:
        return _Edges(
            self.ends[keep],
            self.sort[keep],
            self.line[keep],
            self.place[keep],
            self.cells[keep],
        )


def make_lattice(*, columns: int, rows: int, rng: np.random.Generator) -> Lattice:
    """Nodes of a warped grid, parted by a river, with some cells set apart as parks."""
    x = np.cumsum(rng.uniform(95.0, 190.0, columns))
    y = np.cumsum(rng.uniform(80.0, 125.0, rows))
    x, y = x - x.mean(), y - y.mean()
    grid_x, grid_y = np.meshgrid(x, y)
    grid_x = grid_x + rng.normal(0.0, 7.0, grid_x.shape)
    grid_y = grid_y + rng.normal(0.0, 7.0, grid_y.shape)
    phase = rng.uniform(0.0, 2.0 * np.pi, 3)
    warped_x = grid_x + 55.0 * np.sin(grid_y / 640.0 + phase[0])
    warped_y = grid_y + 45.0 * np.sin(grid_x / 810.0 + phase[1])
    river_x = x[int(columns * 0.68)] - 60.0 + 0.06 * (x[-1] - x[0]) * np.sin(warped_y / 900.0 + phase[2])
    away = warped_x - river_x
    bank = np.where(away >= 0.0, 1, -1).astype(np.int8)
    warped_x = warped_x + bank * 38.0 * np.exp(-np.abs(away) / 110.0)
    turn = np.deg2rad(17.0)
    xy = np.stack(
        [
            np.cos(turn) * warped_x - np.sin(turn) * warped_y,
            np.sin(turn) * warped_x + np.cos(turn) * warped_y,
        ],
        axis=-1,
    ).reshape(-1, 2)
    park = np.zeros((rows - 1, columns - 1), dtype=np.bool_)
    for _ in range(max(1, round(park.size / 160))):
        height, width = rng.integers(2, 4, 2)
        row = int(rng.integers(1, max(2, rows - 2 - height)))
        column = int(rng.integers(1, max(2, columns - 2 - width)))
        park[row : row + height, column : column + width] = True
    if park.mean() > 0.2:
        park[:] = False
    park[0, :] = park[-1, :] = park[:, 0] = park[:, -1] = False
    return Lattice(columns, rows, xy, bank.reshape(-1), park.reshape(-1))


def make_streets(lattice: Lattice, rng: np.random.Generator) -> Streets:
    """Lay the streets on a lattice, give them names, bends and dead ends; always one connected network."""
    edges = _lay_grid(lattice, rng)
    edges = _lay_avenue(lattice, edges, rng)
    edges = _keep_connected(edges, len(lattice.xy))
    return _draw(lattice, edges, rng)


def _lay_grid(lattice: Lattice, rng: np.random.Generator) -> _Edges:
    """Rows and columns of streets without those inside a park, over the river (but for bridges) or left out."""
    columns, rows = lattice.columns, lattice.rows
    column, row = (a.ravel() for a in np.meshgrid(np.arange(1, columns - 2), np.arange(1, rows - 1)))
    along = _Edges(
        np.stack([lattice.node(column, row), lattice.node(column + 1, row)], axis=1),
        np.full(column.size, ROW),
        row,
        column,
        np.stack([lattice.cell(column, row), lattice.cell(column, row - 1)], axis=1),
    )
    column, row = (a.ravel() for a in np.meshgrid(np.arange(1, columns - 1), np.arange(1, rows - 2)))
    across = _Edges(
        np.stack([lattice.node(column, row), lattice.node(column, row + 1)], axis=1),
        np.full(column.size, COLUMN),
        column,
        row,
        np.stack([lattice.cell(column - 1, row), lattice.cell(column, row)], axis=1),
    )
    edges = _join(along, across)
    wet = lattice.bank[edges.ends[:, 0]] != lattice.bank[edges.ends[:, 1]]
    bridge = wet & (edges.sort == ROW) & (edges.line % 4 == 2)
    inside_park = lattice.park[edges.cells].all(axis=1)
    left_out = rng.random(len(edges.sort)) < 0.07
    cells = np.where(lattice.park[edges.cells] | wet[:, None], OUTSIDE, edges.cells)
    edges = _Edges(edges.ends, edges.sort, edges.line, edges.place, cells)
    return edges.take(bridge | ~(wet | inside_park | left_out))


def _lay_avenue(lattice: Lattice, edges: _Edges, rng: np.random.Generator) -> _Edges:
    """One avenue aslant through the grid, from node to node, for every 24 columns of a town of six or more."""
    for number in range(-(-(lattice.columns - 6) // 24) if lattice.columns > 8 else 0):
        first = int(rng.integers(1, max(2, lattice.columns // 3))) + 24 * number
        steps = np.arange(1, min(lattice.rows - 2, lattice.columns - 2 - first))
        column, row = first + steps - 1, steps
        cell = lattice.cell(column, row)
        ends = np.stack([lattice.node(column, row), lattice.node(column + 1, row + 1)], axis=1)
        dry = ~lattice.park[cell] & (lattice.bank[ends[:, 0]] == lattice.bank[ends[:, 1]])
        avenue = _Edges(
            ends,
            np.full(steps.size, ASLANT),
            np.full(steps.size, number),
            steps,
            np.stack([cell, cell], axis=1),
        )
        edges = _join(edges, avenue.take(dry))
    return edges


def _keep_connected(edges: _Edges, nodes: int) -> _Edges:
    from scipy.sparse import coo_matrix  # slow to import, and most processes never make a town
    from scipy.sparse.csgraph import connected_components

    ones = np.ones(len(edges.sort))
    graph = coo_matrix((ones, (edges.ends[:, 0], edges.ends[:, 1])), shape=(nodes, nodes))
    _, part = connected_components(graph, directed=False)
    parts = part[edges.ends[:, 0]]
    return edges.take(parts == np.bincount(parts).argmax())


def _draw(lattice: Lattice, edges: _Edges, rng: np.random.Generator) -> Streets:
    """Bend the segments, split some in the middle for a dead end, and number and name them all."""
    a, b = lattice.xy[edges.ends[:, 0]], lattice.xy[edges.ends[:, 1]]
    span = np.linalg.norm(b - a, axis=1)
    bend = np.where(rng.random(span.size) < 0.3, rng.uniform(-0.12, 0.12, span.size) * span, 0.0)
    side, split = _choose_dead_ends(edges, span, rng)
    whole, cut = np.flatnonzero(~split), np.flatnonzero(split)
    middle = np.arange(cut.size) + len(lattice.xy)
    middle_xy = _along(a[cut], b[cut], bend[cut], np.full((cut.size, 1), 0.5))[:, 0]
    end_xy, drift = _dead_end_xy(a[cut], b[cut], middle_xy, side[cut], rng)
    steps = np.linspace(0.0, 1.0, POINTS_PER_SEGMENT)[None, :]
    points = np.concatenate(
        [
            _along(a[whole], b[whole], bend[whole], np.repeat(steps, whole.size, axis=0)),
            _along(a[cut], b[cut], bend[cut], np.repeat(steps * 0.5, cut.size, axis=0)),
            _along(a[cut], b[cut], bend[cut], np.repeat(steps * 0.5 + 0.5, cut.size, axis=0)),
            _along(middle_xy, end_xy, 0.15 * drift[:, 0], np.repeat(steps, cut.size, axis=0)),
        ]
    )
    ends = [
        edges.ends[whole],
        np.stack([edges.ends[cut, 0], middle], axis=1),
        np.stack([middle, edges.ends[cut, 1]], axis=1),
        np.stack([middle, middle + cut.size], axis=1),
    ]
    spur_cells = np.repeat(edges.cells[cut, side[cut]][:, None], 2, axis=1)
    street, names = _name(edges, whole, cut, rng)
    hundred = 100 * edges.place
    return Streets(
        node_xy=np.concatenate([lattice.xy, middle_xy, end_xy]),
        ends=np.concatenate(ends),
        points=points,
        length=np.linalg.norm(np.diff(points, axis=1), axis=2).sum(axis=1),
        street=street,
        names=names,
        first_number=np.concatenate([hundred[whole], hundred[cut], hundred[cut] + 50, np.zeros_like(cut)]),
        numbers=np.repeat([49, 24, 24, 49], [whole.size, cut.size, cut.size, cut.size]),
        cells=np.concatenate([edges.cells[whole], edges.cells[cut], edges.cells[cut], spur_cells]),
    )


def _choose_dead_ends(
    edges: _Edges, span: FloatArray, rng: np.random.Generator
) -> tuple[IntArray, NDArray[np.bool_]]:
    """The side (0 left, 1 right) on which a dead end would leave each segment, and where one does."""
    side = rng.integers(0, 2, span.size)
    beside = edges.cells[np.arange(span.size), side]
    split = (edges.sort <= COLUMN) & (span > 115.0) & (beside != OUTSIDE) & (rng.random(span.size) < 0.14)
    return side, split & ~np.isin(beside, edges.cells[edges.sort == ASLANT])


def _dead_end_xy(
    a: FloatArray, b: FloatArray, middle: FloatArray, side: IntArray, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Where the dead ends stop, half a cell deep, and how far they drift along their segment (both (n, 2))."""
    across = _normal(a, b) * np.where(side == 0, 1.0, -1.0)[:, None]
    reach = rng.uniform(40.0, 58.0, len(a))
    along = (b - a) / np.linalg.norm(b - a, axis=1)[:, None]
    drift = along * rng.uniform(-14.0, 14.0, len(a))[:, None]
    return middle + across * reach[:, None] + drift, drift


def _name(
    edges: _Edges, whole: IntArray, cut: IntArray, rng: np.random.Generator
) -> tuple[IntArray, list[str]]:
    """One name per row, column, avenue and dead end; no name twice, the same words under several kinds of street."""
    order = np.concatenate([whole, cut, cut])
    key = edges.sort[order] * 1_000_000 + edges.line[order]
    lines, street = np.unique(key, return_inverse=True)
    street = np.concatenate([street.ravel(), np.arange(cut.size) + lines.size])
    kinds = {
        ROW: ("ST", "RD"),
        COLUMN: ("AVE", "WAY"),
        ASLANT: ("BLVD", "PKWY"),
        SPUR: ("CT", "PL", "LN", "TER"),
    }
    sorts = np.concatenate([lines // 1_000_000, np.full(cut.size, SPUR)])
    names = [""] * sorts.size
    for sort, suffixes in kinds.items():
        stock = [
            f"{prefix}{word} {suffix}" for prefix in PREFIXES for suffix in suffixes for word in STREET_WORDS
        ]
        wanted = np.flatnonzero(sorts == sort)
        batch = len(STREET_WORDS) * len(suffixes)
        picks: list[int] = []
        for start in range(0, len(stock), batch):
            picks.extend((start + rng.permutation(batch)).tolist())
        for rank, line in enumerate(wanted.tolist()):
            ring, place = divmod(rank, len(picks))
            names[line] = f"{ring + 1} " * (ring > 0) + stock[picks[place]]
    return street, names


def _join(first: _Edges, second: _Edges) -> _Edges:
    return _Edges(
        *(
            np.concatenate([getattr(first, name), getattr(second, name)])
            for name in ("ends", "sort", "line", "place", "cells")
        )
    )


def _normal(a: FloatArray, b: FloatArray) -> FloatArray:
    """Unit vectors to the left of a to b."""
    d = b - a
    return np.stack([-d[:, 1], d[:, 0]], axis=1) / np.linalg.norm(d, axis=1)[:, None]


def _along(a: FloatArray, b: FloatArray, bend: FloatArray, u: FloatArray) -> FloatArray:
    """Points at the shares `u` (n, k) of bent lines from a to b: (n, k, 2)."""
    straight = a[:, None, :] + u[:, :, None] * (b - a)[:, None, :]
    return straight + (_normal(a, b) * bend[:, None])[:, None, :] * np.sin(np.pi * u)[:, :, None]
