"""A small map of one walk as SVG: numbered doors, the line between them, street names, a scale. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from precincts.earth import METRES_PER_DEGREE

INK, QUIET, LINE, WALK = "#1c1b19", "#55524c", "#e2ded5", "#0f5c4d"
FONTS = "'Source Sans 3', 'Source Sans Ext', 'DejaVu Sans', sans-serif"
SCALES = (10, 20, 50, 100, 200, 500, 1000, 2000, 5000)


@dataclass(frozen=True, slots=True)
class Stop:
    """One building on the walk, with the numbers of its doors ("7" or "12-31")."""

    label: str
    lon: float
    lat: float
    street: str


@dataclass(frozen=True, slots=True)
class _Box:
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: _Box) -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


def walk_map(stops: Sequence[Stop], *, width: float = 544, height: float = 330) -> str:
    """The walk as an SVG document of `width` by at most `height` points, north up.

    Numbers that would lie on one another are left out: the line leads from one number to the next. Street
    names go where they cover the fewest numbers and doors.
    """
    scale, points, height = _fit(stops, width, height)
    taken = [_around(point, 2.6) for point in points]
    taken.append(_around(points[0], 5.6))
    numbers = list(_place_numbers(stops, points, taken, width, height))
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = "".join(f"M{x - 2:.1f},{y:.1f}a2,2 0 1,0 4,0a2,2 0 1,0 -4,0" for x, y in points)
    names = list(_street_names(stops, points, taken, width, height))
    size = f'viewBox="0 0 {width:g} {height:.1f}" width="{width:g}pt" height="{height:.1f}pt"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="{FONTS}">',
        *names,
        f'<polyline points="{path}" fill="none" stroke="{WALK}" stroke-width="1.2" stroke-opacity="0.75"/>',
        f'<path d="{dots}" fill="#ffffff" stroke="{INK}" stroke-width="0.8"/>',
        *numbers,
        *_ends(points),
        *_scale_bar(scale, width, height),
        "</svg>",
    ]
    return "".join(parts)


def _fit(
    stops: Sequence[Stop], width: float, height: float
) -> tuple[float, list[tuple[float, float]], float]:
    """Points per metre, the stops on the paper, and the height that is used."""
    lat_0 = sum(stop.lat for stop in stops) / len(stops)
    east = METRES_PER_DEGREE * math.cos(math.radians(lat_0))
    metres = [(stop.lon * east, -stop.lat * METRES_PER_DEGREE) for stop in stops]
    left, top = min(x for x, _ in metres), min(y for _, y in metres)
    wide, high = max(x for x, _ in metres) - left, max(y for _, y in metres) - top
    margin, foot = 22.0, 16.0
    scale = min((width - 2 * margin) / max(wide, 1), (height - 2 * margin - foot) / max(high, 1), 6.0)
    used = max(high * scale + 2 * margin + foot, 90.0)
    shift_x = (width - wide * scale) / 2
    shift_y = (used - foot - high * scale) / 2
    return scale, [((x - left) * scale + shift_x, (y - top) * scale + shift_y) for x, y in metres], used


def _place_numbers(
    stops: Sequence[Stop],
    points: Sequence[tuple[float, float]],
    taken: list[_Box],
    width: float,
    height: float,
) -> Iterable[str]:
    """Each number beside its dot where it is free, on the side away from the walk first."""
    size = 6.4
    for index, (stop, (x, y)) in enumerate(zip(stops, points, strict=True)):
        half = 0.35 * size * len(stop.label) + 0.6  # as wide as digits are in any of the fonts
        away = _away(points, index)
        clear = 5.8 if index == 0 else 3.2
        spots = sorted(
            ((clear + half, 0.0), (-clear - half, 0.0), (0.0, -clear - 2.8), (0.0, clear + 2.8)),
            key=lambda spot: -(spot[0] * away[0] + spot[1] * away[1]),
        )
        for dx, dy in spots:
            box = _Box(x + dx - half, y + dy - 2.8, x + dx + half, y + dy + 2.8)
            if _is_inside(box, width, height) and not any(box.meets(other) for other in taken):
                taken.append(box)
                yield (
                    f'<text x="{x + dx:.1f}" y="{y + dy + 2.2:.1f}" font-size="{size}" font-weight="600" '
                    f'text-anchor="middle" fill="{INK}">{escape(stop.label)}</text>'
                )
                break


def _around(point: tuple[float, float], half: float) -> _Box:
    return _Box(point[0] - half, point[1] - half, point[0] + half, point[1] + half)


def _away(points: Sequence[tuple[float, float]], index: int) -> tuple[float, float]:
    """The direction from the neighbouring stops of the walk to this one."""
    x, y = points[index]
    near = points[max(index - 1, 0) : index + 2]
    return x - sum(p[0] for p in near) / len(near), y - sum(p[1] for p in near) / len(near)


def _street_names(
    stops: Sequence[Stop],
    points: Sequence[tuple[float, float]],
    taken: list[_Box],
    width: float,
    height: float,
) -> Iterable[str]:
    """Each street's name along its houses: between the two sides, which is where the street runs, or near it."""
    streets: dict[str, list[tuple[float, float]]] = {}
    for stop, point in zip(stops, points, strict=True):
        streets.setdefault(stop.street, []).append(point)
    for name, houses in streets.items():
        if len(houses) < 3 or not name:
            continue
        x, y, angle, length = _axis(houses)
        if length < 3.4 * len(name):
            continue
        spots = [_name_boxes(x, y, angle, 4.6 * len(name), spot) for spot in _NAME_SPOTS]
        inside = [spot for spot in spots if all(_is_inside(box, width, height) for box in spot)]
        if not inside:
            continue
        boxes = min(inside, key=lambda spot: sum(box.meets(other) for box in spot for other in taken))
        taken.extend(boxes)
        (x0, y0), (x1, y1) = _middle_of(boxes[0]), _middle_of(boxes[-1])
        x, y = (x0 + x1) / 2, (y0 + y1) / 2
        yield (
            f'<text x="{x:.1f}" y="{y + 2.5:.1f}" font-size="7.6" text-anchor="middle" fill="{QUIET}" '
            f'letter-spacing="0.4" transform="rotate({angle:.1f} {x:.1f} {y:.1f})">{escape(name)}</text>'
        )


