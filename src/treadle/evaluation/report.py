"""Owns the report of a model: one page under 300 kB whatever the rows, and the same figures as data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
import numpy as np

from treadle.charts.page import Badge, Section, page
from treadle.evaluation.evaluate import Evaluation
from treadle.evaluation.sections import classification, comparison, inputs, origin, overview, regression


class Origin(NamedTuple):
    """Where the model comes from: facts by name (run, dataset version, commit ...), rows by split, the search."""

    facts: Mapping[str, object]
    split_rows: Mapping[str, int]
    params: Mapping[str, Any]
    trials: Sequence[Mapping[str, Any]] = ()


def render(evaluation: Evaluation, made: Origin) -> tuple[str, dict[str, Any]]:
    """Return the page (HTML that needs nothing from outside) and its figures (plain values for JSON).

    `made.trials` are dicts with `params`, `score` and, for cross-validation, `scores`. Same arguments, same page.
    """
    shapes = classification.sections if evaluation.task == "classification" else regression.sections
    chapters: list[Section] = [
        overview.key_figures(evaluation),
        *overview.gates(evaluation),
        *comparison.sections(evaluation),
        *shapes(evaluation.answers, evaluation.champion, evaluation.champion_name, evaluation.target),
        *inputs.sections(evaluation),
        *origin.sections(made.facts, made.split_rows, made.params, made.trials, evaluation.metric),
    ]
    html = page(
        evaluation.name,
        f"{evaluation.task.capitalize()} of {evaluation.target}, measured on {len(evaluation.answers.truth):,} rows "
        "that no training has seen.",
        chapters,
        badge=_badge(evaluation),
        footer="Made by Treadle. Intervals are 95 %, by bootstrap over the rows.",
    )
    return html, data(evaluation, made)


def data(evaluation: Evaluation, made: Origin) -> dict[str, Any]:
    """Return the figures of the report as plain values; what is not a number is None, as JSON has no word for it."""
    figures = {
        "model": evaluation.name,
        "task": evaluation.task,
        "target": evaluation.target,
        "metric": evaluation.metric,
        "rows": len(evaluation.answers.truth),
        "metrics": evaluation.measured.values,
        "undefined": evaluation.measured.notes,
        "intervals": evaluation.intervals,
        "gates": evaluation.gates,
        "champion": evaluation.champion_name or None,
        "comparisons": evaluation.comparisons,
        "slices": evaluation.slices,
        "importance": evaluation.importance,
        "origin": dict(made.facts),
        "split_rows": dict(made.split_rows),
        "params": dict(made.params),
        "trials": [dict(trial) for trial in made.trials],
    }
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(figures, enc_hook=_plain))
    return plain


def _plain(value: object) -> object:
    """Return a NumPy scalar as Python's, anything else that JSON has no word for as text."""
    return value.item() if isinstance(value, np.generic) else str(value)


def _badge(evaluation: Evaluation) -> Badge | None:
    """Return the outcome of the gates in two words, if there are gates."""
    if not evaluation.gates:
        return None
    return Badge("gates passed", "good") if evaluation.passed else Badge("refused", "bad")
