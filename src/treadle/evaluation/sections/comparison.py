"""Owns the section that sets a model beside the champion."""

from __future__ import annotations

from treadle.charts import note, table
from treadle.charts.numbers import pretty
from treadle.charts.page import Section
from treadle.evaluation.evaluate import Evaluation
from treadle.evaluation.metrics import measure, oriented


def sections(evaluation: Evaluation) -> list[Section]:
    """Return every metric of both models on the same rows, and the paired differences; nothing without a champion."""
    if evaluation.champion is None:
        return []
    theirs = measure(evaluation.measured.values, evaluation.task, evaluation.champion).values
    rows = [
        {
            "metric": name,
            "this model": mine,
            f"champion {evaluation.champion_name}": theirs[name],
            "better by": oriented(name, mine) - oriented(name, theirs[name]),
        }
        for name, mine in evaluation.measured.values.items()
    ]
    said = [
        note(
            f"{one.metric}: better by {pretty(one.difference)} (95 % interval {pretty(one.low)} to {pretty(one.high)}, "
            f"{one.samples:,} paired resamples)."
            if not one.note
            else f"{one.metric} cannot be compared: {one.note}."
        )
        for one in evaluation.comparisons
    ]
    about = "Both models answered the same rows. Below zero in the last column this model is worse."
    return [Section("Against the champion", (table(rows), *said), about)]
