"""Where each state lies, roughly: west, south, east, north in degrees, rounded outwards to half a degree.

Enough to notice coordinates at sea, on another continent, or with longitude and latitude swapped.
"""

from __future__ import annotations

_LINES = """
AL -88.5 30 -84.5 35.5
AK -180 51 -129.5 71.5
AZ -115 31 -109 37.5
AR -95 33 -89.5 37
CA -124.5 32.5 -114 42.5
CO -109.5 36.5 -102 41.5
CT -74 40.5 -71.5 42.5
DE -76 38 -75 40
DC -77.5 38.5 -76.5 39.5
FL -88 24 -79.5 31.5
GA -86 30 -80.5 35.5
HI -178.5 18.5 -154.5 28.5
ID -117.5 41.5 -111 49.5
IL -92 36.5 -87 43
IN -88.5 37.5 -84.5 42
IA -97 40 -90 44
KS -102.5 36.5 -94.5 40.5
KY -90 36 -81.5 39.5
LA -94.5 28.5 -88.5 33.5
ME -71.5 42.5 -66.5 47.5
MD -80 37.5 -75 40
MA -74 41 -69.5 43
MI -90.5 41.5 -82 48.5
MN -97.5 43 -89 49.5
MS -92 30 -88 35.5
MO -96 35.5 -89 41
MT -116.5 44 -104 49.5
NE -104.5 39.5 -95 43.5
NV -120.5 34.5 -114 42.5
NH -73 42.5 -70.5 45.5
NJ -76 38.5 -73.5 41.5
NM -109.5 31 -102.5 37.5
NY -80 40 -71.5 45.5
NC -84.5 33.5 -75 37
ND -104.5 45.5 -96.5 49.5
OH -85 38 -80.5 42.5
OK -103.5 33.5 -94 37.5
OR -125 41.5 -116 46.5
PA -81 39.5 -74.5 42.5
PR -68 17.5 -65 19
RI -72 41 -71 42.5
SC -83.5 32 -78.5 35.5
SD -104.5 42 -96 46.5
TN -90.5 34.5 -81.5 37
TX -107 25.5 -93.5 37
UT -114.5 36.5 -108.5 42.5
VT -73.5 42.5 -71 45.5
VA -84 36.5 -75 39.5
WA -125 45.5 -116.5 49.5
WV -83 37 -77.5 41
WI -93 42 -86.5 47.5
WY -111.5 40.5 -104 45.5
"""

Box = tuple[float, float, float, float]

_BOXES: dict[str, Box] = {}
for _line in _LINES.split("\n"):
    if _line:
        _state, _west, _south, _east, _north = _line.split()
        _BOXES[_state] = (float(_west), float(_south), float(_east), float(_north))

_UNITED_STATES: Box = (-180.0, 17.5, -64.5, 71.5)


def state_box(state: str) -> Box:
    """The box of a state by its two letters; of the United States for anything else."""
    return _BOXES.get(state, _UNITED_STATES)


def is_inside(box: Box, lon: float, lat: float) -> bool:
    """Whether a point (degrees) lies in a box."""
    west, south, east, north = box
    return west <= lon <= east and south <= lat <= north
