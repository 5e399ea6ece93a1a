"""Owns the tests of reading and checking a space."""

from __future__ import annotations

from typing import Any

import pytest

from treadle.errors import SettingsError
from treadle.training.search.space import Range, check, read


def estimator(learning_rate: float = 0.1, max_depth: int = 6) -> None:
    """Stand for a user's estimator()."""


def test_lists_and_ranges_are_read_in_order_of_name() -> None:
    assert read({"b": {"low": 1, "high": 2}, "a": [1, 2]}) == {"a": [1, 2], "b": Range(1, 2)}
    assert list(read({"b": [1], "a": [1]})) == ["a", "b"]
    assert read({"a": {"low": 1, "high": 8, "log": True, "int": True}})["a"] == Range(1, 8, log=True, int=True)


@pytest.mark.parametrize(
    ("value", "met", "next_move"),
    [
        (3, "a: 3 is no choice", "a = [3]"),
        ([], "a: [] is no choice", "list at least one value"),
        ({"low": 1}, "missing required field `high`", "write both ends as numbers"),
        ({"low": 1, "high": 2, "logg": True}, "unknown field `logg`", "did you mean 'log'?"),
        ({"low": "x", "high": 2}, "Expected `float`, got `str`", "write both ends as numbers"),
        ({"low": 2, "high": 1}, "the range 2 to 1 cannot be drawn from", "swap or change the two ends"),
        ({"low": 0, "high": 1, "log": True}, "the range 0 to 1 cannot be drawn from", "swap or change the two ends"),
    ],
)
def test_what_cannot_be_searched_says_so(value: Any, met: str, next_move: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read({"a": value})
    assert caught.value.met.startswith("[train.space] a: ")
    assert met in caught.value.met
    assert caught.value.next_move == next_move


def test_a_keyword_that_estimator_does_not_take_names_the_nearest() -> None:
    with pytest.raises(SettingsError, match="takes no keyword 'max_dept'") as caught:
        check({"max_dept": [1]}, estimator)
    assert caught.value.next_move == "did you mean 'max_depth'?"
    assert caught.value.expected == "one of learning_rate, max_depth"


def test_an_estimator_without_keywords_is_told_how_to_get_one() -> None:
    def plain() -> None: ...

    with pytest.raises(SettingsError) as caught:
        check({"depth": [1]}, plain)
    assert caught.value.next_move == "write def plain(depth=...)"


def test_any_keyword_goes_where_all_are_taken() -> None:
    def loose(**params: Any) -> None: ...

    check({"anything": [1]}, loose)
    check({"max_depth": [1]}, estimator)
