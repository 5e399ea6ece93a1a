"""Owns the tests of permutation importance."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from treadle.evaluation.importance import MOST_ROWS, importance

ROWS = pl.DataFrame(
    {
        "strong": np.random.default_rng(0).normal(size=500),
        "weak": np.random.default_rng(1).normal(size=500),
        "useless": np.random.default_rng(2).normal(size=500),
    }
)
TRUTH = ROWS["strong"] * 3 + ROWS["weak"]


def exact(rows: pl.DataFrame) -> Mapping[str, ArrayLike]:
    """Answer as the truth was made."""
    return {"prediction": (rows["strong"] * 3 + rows["weak"]).to_numpy()}


def test_columns_are_ranked_by_what_their_shuffling_costs() -> None:
    found = importance(exact, ROWS, TRUTH, "mae", "regression")
    assert [one.column for one in found] == ["strong", "weak", "useless"]
    assert found[0].mean > 2 * found[1].mean > 0
    assert found[2].mean == found[2].low == found[2].high == 0
    assert all(one.low <= one.mean <= one.high for one in found)


def test_a_fall_of_a_rising_metric_counts_too() -> None:
    def sign(rows: pl.DataFrame) -> Mapping[str, ArrayLike]:
        chance = 1 / (1 + np.exp(-rows["strong"].to_numpy()))
        return {"prediction": chance > 0.5, "probability": np.column_stack([1 - chance, chance])}

    found = importance(sign, ROWS, ROWS["strong"] > 0, "roc_auc", "classification", [False, True])
    assert found[0].column == "strong"
    assert 0.3 < found[0].mean < 0.7


def test_the_seed_fixes_the_shuffles() -> None:
    assert importance(exact, ROWS, TRUTH, "mae", "regression") == importance(exact, ROWS, TRUTH, "mae", "regression")
    assert importance(exact, ROWS, TRUTH, "mae", "regression") != importance(
        exact, ROWS, TRUTH, "mae", "regression", seed=1
    )


def test_many_rows_are_sampled() -> None:
    seen: list[int] = []

    def listening(rows: pl.DataFrame) -> Mapping[str, ArrayLike]:
        seen.append(rows.height)
        return {"prediction": np.zeros(rows.height)}

    importance(listening, pl.DataFrame({"x": range(50_000)}), list(range(50_000)), "mae", "regression")
    assert set(seen) == {MOST_ROWS}


def test_types_of_columns_survive_the_shuffle() -> None:
    frame = pl.DataFrame({"word": ["a", None, "b"], "flag": [True, False, None]})

    def checking(rows: pl.DataFrame) -> Mapping[str, ArrayLike]:
        assert rows.schema == frame.schema
        return {"prediction": np.zeros(3)}

    assert len(importance(checking, frame, [1, 2, 3], "mae", "regression")) == 2


def test_an_undefined_metric_gives_no_importance() -> None:
    assert importance(exact, ROWS, [0.0] * 500, "r2", "regression") == []