_NAME_SPOTS = tuple(
    (along, across) for across in (0.0, 8.0, -8.0, 14.0, -14.0) for along in (0.0, -20.0, 20.0, -45.0, 45.0)
)
"""Where a name may stand, in points along and across its street; the first of equals is taken."""


def _name_boxes(x: float, y: float, angle: float, length: float, spot: tuple[float, float]) -> list[_Box]:
    """A slanting name as a row of small boxes."""
    east, south = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    along, across = spot
    x, y = x + along * east - across * south, y + along * south + across * east
    steps = max(2, math.ceil(length / 6))
    away = [length * (step / (steps - 1) - 0.5) for step in range(steps)]
    return [_around((x + far * east, y + far * south), 3.0) for far in away]


def _is_inside(box: _Box, width: float, height: float) -> bool:
    return box.left > 0 and box.right < width and box.top > 0 and box.bottom < height


def _middle_of(box: _Box) -> tuple[float, float]:
    return (box.left + box.right) / 2, (box.top + box.bottom) / 2


def _axis(houses: Sequence[tuple[float, float]]) -> tuple[float, float, float, float]:
    """Middle, angle (degrees, never upside down) and length of the line the houses stand along."""
    n = len(houses)
    x, y = sum(p[0] for p in houses) / n, sum(p[1] for p in houses) / n
    xx, yy = sum((p[0] - x) ** 2 for p in houses), sum((p[1] - y) ** 2 for p in houses)
    xy = sum((p[0] - x) * (p[1] - y) for p in houses)
    angle = 0.5 * math.atan2(2 * xy, xx - yy)
    along = [(p[0] - x) * math.cos(angle) + (p[1] - y) * math.sin(angle) for p in houses]
    return x, y, math.degrees(angle), max(along) - min(along)


def _ends(points: Sequence[tuple[float, float]]) -> Iterable[str]:
    """Where the walk begins (a filled dot in a ring) and ends (a filled square)."""
    (x, y), (last_x, last_y) = points[0], points[-1]
    yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.6" fill="none" stroke="{WALK}" stroke-width="1.4"/>'
    yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.2" fill="{WALK}"/>'
    if len(points) > 1:
        yield f'<rect x="{last_x - 2.6:.1f}" y="{last_y - 2.6:.1f}" width="5.2" height="5.2" fill="{WALK}"/>'


def _scale_bar(scale: float, width: float, height: float) -> Iterable[str]:
    """A bar of a round number of metres at the lower left, and an arrow to the north at the lower right."""
    metres = max((step for step in SCALES if step * scale <= 140), default=SCALES[0])
    y, x = height - 6, 4.0
    long = metres * scale
    yield (
        f'<path d="M{x},{y - 3}v3h{long:.1f}v-3" fill="none" stroke="{QUIET}" stroke-width="0.8"/>'
        f'<text x="{x + long + 4:.1f}" y="{y}" font-size="7" fill="{QUIET}">{metres} m</text>'
        f'<path d="M{width - 8},{y}v-13m-3,4l3,-5l3,5" fill="none" stroke="{QUIET}" stroke-width="0.9"/>'
        f'<text x="{width - 14}" y="{y}" font-size="7" text-anchor="end" fill="{QUIET}">N</text>'
    )
