"""Owns the sections on inputs: which columns matter, and how the model does slice by slice."""

from __future__ import annotations

from treadle.charts import bars, note, table
from treadle.charts.figures.svg import clip
from treadle.charts.page import Section
from treadle.evaluation.evaluate import Evaluation
from treadle.evaluation.metrics import oriented
from treadle.evaluation.slices import Slice

MOST_SLICES = 60
"""Slices the page shows, the worst; the data beside the page has all."""
MOST_COLUMNS = 20
NAME = 220
"""Pixels a name may take."""


def sections(evaluation: Evaluation) -> list[Section]:
    """Return importance and slices, each only where there is something to show."""
    return [*_importance(evaluation), *_slices(evaluation)]


def _importance(evaluation: Evaluation) -> list[Section]:
    """Return the bars of permutation importance."""
    found = evaluation.importance[:MOST_COLUMNS]
    if not found:
        return []
    figure = bars(
        [one.column for one in found],
        [one.mean for one in found],
        low=[one.low for one in found],
        high=[one.high for one in found],
        title=f"How much {evaluation.metric} worsens when a column is shuffled",
        width=760.0,
    )
    left_out = len(evaluation.importance) - len(found)
    more = [note(f"and {left_out:,} columns that matter less")] if left_out else []
    return [Section("Importance of the inputs", (figure, *more))]


def _slices(evaluation: Evaluation) -> list[Section]:
    """Return the slices, worst first by the search's metric, with the whole on top."""
    if not evaluation.slices:
        return []
    ranked = sorted(evaluation.slices, key=lambda one: _rank(one, evaluation.metric))
    values = evaluation.measured.values
    names = sorted(values, key=lambda name: name != evaluation.metric)[:6]
    rows: list[dict[str, object]] = [
        {
            "column": "all rows",
            "value": "",
            "rows": len(evaluation.answers.truth),
            **{name: values[name] for name in names},
        }
    ]
    rows += [
        {
            "column": clip(one.column, NAME),
            "value": clip(one.value, NAME),
            "rows": one.rows,
            **{name: one.metrics[name] for name in names},
        }
        for one in ranked[:MOST_SLICES]
    ]
    left_out = len(ranked) - MOST_SLICES
    more = [note(f"and {left_out:,} better slices, in the report's data")] if left_out > 0 else []
    return [Section("Slices", (table(rows, best=0), *more), f"Worst {evaluation.metric} first.")]


def _rank(one: Slice, metric: str) -> tuple[bool, float]:
    """Return what sorts slices: the worst figure first, undefined ones last."""
    value = oriented(metric, one.metrics[metric])
    return value != value, 0.0 if value != value else value
