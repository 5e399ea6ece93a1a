"""Owns the tests of grid search."""

from __future__ import annotations

import pytest

from treadle.errors import SettingsError
from treadle.training.search.grid import candidates


def test_every_combination_comes_once_whatever_trials_says() -> None:
    found = candidates({"b": ["x", "y"], "a": [1, 2, 3]}, 1, 0)
    assert found == [{"a": a, "b": b} for a in (1, 2, 3) for b in ("x", "y")]


def test_no_space_is_one_trial() -> None:
    assert candidates({}, 20, 0) == [{}]


def test_a_range_is_refused_with_the_next_move() -> None:
    with pytest.raises(SettingsError, match="rate is a range, which a grid cannot list") as caught:
        candidates({"depth": [1], "rate": {"low": 0.01, "high": 1}}, 20, 0)
    assert caught.value.next_move == 'write rate = [0.01, ..., 1], or set search = "random"'
