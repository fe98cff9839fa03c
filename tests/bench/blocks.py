"""Cutting blocks: balance, pieces, overlap, the true walk and the time, beside k-means, METIS, OR-Tools and bisection."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from precincts.partition import Partition, partition
from tests.bench.figures import Figure, Note, Table, seconds
from tests.bench.ground.measures import (
    HOLD_OUT,
    Balance,
    Ground,
    Ints,
    balance,
    in_pieces,
    members,
    overlap,
)
from tests.bench.ground.memory import peak_megabytes
from tests.bench.ground.peers import PEERS, k_means, metis

TIMED = (3_000, 30_000, 300_000)
OF_K_MEANS = {30_000: 1.0, 300_000: 0.08}
PRECINCT = (1_690, 777)
ONE_CUT = """
import sys
import numpy as np
from precincts.partition import partition
with np.load(sys.argv[1]) as town:
    columns = {name: town[name] for name in town.files}
partition(columns.pop("points"), columns.pop("weights"), target=float(columns.pop("target")), **columns)
"""


@dataclass(frozen=True)
class Measured:
    """One way to cut the hold-out town, and what came of it."""

    name: str
    balance: Balance
    pieces: int
    overlap: float
    straight_km: float
    street_km: float
    seconds: float

    def row(self) -> tuple[object, ...]:
        off = self.balance
        deviation = f"{off.low:+.1f} / {off.high:+.1f}"
        return (
            self.name,
            deviation,
            off.by_largest,
            self.pieces,
            100 * self.overlap,
            self.straight_km,
            self.street_km,
            self.seconds,
        )


def run(quick: bool) -> Iterable[Figure | Table | Note]:
    tenth = 10 if quick else 1
    ground = Ground(HOLD_OUT[0] // tenth, HOLD_OUT[1])
    yield from _quality(ground)
    yield from _times(tuple(size // tenth for size in TIMED))
    yield from _precinct()


def cut(ground: Ground) -> Partition:
    return partition(
        ground.points, ground.weights, target=ground.target, streets=ground.streets, numbers=ground.numbers
    )


def cut_by_peer(ground: Ground, ours: Partition, peer: Callable[..., Ints], edges: Ints) -> Ints:
    """A peer's labels of all buildings; towers are apart for everybody, as in our cut."""
    tower = np.isin(ours.labels, ours.report.towers)
    rest = np.flatnonzero(~tower)
    renumbered = np.full(len(tower), -1, dtype=np.int64)
    renumbered[rest] = np.arange(len(rest))
    inner = renumbered[edges]
    parts = ours.report.parts - len(ours.report.towers)
    found = peer(ground.points[rest], ground.weights[rest], parts, inner[(inner >= 0).all(axis=1)])
    labels = np.empty(len(tower), dtype=np.int64)
    labels[rest] = np.unique(found, return_inverse=True)[1].ravel()
    labels[tower] = labels[rest].max() + 1 + np.arange(int(tower.sum()))
    return labels


def _quality(ground: Ground) -> Iterator[Figure | Table | Note]:
    edges, ours = ground.edges(), cut(ground)
    measured = [
        _measure("Shoeleather", ground, ours.labels, edges, seconds(lambda: cut(ground), times=3, best=True))
    ]
    for name, peer in PEERS.items():
        labels = cut_by_peer(ground, ours, peer, edges)
        taken = seconds(lambda peer=peer: cut_by_peer(ground, ours, peer, edges), times=3, best=True)
        measured.append(_measure(name, ground, labels, edges, taken))
    blocks, other = measured[0], {found.name: found for found in measured}
    yield from _limits(blocks, other["METIS"])
    yield from _goals(blocks, other["METIS"])
    yield Note(
        f"Hold-out town of {ground.households:,} doors in {len(ground.points):,} buildings, "
        f"{ours.report.parts} blocks, {len(ours.report.towers)} of them towers. Towers are apart for every method. METIS "
        "sees the same Delaunay graph with near neighbours weighing more; without those weights its walks are longer."
    )
    header = (
        "method", "deviation %", "of the largest building", "in pieces", "overlap %",
        "km, straight-line routes", "km, street routes", "seconds",
    )  # fmt: skip
    yield Table("Cutting the hold-out town", header, [found.row() for found in measured])


def _measure(name: str, ground: Ground, labels: Ints, edges: Ints, taken: float) -> Measured:
    return Measured(
        name=name,
        balance=balance(labels, ground.weights),
        pieces=in_pieces(labels, edges),
        overlap=overlap(labels, ground.points),
        straight_km=ground.walk_km(members(labels), ground.by_lines),
        street_km=ground.walk_km(members(labels), ground.by_streets),
        seconds=taken,
    )


