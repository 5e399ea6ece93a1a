"""Owns the tests of random search."""

from __future__ import annotations

import json
import math

from treadle.training.search.random import candidates

SPACE = {
    "rate": {"low": 0.001, "high": 1, "log": True},
    "share": {"low": 0.2, "high": 0.8},
    "depth": {"low": 2, "high": 4, "int": True},
    "leaves": {"low": 1, "high": 1000, "log": True, "int": True},
    "kind": ["a", "b"],
}


def test_the_seed_fixes_the_draws() -> None:
    assert candidates(SPACE, 20, 0) == candidates(SPACE, 20, 0)
    assert candidates(SPACE, 20, 0) != candidates(SPACE, 20, 1)
    assert len(candidates(SPACE, 20, 0)) == 20


def test_draws_keep_to_their_ranges_and_types() -> None:
    found = candidates(SPACE, 400, 0)
    assert {draw["depth"] for draw in found} == {2, 3, 4}
    assert {draw["kind"] for draw in found} == {"a", "b"}
    assert all(0.001 <= draw["rate"] <= 1 and 0.2 <= draw["share"] <= 0.8 for draw in found)
    assert min(draw["leaves"] for draw in found) >= 1
    assert max(draw["leaves"] for draw in found) <= 1000
    assert {type(draw[name]) for draw in found for name in ("depth", "leaves")} == {int}
    assert json.loads(json.dumps(found)) == found


def test_a_logarithmic_range_is_even_by_powers_of_ten() -> None:
    logs = [math.log10(draw["rate"]) for draw in candidates(SPACE, 600, 0)]
    shares = [sum(low <= value < low + 1 for value in logs) / 600 for low in (-3, -2, -1)]
    assert all(0.25 < share < 0.42 for share in shares)


def test_lists_alone_give_no_more_than_their_combinations() -> None:
    found = candidates({"a": [1, 2], "b": [1, 2]}, 100, 0)
    assert sorted(map(str, found)) == sorted(str({"a": a, "b": b}) for a in (1, 2) for b in (1, 2))


def test_a_draw_comes_once() -> None:
    found = candidates({"depth": {"low": 1, "high": 3, "int": True}}, 50, 0)
    assert sorted(draw["depth"] for draw in found) == [1, 2, 3]


def test_no_space_is_one_trial() -> None:
    assert candidates({}, 20, 0) == [{}]


def test_lists_in_lists_stay_lists() -> None:
    assert candidates({"layers": [[10], [10, 5]]}, 1, 0)[0]["layers"] in ([10], [10, 5])
