"""A made-up town: streets, buildings with their doors, voters behind each door, and precincts. Deterministic."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from precincts.synthetic.boundaries import divide, name_precincts
from precincts.synthetic.streets import (
    OUTSIDE,
    POINTS_PER_SEGMENT,
    Lattice,
    Streets,
    make_lattice,
    make_streets,
)

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

HOUSE, TWO_OR_THREE_FAMILY, ROW_HOUSE, APARTMENTS, TOWER = range(5)
KIND_NAMES = (
    "house",
    "two- or three-family house",
    "row house",
    "apartment house",
    "tower",
)
FRONTAGE_M = np.array([17.0, 14.0, 6.5, 30.0, 62.0])
SETBACK_M = np.array([13.0, 11.0, 9.0, 14.0, 20.0])

ORIGIN = (-79.41, 35.57)
METRES_PER_DEGREE_LAT = 110_940.0
METRES_PER_DEGREE_LON_AT_EQUATOR = 111_320.0

VACANT_LOTS = 0.05
HOUSEHOLDS_PER_CELL = 41.0
POINT_MIDDLE = POINTS_PER_SEGMENT // 2


@dataclass(frozen=True)
class Town:
    """All arrays are aligned by row number, which is the id.

    Buildings (B): `segment` id, `offset` metres along it, `side` (+1 left with even numbers, -1 right with odd ones,
    seen along the segment), `number`, `kind` (see KIND_NAMES), `units` (doors), `xy` metres (B, 2), `lonlat` degrees
    (B, 2), `precinct` index, `zip_code` index.
    `origin` is the longitude and latitude of the metres' zero point.
    Households (H): `household_building`, `household_door` (1..units within the building), `household_voters`.
    Precincts: `precinct_codes`, `precinct_names`, and `cell_precinct`, the lattice cells they are made of.
    """

    name: str
    seed: int
    origin: tuple[float, float]
    lattice: Lattice
    streets: Streets
    segment: IntArray
    offset: FloatArray
    side: NDArray[np.int8]
    number: IntArray
    kind: NDArray[np.int8]
    units: IntArray
    xy: FloatArray
    lonlat: FloatArray
    precinct: IntArray
    zip_code: IntArray
    zip_codes: tuple[str, ...]
    household_building: IntArray
    household_door: IntArray
    household_voters: IntArray
    cell_precinct: IntArray
    precinct_codes: tuple[str, ...]
    precinct_names: tuple[str, ...]

    @property
    def building_voters(self) -> IntArray:
        """Voters behind all doors of each building (B,)."""
        return np.bincount(
            self.household_building,
            weights=self.household_voters,
            minlength=len(self.segment),
        ).astype(np.int64)

    @property
    def street(self) -> IntArray:
        """Index into `streets.names` of each building's street (B,)."""
        return self.streets.street[self.segment]

    def unit_labels(self, households: IntArray | None = None) -> NDArray[np.str_]:
        """Unit of each household as the voter file writes it, "" where a building has one door."""
        chosen = np.arange(len(self.household_building)) if households is None else households
        return _unit_labels(self, chosen)


def make_town(
    households: int,
    seed: int,
    *,
    precincts: int | None = None,
    name: str = "Marlow Ferry",
    origin: tuple[float, float] = ORIGIN,
    towers: bool = True,
) -> Town:
    """Make a town of exactly so many doors with voters behind them; the same arguments make the same town.

    Args:
        households: doors, 40 or more; 300,000 take a second or two.
        precincts: how many, each of whole cells between streets; by default one for each 2,400 voters.
        origin: longitude and latitude of the middle.

    Raises:
        ValueError: fewer than 40 households.
    """
    if households < 40:
        raise ValueError("A town needs at least 40 households.")
    rng = np.random.default_rng([seed, 20261122])
    spread = 1.0
    while (town := _try_town(households, spread, towers, rng)) is None:
        spread *= 1.15
    town = replace(town, name=name, seed=seed, origin=origin, lonlat=to_lonlat(town.xy, origin))
    return _with_precincts(town, precincts or max(1, round(int(town.household_voters.sum()) / 2400)))


def to_lonlat(xy: FloatArray, origin: tuple[float, float] = ORIGIN) -> FloatArray:
    """Longitude and latitude in degrees of points in metres (..., 2), by a local flat projection."""
    lon, lat = origin
    metres_per_degree_lon = METRES_PER_DEGREE_LON_AT_EQUATOR * np.cos(np.deg2rad(lat))
    return np.stack(
        [lon + xy[..., 0] / metres_per_degree_lon, lat + xy[..., 1] / METRES_PER_DEGREE_LAT], axis=-1
    )


