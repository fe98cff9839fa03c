"""The order in which blocks are numbered, so that one and the next lie side by side."""

from __future__ import annotations

import numpy as np

from precincts.partition.graph import Floats, Ints


def serpentine(points: Floats, labels: Ints, parts: int) -> Ints:
    """Number blocks in rows from the north-west, to the east in one row and back in the next.

    Returns the new labels (n,); negative labels stay.
    """
    count = np.maximum(np.bincount(labels[labels >= 0], minlength=parts), 1)
    placed = labels >= 0
    middle = np.stack(
        [
            np.bincount(labels[placed], points[placed, axis], parts) / count
            for axis in (0, 1)
        ],
        axis=1,
    )
    width, height = np.maximum(np.ptp(middle, axis=0), 1.0)
    rows = max(1, round(float(np.sqrt(parts * height / width))))
    southward = np.argsort(-middle[:, 1], kind="stable")
    row = np.empty(parts, dtype=np.int64)
    row[southward] = np.arange(parts) * rows // parts
    eastward = np.where(row % 2 == 0, middle[:, 0], -middle[:, 0])
    order = np.lexsort((eastward, row))
    number = np.empty(parts + 1, dtype=np.int64)
    number[order] = np.arange(parts)
    number[parts] = -1
    return number[labels]
