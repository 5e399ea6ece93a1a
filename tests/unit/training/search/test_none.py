"""Owns the tests of the search that is none."""

from __future__ import annotations

import pytest

from treadle.errors import SettingsError
from treadle.training.search.none import candidates


def test_there_is_one_trial_with_the_estimators_own_values() -> None:
    assert candidates({}, 20, 7) == [{}]


def test_a_space_that_would_go_unused_is_refused() -> None:
    with pytest.raises(SettingsError, match="names depth, rate, but nothing is searched"):
        candidates({"rate": [1], "depth": [2]}, 20, 0)
