"""Windows do not depend on the order of the log, on repeated lines, or on how it is read."""

from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from factories.traffic import PACKAGE, a_reference, predictions, some_rows, the_truth
from treadle.data.profile import Levels, Numbers
from treadle.monitoring.reference import load
from treadle.monitoring.windows import Cut, cut
from treadle.records import Prediction
from treadle.settings import Monitor

ROWS = some_rows(700, 1)
PAST = load(a_reference(ROWS, the_truth(ROWS)))
LINES = [each for day in range(3) for each in predictions(some_rows(12, day), day=day)]
TRUTH = pl.DataFrame({"prediction_id": [each.id for each in LINES[::2]], "label": ["yes", "no", "yes"] * 6})


def counted(found: Cut) -> dict[int, list[object]]:
    """All exact figures of the windows: counts by column, and the labels whatever their order."""
    told: dict[int, list[object]] = {}
    for start, stretch in sorted(found.stretches.items()):
        told[start] = [stretch.seen.inputs.rows, sorted(stretch.answers.label), stretch.seen.labels]
        for column in stretch.seen.inputs.columns.values():
            if isinstance(column, Numbers):
                told[start].append((column.counts, column.missing, column.min, column.max))
            if isinstance(column, Levels):
                told[start].append((column.counts, column.new, column.other, column.missing))
    return told


def of(lines: list[Prediction], batch_rows: int) -> Cut:
    return cut(lines, TRUTH, PAST, Monitor(), PACKAGE, batch_rows)


WHOLE = counted(of(LINES, 1000))


@settings(max_examples=40, deadline=None)
@given(st.permutations(LINES), st.lists(st.sampled_from(LINES), max_size=10), st.integers(1, 50))
def test_order_repetition_and_batches(lines: list[Prediction], repeated: list[Prediction], batch_rows: int) -> None:
    found = of([*lines, *repeated], batch_rows)
    assert counted(found) == WHOLE
    assert found.repeated == len(repeated)
