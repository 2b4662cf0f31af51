"""The table of words in four bits."""

from __future__ import annotations

import numpy as np
import pytest

from extractors.encoder.towers import WordTable
from extractors.encoder.weights import SHIPPED, Weights
from extractors.encoder.word_table import LEVELS, STRETCH, packed, rounded, unpacked


@pytest.fixture(scope="module")
def table() -> np.ndarray:
    rng = np.random.default_rng(3)
    rows = rng.normal(0, 0.06, (50, 384)) * rng.uniform(0.1, 3, (50, 1))
    return rows.astype(np.float32)


def test_half_the_bytes_of_int8(table: np.ndarray) -> None:
    small = packed(table)
    assert small["table"].nbytes == table.size // 2
    assert small["scale"].nbytes == table.size // STRETCH * 2


def test_a_number_is_off_by_half_a_step_at_most_unless_it_was_cut_off(table: np.ndarray) -> None:
    small = packed(table)
    step = np.repeat(small["scale"].astype(np.float32), STRETCH, 1)
    inside = np.abs(table) <= step * LEVELS
    error = np.abs(unpacked(**small).astype(np.float32) - table)
    assert inside.mean() > 0.95
    assert (error[inside] <= 0.51 * step[inside]).all()


def test_rows_keep_their_direction(table: np.ndarray) -> None:
    back = rounded(table)
    cosine = (back * table).sum(1) / np.linalg.norm(back, axis=1) / np.linalg.norm(table, axis=1)
    assert cosine.min() > 0.98


def test_packing_what_was_packed_changes_little(table: np.ndarray) -> None:
    once = rounded(table)
    assert np.abs(rounded(once) - once).mean() < 0.2 * np.abs(once - table).mean()


def test_a_row_of_nothing_stays_nothing() -> None:
    table = np.zeros((2, 384), np.float32)
    table[1, 5] = 0.25
    back = rounded(table)
    assert not back[0].any()
    assert back[1, 5] == pytest.approx(0.25, rel=1e-3)
    assert np.count_nonzero(back[1]) == 1


def test_the_shipped_table_reads_words_of_one_meaning_as_alike() -> None:
    table = WordTable(Weights(SHIPPED / "reader", "reader"))
    ids = {w: int(table.tokenizer([w])[0].ids[0]) for w in ("cell", "cells", "galaxy")}
    rows = {w: table.sum(np.array([[i]], np.int32))[0, 0] for w, i in ids.items()}

    def alike(a: str, b: str) -> float:
        x, y = rows[a], rows[b]
        return float(x @ y / np.linalg.norm(x) / np.linalg.norm(y))

    assert alike("cell", "cells") > alike("cell", "galaxy")
