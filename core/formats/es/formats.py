"""Spanish as it is written in the United States and Mexico: 1,649 votantes, 1.6 km."""

from __future__ import annotations

DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