def _limits(ours: Measured, metis_cut: Measured) -> Iterator[Figure]:
    off = ours.balance
    yield Figure(
        "deviation from the mean, of 10 % or two of the block's largest buildings", off.beyond_limit, "", 1.0, "limit",
        note=f"{off.low:+.1f} / {off.high:+.1f} %",
    )  # fmt: skip
    yield Figure("blocks in pieces", 100 * ours.pieces / off.blocks, "%", 0.5, "limit")
    yield Figure(
        "true walk, of METIS's blocks", ours.street_km / metis_cut.street_km, "", 1.0, "limit",
        note=f"{ours.street_km:.1f} / {metis_cut.street_km:.1f} km",
    )  # fmt: skip


def _goals(ours: Measured, metis_cut: Measured) -> Iterator[Figure]:
    yield Figure(
        "deviation from the mean, of the block's largest building", ours.balance.by_largest, "", 1.0,
        note=f"METIS {metis_cut.balance.by_largest:.2f}",
    )  # fmt: skip
    yield Figure("count of blocks in pieces", ours.pieces, "", 0, note=f"METIS {metis_cut.pieces}")
    yield Figure(
        "overlap of blocks", 100 * ours.overlap, "%", 4.0, note=f"METIS {100 * metis_cut.overlap:.1f} %"
    )
    yield Figure(
        "true walk, of METIS's blocks routed alike", ours.street_km / metis_cut.street_km, "", 0.98,
        note=f"{ours.street_km:.1f} / {metis_cut.street_km:.1f} km",
    )  # fmt: skip
    yield Figure(
        "true walk, of METIS's blocks routed straight-line", ours.street_km / metis_cut.straight_km, "", 0.94,
        note=f"{ours.street_km:.1f} / {metis_cut.straight_km:.1f} km",
    )  # fmt: skip


def _times(sizes: tuple[int, ...]) -> Iterator[Figure | Table]:
    rows = []
    for size in sizes:
        ground = Ground(size, HOLD_OUT[1])
        edges, ours = ground.edges(), cut(ground)
        times = 3 if size <= 30_000 else 1
        own = seconds(lambda ground=ground: cut(ground), times=times, best=True)
        means, other = (
            seconds(
                lambda peer=peer, ground=ground, ours=ours, edges=edges: cut_by_peer(
                    ground, ours, peer, edges
                ),
                times=times,
                best=True,
            )
            for peer in (k_means, metis)
        )
        rows.append((size, own, means, other))
        if size in OF_K_MEANS:
            note = f"{own:.2f} / {means:.2f} s"
            yield Figure(
                f"time for {size:,} households, of k-means'", own / means, "", OF_K_MEANS[size], note=note
            )
        if size == sizes[-1]:
            yield from _largest(ground, ours, edges, own)
    yield Table("Seconds", ("households", "Shoeleather", "k-means", "METIS, graph given"), rows)


def _largest(ground: Ground, ours: Partition, edges: Ints, own: float) -> Iterator[Figure]:
    size, off = ground.households, balance(ours.labels, ground.weights)
    pieces = in_pieces(ours.labels, edges)
    yield Figure(f"time for {size:,} households", own, "s", 60.0, "limit")
    yield Figure(
        f"deviation at {size:,}, of 10 % or two of the block's largest buildings", off.beyond_limit, "", 1.0, "limit",
        note=f"{off.low:+.1f} / {off.high:+.1f} %",
    )  # fmt: skip
    yield Figure(
        f"blocks in pieces at {size:,}", 100 * pieces / off.blocks, "%", 0.5, "limit", note=f"{pieces}"
    )
    yield Figure(f"deviation at {size:,}, of the block's largest building", off.by_largest, "", 1.0)
    yield Figure(f"count of blocks in pieces at {size:,}", pieces, "", 0)
    yield Figure(f"peak memory for {size:,} households", _peak(ground), "MB", 250.0, note="a whole process")


def _peak(ground: Ground) -> float:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "town.npz"
        np.savez(
            path, points=ground.points, weights=ground.weights, target=ground.target, streets=ground.streets,
            numbers=ground.numbers,
        )  # fmt: skip
        return peak_megabytes(ONE_CUT, str(path))


def _precinct() -> Iterator[Figure]:
    ground = Ground(*PRECINCT)
    cut(ground)
    taken = 1000 * seconds(lambda: cut(ground), times=9, best=True)
    yield Figure(
        "time for a precinct of 3,000 voters", taken, "ms", 150.0,
        note=f"{int(ground.weights.sum()):,} voters, {len(ground.points):,} buildings",
    )  # fmt: skip
