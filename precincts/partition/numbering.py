"""The order in which blocks are numbered, so that one and the next lie side by side."""

from __future__ import annotations

import numpy as np

from precincts.partition.graph import Floats, Ints


def serpentine(points: Floats, labels: Ints, parts: int) -> Ints:
    """Number blocks in rows from the north-west, to the east in one row and back in the next.

    Negative labels are left aside. Returns the number of each label (parts,).
    """
    placed = (labels >= 0) & np.isfinite(points[:, 0])
    count = np.maximum(np.bincount(labels[placed], minlength=parts), 1)
    sums = [np.bincount(labels[placed], points[placed, axis], parts) for axis in (0, 1)]
    middle = np.stack(sums, axis=1) / count[:, None]
    width, height = np.maximum(np.ptp(middle, axis=0), 1.0) if parts else (1.0, 1.0)
    rows = max(1, round(float(np.sqrt(parts * height / width))))
    southward = np.argsort(-middle[:, 1], kind="stable")
    row = np.empty(parts, dtype=np.int64)
    row[southward] = np.arange(parts) * rows // max(parts, 1)
    eastward = np.where(row % 2 == 0, middle[:, 0], -middle[:, 0])
    number = np.empty(parts, dtype=np.int64)
    number[np.lexsort((eastward, row))] = np.arange(parts)
    return number
