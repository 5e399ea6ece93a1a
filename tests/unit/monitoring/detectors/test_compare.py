"""All detectors over two profiles."""

from __future__ import annotations

import polars as pl

from treadle.data.profile import profile
from treadle.monitoring.detectors import compare

FRAME = pl.DataFrame({"number": [1.0, 2.0, None] * 50, "word": ["a", "b", None] * 50, "yes": [True, False, None] * 50})


def test_every_column_gets_the_figures_of_its_type() -> None:
    whole = profile(FRAME)
    names = [figure.name for figure in compare(whole, profile(FRAME[:60], whole))]
    assert names == [
        "number:distance",
        "number:range",
        "number:missing",
        "word:mix",
        "word:new_levels",
        "word:vanished_levels",
        "word:missing",
        "yes:mix",
        "yes:new_levels",
        "yes:vanished_levels",
        "yes:missing",
    ]


def test_a_column_that_is_not_sent_any_more_is_missing_throughout() -> None:
    whole = profile(FRAME)
    figures = {figure.name: figure for figure in compare(whole, profile(FRAME.drop("word"), whole))}
    assert figures["word:missing"].value > 0.6
    assert "word:mix" not in figures


def test_the_reference_itself_has_not_moved() -> None:
    whole = profile(FRAME)
    assert all(figure.value == 0 for figure in compare(whole, whole))
