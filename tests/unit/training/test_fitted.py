"""Owns the tests of what training leaves."""

from __future__ import annotations

import msgspec

from treadle.records import canonical
from treadle.training.fitted import Summary, Trial


def a_summary() -> Summary:
    """Return the summary of a search of two trials, one without a score."""
    return Summary(
        params={"depth": 3},
        metric="mae",
        score=1.5,
        search="grid",
        seed=0,
        trials=(
            Trial(params={"depth": 3}, score=1.5, scores=(1.0, 2.0)),
            Trial(params={"depth": 4}, score=None, scores=(None,)),
        ),
        best=0,
        inputs=("a", "b"),
        features=("c",),
        classes=(),
        rows=10,
    )


def test_a_summary_comes_back_from_json_as_it_was() -> None:
    assert msgspec.json.decode(canonical(a_summary()), type=Summary) == a_summary()


def test_equal_summaries_have_equal_bytes() -> None:
    assert canonical(a_summary()) == canonical(a_summary())
