"""Walking orders: the same blocks by other orders, the search beside a longer one, and published optima."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import fast_tsp
import numpy as np
from scipy.spatial import cKDTree

from precincts.route import route, street_order, walk_metres
from tests.bench.blocks import cut
from tests.bench.figures import Figure, Note, Table, seconds
from tests.bench.ground.measures import HOLD_OUT, Floats, Ground, Ints, members

SHARED_DATA = Path(os.environ.get("TEST_DATA_DIR", Path(__file__).resolve().parents[3] / "shared" / "data"))
OPTIMA = {"berlin52": 7542, "eil51": 426, "st70": 675, "kroA100": 21282, "ch150": 6528, "a280": 2579}
LONG_SECONDS = 0.1
DOORS, WALKS = 55, 40


def run(quick: bool) -> Iterable[Figure | Table | Note]:
    ground = Ground(HOLD_OUT[0] // (10 if quick else 1), HOLD_OUT[1])
    yield from _orders(ground)
    yield from _search(ground, WALKS // (10 if quick else 1))
    yield from _optima()


def _orders(ground: Ground) -> Iterator[Figure | Table | Note]:
    blocks = [rows for rows in members(cut(ground).labels) if len(rows) > 3]
    names = ground.town.streets.names

    def by_name(rows: Ints, *, near: bool = False) -> Ints:
        streets = [names[street] for street in ground.streets[rows]]
        return rows[street_order(streets, ground.numbers[rows], ground.points[rows] if near else None)]

    orders = {
        "street by street, odd up, even up": lambda rows: rows[_both_up(ground, rows)],
        "street by street, odd up, even down": by_name,
        "the same, nearest street next (ours, when a chapter prefers streets)": lambda rows: by_name(
            rows, near=True
        ),
        "straight lines": ground.by_lines,
        "guessed walks by street and side (ours)": ground.by_streets,
        "true network, searched for 100 ms": lambda rows: rows[_by_network(ground, rows)],
    }
    walked = {name: ground.walk_km(blocks, order) for name, order in orders.items()}
    ours, plain = (
        walked["guessed walks by street and side (ours)"],
        walked["street by street, odd up, even down"],
    )
    note = f"{ours:.1f} / {plain:.1f} km"
    yield Figure("true walk, of odd/even order on the same blocks", ours / plain, "", 0.76, note=note)
    yield Note(f"{len(blocks)} blocks of the hold-out town, each order walked on the true streets.")
    yield Table("Walking orders", ("order", "km"), list(walked.items()))


def _both_up(ground: Ground, rows: Ints) -> Ints:
    numbers = ground.numbers[rows]
    return np.lexsort((numbers, numbers % 2 == 0, ground.streets[rows]))


def _by_network(ground: Ground, rows: Ints) -> Ints:
    """The shortest open walk that 100 ms find on the true distances: what a street network would be worth."""
    metres = np.zeros((len(rows) + 1, len(rows) + 1))
    metres[:-1, :-1] = ground.network.distances(rows)
    whole = np.rint(metres * min(10.0, 60_000 / metres.max())).astype(np.int64)
    tour = np.array(fast_tsp.find_tour(whole, duration_seconds=LONG_SECONDS))
    return np.roll(tour, -int(np.flatnonzero(tour == len(rows))[0]))[1:]


def _search(ground: Ground, count: int) -> Iterator[Figure]:
    """Walks past the 55 buildings nearest to a place, by the usual budget and by a hundred milliseconds."""
    nearby = cKDTree(ground.points)
    middles = ground.points[:: max(1, len(ground.points) // count)][:count]
    usual, longer, taken = 0.0, 0.0, []
    for rows in nearby.query(middles, k=DOORS)[1]:
        door = (ground.points[rows], ground.streets[rows], ground.numbers[rows])
        taken.append(seconds(lambda door=door: route(*door), times=3, best=True))
        usual += walk_metres(door[0], route(*door), *door[1:])
        longer += walk_metres(door[0], route(*door, budget=LONG_SECONDS), *door[1:])
    note = f"{usual / 1000:.2f} / {longer / 1000:.2f} km in {count} walks of {DOORS} doors"
    yield Figure("route, of fast-tsp at 100 ms", usual / longer, "", 1.005, note=note)
    yield Figure(f"time of a route for {DOORS} doors", 1000 * float(np.median(taken)), "ms", 6.0)


def _optima() -> Iterator[Figure | Note]:
    """Closed tours of the TSPLIB files, in its rounded Euclidean metres, over their published optima."""
    folder = SHARED_DATA / "tsplib"
    if not folder.is_dir():
        yield Note("The TSPLIB files were not there (TEST_DATA_DIR), so their optima were not compared.")
        return
    for name, optimum in OPTIMA.items():
        points = read_tsplib(folder / f"{name}.tsp")
        length = rounded_length(points, route(points, closed=True))
        note = f"{length:,} / {optimum:,}"
        yield Figure(f"{name}, over its optimum", 100 * (length / optimum - 1), "%", 1.0, "limit", note=note)


def read_tsplib(path: Path) -> Floats:
    """The coordinates of a TSPLIB file of kind EUC_2D (n, 2)."""
    section = path.read_text(encoding="ascii").partition("NODE_COORD_SECTION")[2]
    rows = re.findall(r"^\s*\d+\s+(\S+)\s+(\S+)\s*$", section, flags=re.MULTILINE)
    return np.array(rows, dtype=np.float64)


def rounded_length(points: Floats, order: Ints) -> int:
    """TSPLIB's EUC_2D: every distance rounded to the nearest whole number."""
    metres = np.linalg.norm(points[order] - points[np.roll(order, -1)], axis=1)
    return int((metres + 0.5).astype(np.int64).sum())
