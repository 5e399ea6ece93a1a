"""Owns the sections on where a model comes from: search, parameters, data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate
from math import log10
from typing import Any

from treadle.charts import Series, facts, grid, line, scatter, table
from treadle.charts.figures.svg import clip
from treadle.charts.page import Section
from treadle.evaluation.metrics import greater_is_better

MOST_TRIALS = 40
"""Trials the table shows, the best; the data beside the page has all."""
MOST_PARAMS = 12
MOST_FACTS = 40
VALUE = 700
"""Pixels a value may take."""


def sections(
    made: Mapping[str, object],
    split_rows: Mapping[str, int],
    params: Mapping[str, Any],
    trials: Sequence[Mapping[str, Any]],
    metric: str,
) -> list[Section]:
    """Return the search (where there was one), the parameters of the model, and the facts of its data."""
    rows = {f"rows in {name}": count for name, count in split_rows.items()}
    chapters = _search(trials, metric) if len(trials) > 1 else []
    if params:
        chapters.append(Section("Parameters", (facts(_short(params)),)))
    return [*chapters, Section("Origin", (facts(_short({**made, **rows})),))]


def _search(trials: Sequence[Mapping[str, Any]], metric: str) -> list[Section]:
    """Return the course of a search and its best trials."""
    better = max if greater_is_better(metric) else min
    scores = [float("nan") if trial["score"] is None else float(trial["score"]) for trial in trials]
    known = [index for index, score in enumerate(scores) if score == score]
    best = list(accumulate((scores[index] for index in known), better))
    series = [Series("best so far", known, best), Series("trial", known, [scores[index] for index in known], dots=True)]
    figures = [line(series, title="Course of the search", x_label="trial", y_label=metric)]
    names = list(dict.fromkeys(name for trial in trials for name in trial["params"]))[:MOST_PARAMS]
    figures += [_by_param(trials, scores, name, metric) for name in names if _numeric(trials, name)][:3]
    order = sorted(known, key=lambda index: (-scores[index] if better is max else scores[index], index))
    rows = [
        {
            "trial": index,
            **{clip(name, 200): _cell(trials[index]["params"].get(name)) for name in names},
            metric: scores[index],
        }
        for index in order[:MOST_TRIALS]
    ]
    about = f"{len(trials):,} trials; the best {len(rows)} by {metric} below."
    return [Section("Search", (grid(*figures), table(rows, best=0)), about)]


def _by_param(trials: Sequence[Mapping[str, Any]], scores: Sequence[float], name: str, metric: str) -> str:
    """Return the score of each trial over one parameter, by its logarithm where it spans powers of ten."""
    values = [float(trial["params"][name]) for trial in trials]
    label = name
    if min(values) > 0 and max(values) >= 50 * min(values):
        values, label = [log10(value) for value in values], f"log10 of {name}"
    return scatter(values, scores, title=f"{metric} by {name}", x_label=label, y_label=metric)


def _numeric(trials: Sequence[Mapping[str, Any]], name: str) -> bool:
    """Tell whether a parameter took at least three different numbers."""
    values = [trial["params"].get(name) for trial in trials]
    return (
        all(isinstance(value, int | float) and not isinstance(value, bool) for value in values) and len(set(values)) > 2
    )


def _cell(value: Any) -> object:
    """Return a parameter's value for a table: numbers as they are, anything else as a short text."""
    return value if value is None or isinstance(value, int | float) else clip(value, 160)


def _short(pairs: Mapping[str, object]) -> dict[str, object]:
    """Return at most 40 facts with names and texts cut to what a page can show."""
    return {
        clip(name, 300): clip(value, VALUE) if not isinstance(value, int | float | None) else value
        for name, value in list(pairs.items())[:MOST_FACTS]
    }
