"""Which pairs of concepts a forecast is about: unlinked up to a year, both seen by then."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kg.discovery.history import History
from kg.errors import RecordError
from kg.network import Bools, Ints

Pairs = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Unlinked pairs, with what became of them.

    Attributes:
        at: The year up to which they were unlinked.
        until: The last year in which a link counts.
        pairs: Numbers of concepts, the lower first, shape (pairs, 2).
        linked: Whether each pair was linked within the years after, shape (pairs,).
        weight: How many pairs of the whole each one stands for, shape (pairs,).
        new: Pairs of the whole that were linked.
        unlinked: Pairs of the whole: all that were unlinked.
    """

    at: int
    until: int
    pairs: Pairs
    linked: Bools
    weight: npt.NDArray[np.float64]
    new: int
    unlinked: int


def sample(history: History, at: int, until: int, *, most: int = 100_000, seed: int = 0) -> Sample:
    """Pairs of concepts that were both seen up to *at* and not linked by then.

    Those that were linked by *until*, and those that were not, are each drawn uniformly without
    replacement: all of them, or *most*.

    Args:
        history: All events.
        at: The last year that is known.
        until: The last year in which a link counts.
        most: So many pairs of either sort at most.
        seed: Of the draw.

    Raises:
        RecordError: If *until* is not later than *at*, no pair was linked, or none was left unlinked.
    """
    if until <= at:
        raise RecordError(f"Between {at} and {until} there is no year to foresee.")
    n = len(history.ids)
    past = history.until(at)
    seen = past.appearances() > 0
    known = _keys(past, seen, n)
    fresh = np.setdiff1d(_keys(history.until(until, after=at), seen, n), known, assume_unique=True)
    possible = int(seen.sum()) * (int(seen.sum()) - 1) // 2
    unlinked = possible - len(known)
    left = unlinked - len(fresh)
    if not len(fresh) or left < 1:
        raise RecordError(
            f"Of {unlinked} pairs that were unlinked in {at}, {len(fresh)} were linked by {until}; a "
            "forecast learns from both sorts: choose other years or read more."
        )
    numbers = np.random.default_rng(seed)
    yes = np.sort(numbers.permutation(fresh)[:most])
    no = _others(np.flatnonzero(seen), np.union1d(known, fresh), min(most, left), n, numbers)
    keys = np.concatenate([yes, no])
    linked = np.arange(len(keys)) < len(yes)
    weight = np.where(linked, len(fresh) / len(yes), left / max(len(no), 1))
    pairs = np.column_stack([keys // n, keys % n])
    return Sample(at, until, pairs, linked, weight, len(fresh), unlinked)


def unlinked(history: History, at: int, concepts: Ints) -> Pairs:
    """All pairs among *concepts* that were not linked up to *at*, the lower number first."""
    n = len(history.ids)
    among = np.sort(concepts)
    one, other = np.triu_indices(len(among), 1)
    keys = among[one] * n + among[other]
    wanted = np.zeros(n, bool)
    wanted[among] = True
    keys = np.setdiff1d(keys, _keys(history.until(at), wanted, n), assume_unique=True)
    return np.column_stack([keys // n, keys % n])


def _keys(history: History, wanted: Bools, n: int) -> Ints:
    """Sorted keys of the linked pairs among the wanted concepts: lower number × n + higher one."""
    links = history.links().tocoo()
    row, column = links.row.astype(np.int64), links.col.astype(np.int64)
    kept = (row < column) & wanted[row] & wanted[column]
    return np.sort(row[kept] * n + column[kept])


def _others(seen: Ints, taken: Ints, wanted: int, n: int, numbers: np.random.Generator) -> Ints:
    """So many pairs that are not taken, each as likely as any other."""
    if len(seen) <= 2000:
        one, other = np.triu_indices(len(seen), 1)
        free = np.setdiff1d(seen[one] * n + seen[other], taken, assume_unique=True)
        return np.sort(numbers.permutation(free)[:wanted])
    found = np.zeros(0, np.int64)
    while len(found) < wanted:
        drawn = np.sort(seen[numbers.integers(len(seen), size=(2 * wanted, 2))], axis=1)
        drawn = drawn[drawn[:, 0] < drawn[:, 1]]
        keys = np.unique(np.concatenate([found, drawn[:, 0] * n + drawn[:, 1]]))
        found = np.setdiff1d(keys, taken, assume_unique=True)
    return np.sort(numbers.permutation(found)[:wanted])