def _try_town(households: int, spread: float, towers: bool, rng: np.random.Generator) -> Town | None:
    """A town on a lattice of a guessed size, or None when it holds too few doors."""
    cells = max(9.0, spread * households / HOUSEHOLDS_PER_CELL)
    columns = int(np.ceil(np.sqrt(cells * 0.85))) + 3
    lattice = make_lattice(columns=columns, rows=int(np.ceil(cells / (columns - 3))) + 3, rng=rng)
    streets = make_streets(lattice, rng)
    segment, side, offset, number, kind = _place_buildings(streets, households, towers, rng)
    units = _count_units(kind, households, rng)
    kept = _choose_lots(streets, segment, units, households, rng)
    if kept is None:
        return None
    kept = kept[np.lexsort((offset[kept], side[kept], segment[kept]))]
    xy = _positions(streets, segment[kept], offset[kept], side[kept], kind[kept], rng)
    units = units[kept]
    building = np.repeat(np.arange(kept.size), units)
    zip_codes = ("27001", "27002", "27003", "27004")
    middle = _middle(streets)
    quarter = (
        (xy[:, 0] > middle[0]) + 2 * (xy[:, 1] > middle[1]) if households > 8000 else np.zeros(kept.size)
    )
    return Town(
        name="",
        seed=0,
        origin=ORIGIN,
        lattice=lattice,
        streets=streets,
        segment=segment[kept],
        offset=offset[kept],
        side=side[kept].astype(np.int8),
        number=number[kept],
        kind=kind[kept].astype(np.int8),
        units=units,
        xy=xy,
        lonlat=np.zeros_like(xy),
        precinct=np.zeros(kept.size, dtype=np.int64),
        zip_code=quarter.astype(np.int64),
        zip_codes=zip_codes,
        household_building=building,
        household_door=np.arange(building.size) - np.repeat(np.cumsum(units) - units, units) + 1,
        household_voters=rng.choice(
            np.arange(1, 7), building.size, p=[0.47, 0.37, 0.10, 0.045, 0.01, 0.005]
        ).astype(np.int64),
        cell_precinct=np.zeros(len(lattice.park), dtype=np.int64),
        precinct_codes=(),
        precinct_names=(),
    )


def _choose_lots(
    streets: Streets, segment: IntArray, units: IntArray, households: int, rng: np.random.Generator
) -> IntArray | None:
    """The buildings that stand: from the middle outwards but for vacant lots, until the doors are enough.

    Takes the doors that are too many from the last one's `units`. None when there are too few.
    """
    points = streets.points[:, POINT_MIDDLE]
    far = np.linalg.norm(points - _middle(streets), axis=1) * rng.uniform(0.85, 1.15, len(points))
    order = np.argsort(far[segment], kind="stable")
    order = order[rng.random(order.size) >= VACANT_LOTS]
    total = np.cumsum(units[order])
    if total[-1] < households:
        return None
    last = int(np.searchsorted(total, households))
    units[order[last]] -= total[last] - households
    return order[: last + 1]


def _middle(streets: Streets) -> FloatArray:
    middle: FloatArray = np.median(streets.node_xy[streets.ends[:, 0]], axis=0)
    return middle


