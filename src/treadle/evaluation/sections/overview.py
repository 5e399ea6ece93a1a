"""Owns the head of a report: key figures with their intervals, and what each gate said."""

from __future__ import annotations

from treadle.charts import Card, cards, note, outcome
from treadle.charts.numbers import pretty
from treadle.charts.page import Section
from treadle.evaluation.evaluate import Evaluation


def key_figures(evaluation: Evaluation) -> Section:
    """Return the metrics as cards, the search's metric first, each with its interval."""
    values = evaluation.measured.values
    names = sorted(values, key=lambda name: name != evaluation.metric)
    shown = [Card(name, values[name], _detail(evaluation, name)) for name in names]
    return Section("Key figures", (cards(shown), *_undefined(evaluation)))


def gates(evaluation: Evaluation) -> list[Section]:
    """Return what each gate said, or nothing without gates."""
    if not evaluation.gates:
        return []
    parts = tuple(outcome(gate.gate, passed=gate.passed, detail=gate.message) for gate in evaluation.gates)
    return [Section("Gates", parts, "What a model must meet to be registered.")]


def _detail(evaluation: Evaluation, name: str) -> str:
    """Return the interval of a metric in words."""
    if name not in evaluation.intervals:
        return ""
    low, high = evaluation.intervals[name]
    return f"{pretty(low)} to {pretty(high)}"


def _undefined(evaluation: Evaluation) -> list[str]:
    """Return a note for each metric without a value."""
    return [note(f"{name} has no value: {why}.", "warn") for name, why in evaluation.measured.notes.items()]
