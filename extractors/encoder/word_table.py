"""The table of words in four bits: fifteen levels, a scale for each stretch of a row.

Rows of a word table are near to normal, and what reads them has seen more noise than this in
training: sentence vectors keep their order (``benchmarks.extraction`` prints Spearman's rank
correlation), at half the size of int8, which pays for three more layers.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

STRETCH = 96
"""Numbers of a row that share a scale."""
LEVELS = 7
"""Steps on either side of nothing."""
_TRIED = (1.0, 0.92, 0.85, 0.78, 0.71, 0.64)
"""Shares of a stretch's largest number that are tried as its last step: outliers are cut off."""


def packed(table: NDArray[np.float32]) -> dict[str, NDArray[Any]]:
    """*table* [words, units] as two numbers a byte and the scales of its stretches.

    The scale of a stretch is the one of several that leaves the least squared error.

    >>> table = np.random.default_rng(0).normal(size=(3, 192)).astype(np.float32)
    >>> small = packed(table)
    >>> small["table"].shape, small["scale"].shape
    ((3, 96), (3, 2))
    >>> bool(np.corrcoef(table.ravel(), unpacked(**small).ravel())[0, 1] > 0.99)
    True
    """
    words, units = table.shape
    parts = table.reshape(words, units // STRETCH, STRETCH)
    largest = np.abs(parts).max(2)
    best = np.full(largest.shape, np.inf, np.float32)
    scale = np.ones(largest.shape, np.float16)
    for share in _TRIED:
        tried = (largest * share / LEVELS).astype(np.float16)
        tried[tried == 0] = 1
        error = ((_steps(parts, tried) * tried[..., None].astype(np.float32) - parts) ** 2).sum(2)
        better = error < best
        best[better], scale[better] = error[better], tried[better]
    steps = (_steps(parts, scale) + LEVELS).astype(np.uint8).reshape(words, units)
    return {"table": steps[:, ::2] | (steps[:, 1::2] << 4), "scale": scale}


def _steps(parts: NDArray[np.float32], scale: NDArray[np.float16]) -> NDArray[np.float32]:
    return np.clip(np.rint(parts / scale[..., None].astype(np.float32)), -LEVELS, LEVELS)


def unpacked(table: NDArray[np.uint8], scale: NDArray[np.float16]) -> NDArray[np.float16]:
    """What :func:`packed` wrote, as numbers [words, units]."""
    words, half = table.shape
    steps = np.empty((words, 2 * half), np.int8)
    steps[:, ::2] = table & 15
    steps[:, 1::2] = table >> 4
    steps -= LEVELS
    parts = steps.reshape(words, scale.shape[1], -1).astype(np.float16)
    parts *= scale[..., None]
    return parts.reshape(words, 2 * half)


def rounded(table: NDArray[np.float32]) -> NDArray[np.float32]:
    """*table* as it is read back after packing: what the network is trained on."""
    return unpacked(**packed(table)).astype(np.float32)
