"""Owns the search for spaces whose draws leave their range, and for rows that features() seems to mix but does not."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from treadle.training.features import build
from treadle.training.search.grid import candidates as grid
from treadle.training.search.random import candidates as random

NAMES = st.text("abcdefg_", min_size=1, max_size=6)
VALUES = st.lists(st.integers(-5, 5) | st.sampled_from(["a", "b"]) | st.booleans(), min_size=1, max_size=4)
CELLS = st.none() | st.floats(allow_nan=True, allow_infinity=True)


@st.composite
def ranges(draw: st.DrawFn) -> dict[str, Any]:
    """Return a range of whole or broken numbers, even or by logarithm."""
    whole, log = draw(st.booleans()), draw(st.booleans())
    low = draw(st.integers(1 if log else -50, 50)) if whole else draw(st.floats(0.001 if log else -1e6, 1e6))
    return {"low": low, "high": low + draw(st.integers(1, 1000)), "log": log, "int": whole}


@given(space=st.dictionaries(NAMES, ranges(), max_size=4), trials=st.integers(1, 12), seed=st.integers(0, 9))
def test_draws_keep_to_their_ranges_and_survive_json(space: dict[str, Any], trials: int, seed: int) -> None:
    found = random(space, trials, seed)
    assert 1 <= len(found) <= trials
    assert found == random(space, trials, seed) == json.loads(json.dumps(found))
    for draw in found:
        assert list(draw) == sorted(space)
        for name, value in draw.items():
            within = space[name]["low"] * (1 - 1e-9) - 1e-9 <= value <= space[name]["high"] * (1 + 1e-9) + 1e-9
            assert within or space[name]["low"] < 0
            assert isinstance(value, int) == space[name]["int"]


@given(space=st.dictionaries(NAMES, VALUES, max_size=3), seed=st.integers(0, 9))
def test_random_over_lists_finds_nothing_that_a_grid_does_not(space: dict[str, Any], seed: int) -> None:
    every = grid(space, 1, 0)
    assert all(draw in every for draw in random(space, 10, seed))


@given(cells=st.lists(CELLS, max_size=20))
def test_row_wise_features_are_never_refused(cells: list[float | None]) -> None:
    rows = pl.DataFrame({"x": pl.Series(cells, dtype=pl.Float64)})
    table = build(lambda frame: frame.select(pl.col("x") * 3, known=pl.col("x").is_not_null()), rows)
    assert table.height == len(cells)
