"""Tests what the test step hands to the evaluation."""

from __future__ import annotations

import polars as pl

from treadle.pipelines.testing import groups
from treadle.settings import Split

FRAME = pl.DataFrame({"day": ["b", "a", "b", None, None], "n": [1, 1, 1, 2, 2]})


def test_rows_of_one_group_share_a_number() -> None:
    found = groups(FRAME, Split(by="group", group=("day",)))
    assert found is not None
    assert found.tolist() == [0, 1, 0, 2, 2]


def test_groups_of_several_columns() -> None:
    found = groups(FRAME, Split(by="group", group=("day", "n")))
    assert found is not None
    assert len(set(found.tolist())) == 3


def test_other_splits_have_independent_rows() -> None:
    assert groups(FRAME, Split()) is None
