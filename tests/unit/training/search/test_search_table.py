"""Owns the tests of the table of searches."""

from __future__ import annotations

import pytest

from treadle.errors import UnknownKind
from treadle.training.search import SEARCHES, candidates


def test_every_kind_loads_and_lives_in_a_file_of_its_name() -> None:
    for name in SEARCHES:
        assert SEARCHES.load(name).__module__ == f"treadle.training.search.{name}"


def test_an_unknown_search_names_the_nearest() -> None:
    with pytest.raises(UnknownKind, match="did you mean 'random'"):
        candidates("randon", {}, 1, 0)


def test_the_table_leads_to_the_search() -> None:
    assert candidates("none", {}, 20, 0) == [{}]
    assert candidates("grid", {"a": [1, 2]}, 20, 0) == [{"a": 1}, {"a": 2}]
