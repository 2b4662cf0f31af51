"""How many things lie where, at each level of zoom: what is drawn when they are too many to draw."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kg.errors import RecordError
from kg.network import Floats, Ints

FINEST = 10
"""No finer grid than 1,024 by 1,024 cells is counted."""


@dataclass(frozen=True, slots=True, eq=False)
class Density:
    """Counts on square grids over one square of the plane.

    Attributes:
        left, top: The corner of least x and least y.
        side: Length of a side, in the unit of the positions.
        counts: ``counts[z]`` has ``2**z`` rows (y) and as many columns (x); each level adds
            up to the same.
    """

    left: float
    top: float
    side: float
    counts: tuple[Ints, ...]


def density(positions: Floats, *, levels: int = 7) -> Density:
    """Count positions on a pyramid of grids (Williams 1983, doi:10.1145/964967.801126).

    Args:
        positions: x and y of each thing, shape (n, 2); those that are not finite are left out.
        levels: How many grids, the coarsest of one cell, 1 to :data:`FINEST` + 1.

    Raises:
        RecordError: If *levels* is out of bounds.

    >>> found = density(np.array([[0.0, 0.0], [0.0, 1.0], [8.0, 8.0]]), levels=2)
    >>> found.side, [c.tolist() for c in found.counts]
    (8.0, [[[3]], [[2, 0], [0, 1]]])
    """
    if not 1 <= levels <= FINEST + 1:
        raise RecordError(f"Density has 1 to {FINEST + 1} levels; {levels} were asked for.")
    known = positions[np.isfinite(positions).all(axis=1)]
    low = known.min(axis=0) if len(known) else np.zeros(2)
    side = float(np.ptp(known, axis=0).max()) if len(known) else 0.0
    cells = 2 ** (levels - 1)
    # The last cell holds its far border too.
    at = np.minimum(((known - low) * (cells / (side or 1.0))).astype(np.int64), cells - 1)
    finest = np.bincount(at[:, 1] * cells + at[:, 0], minlength=cells * cells)
    counts = [finest.reshape(cells, cells)]
    while len(counts[-1]) > 1:
        half = len(counts[-1]) // 2
        counts.append(counts[-1].reshape(half, 2, half, 2).sum(axis=(1, 3)))
    return Density(float(low[0]), float(low[1]), side, tuple(reversed(counts)))