def _place_buildings(
    streets: Streets, households: int, towers: bool, rng: np.random.Generator
) -> tuple[IntArray, IntArray, FloatArray, IntArray, IntArray]:
    """Segment, side, offset, house number and kind of every building on every built side of a segment."""
    count = len(streets.length)
    far = np.linalg.norm(streets.points[:, POINT_MIDDLE] - _middle(streets), axis=1)
    rank = np.argsort(np.argsort(far)) / count
    kinds = _choose_kinds(np.repeat(rank, 2), households, towers, rng)
    segment = np.repeat(np.arange(count), 2)
    side = np.tile(np.array([1, -1]), count)
    margin = np.minimum(15.0, streets.length[segment] * 0.2)
    room = streets.length[segment] - 2 * margin
    most = np.where(kinds == TOWER, 2, streets.numbers[segment])
    built = streets.cells.reshape(-1) != OUTSIDE
    fit = np.where(built, np.clip((room / FRONTAGE_M[kinds]).astype(np.int64), 1, most), 0)
    row = np.repeat(np.arange(fit.size), fit)
    rank_on_side = np.arange(row.size) - np.repeat(np.cumsum(fit) - fit, fit)
    lot = room[row] / fit[row]
    offset = margin[row] + lot * (rank_on_side + rng.uniform(0.35, 0.65, row.size))
    step = np.maximum(1, streets.numbers[segment[row]] // np.maximum(fit[row], 1))
    number = streets.first_number[segment[row]] + 2 * (rank_on_side * step) + np.where(side[row] == 1, 2, 1)
    kind = kinds[row]
    corner_shop = (kind <= TWO_OR_THREE_FAMILY) & (rng.random(row.size) < 0.012)
    kind = np.where(corner_shop, APARTMENTS, kind)
    return segment[row], side[row], offset, number, kind


def _choose_kinds(rank: FloatArray, households: int, towers: bool, rng: np.random.Generator) -> IntArray:
    """The kind of building along each side of a segment, denser towards the middle (rank 0 middle, 1 edge)."""
    tower = np.clip(0.035 - 0.11 * rank, 0.0, None) if towers else np.zeros_like(rank)
    apartments = np.clip(0.13 - 0.13 * rank, 0.01, None)
    rows = np.clip(0.30 - 0.35 * rank, 0.0, None)
    families = np.clip(0.40 - 0.38 * rank, 0.06, None)
    draw = rng.random(rank.size)
    kinds = np.full(rank.size, HOUSE)
    bound = tower
    kinds[draw < bound + apartments + rows + families] = TWO_OR_THREE_FAMILY
    kinds[draw < bound + apartments + rows] = ROW_HOUSE
    kinds[draw < bound + apartments] = APARTMENTS
    kinds[draw < bound] = TOWER
    if towers and households >= 1000 and not (kinds == TOWER).any():
        kinds[int(rank.argmin())] = TOWER
    return kinds


def _count_units(kind: IntArray, households: int, rng: np.random.Generator) -> IntArray:
    """Doors per building; one building never holds more than a twelfth of a small town."""
    units = np.ones(kind.size, dtype=np.int64)
    families = kind == TWO_OR_THREE_FAMILY
    units[families] = rng.choice([1, 2, 3], int(families.sum()), p=[0.2, 0.5, 0.3])
    flats = kind == APARTMENTS
    units[flats] = np.clip(rng.lognormal(2.3, 0.6, int(flats.sum())), 4, 60).astype(np.int64)
    towers = kind == TOWER
    units[towers] = np.clip(rng.lognormal(5.05, 0.45, int(towers.sum())), 80, 700).astype(np.int64)
    return np.minimum(units, max(3, households // 12))


def _positions(
    streets: Streets,
    segment: IntArray,
    offset: FloatArray,
    side: IntArray,
    kind: IntArray,
    rng: np.random.Generator,
) -> FloatArray:
    """Where the buildings stand: at their offset along the polyline, set back to their side (B, 2)."""
    pieces = np.linalg.norm(np.diff(streets.points, axis=1), axis=2)
    ends = np.cumsum(pieces, axis=1)[segment]
    piece = np.minimum((ends < offset[:, None]).sum(axis=1), pieces.shape[1] - 1)
    row = np.arange(segment.size)
    length = pieces[segment, piece]
    share = (offset - (ends[row, piece] - length)) / length
    a, b = streets.points[segment, piece], streets.points[segment, piece + 1]
    along = (b - a) / length[:, None]
    left = np.stack([-along[:, 1], along[:, 0]], axis=1)
    back = side * (SETBACK_M[kind] + rng.uniform(-1.5, 1.5, segment.size))
    return a + share[:, None] * (b - a) + left * back[:, None]


def _with_precincts(town: Town, count: int) -> Town:
    """Divide the town's cells into precincts of about equal voters and tell each building its own."""
    left_or_right = np.where(town.side == 1, 0, 1)
    cell = town.streets.cells[town.segment, left_or_right]
    voters = np.bincount(cell, weights=town.building_voters, minlength=len(town.lattice.park))
    shape = (town.lattice.rows - 1, town.lattice.columns - 1)
    cell_precinct = divide(voters.astype(np.float64).reshape(shape), count).reshape(-1)
    total = int(cell_precinct.max()) + 1
    wards = -(-total // 4)
    codes = tuple(f"{i // 4 + 1:0{len(str(wards))}d}-{i % 4 + 1}" for i in range(total))
    return replace(
        town,
        precinct=cell_precinct[cell],
        cell_precinct=cell_precinct,
        precinct_codes=codes,
        precinct_names=name_precincts(total, town.seed),
    )


def _unit_labels(town: Town, households: IntArray) -> NDArray[np.str_]:
    """House doors have none; two or three families A, B, C; flats and towers floor and door (APT 304)."""
    building = town.household_building[households]
    kind, units, door = town.kind[building], town.units[building], town.household_door[households]
    per_floor = np.where(kind == TOWER, 12, np.where(units > 12, 6, 3))
    number = ((door - 1) // per_floor + 1) * 100 + (door - 1) % per_floor + 1
    flat = np.char.add("APT ", number.astype(str))
    letter = np.char.add("APT ", np.array(["A", "B", "C", "D"])[np.minimum(door - 1, 3)])
    several = np.where((kind == APARTMENTS) | (kind == TOWER) | (units > 4), flat, letter)
    return np.where(units == 1, "", several)
