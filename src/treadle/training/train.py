"""Owns one training: rows and the user's two functions in, the best fitted estimator out."""

from __future__ import annotations

from typing import Any

import msgspec
import polars as pl

from treadle import settings
from treadle.engine import context
from treadle.errors import DataError
from treadle.evaluation.metrics import check, oriented, search_metric
from treadle.training.features import Features, build, input_columns
from treadle.training.fitted import Fitted, Summary, Trial
from treadle.training.folds import crossed, held_out
from treadle.training.search import candidates, space
from treadle.training.target import labels
from treadle.training.trainer import Estimator, fit
from treadle.training.trial import trial


def train(
    learnt: pl.DataFrame,
    validation: pl.DataFrame,
    *,
    features: Features | None,
    estimator: Estimator,
    data: settings.Data,
    split: settings.Split,
    how: settings.Train,
) -> Fitted:
    """Return the best candidate of the search, fitted anew on the rows of train and validation together.

    `learnt` and `validation` are the rows of those two splits with the same columns; the test split never comes
    here. Trials are scored on `validation`, or by cross-validation over both (`how.folds`); of equal scores the
    first wins. One candidate without anything to be scored on is fitted without a score. Inside a run every trial
    is a cached step, in parallel; elsewhere they follow each other. Raises SettingsError, DataError and CodeError.
    """
    metric = how.metric or search_metric(data.task)
    check([metric], data.task)
    space.check(how.space, estimator)
    found = candidates(how.search, how.space, how.trials, how.seed)
    rows = pl.concat([learnt, validation]) if validation.height else learnt
    if learnt.is_empty():
        raise DataError(
            "the train split has no rows", expected="rows to learn from", next_move="add rows, or lower [split] test"
        )
    inputs = input_columns(rows.columns, data, split)
    truth = labels(rows, data.target, data.task)
    table = build(features, rows.select(inputs))
    trials: tuple[Trial, ...] = ()
    if how.folds or validation.height or len(found) > 1:
        places = (
            crossed(rows, truth, data.task, how.folds, how.seed, data, split)
            if how.folds
            else held_out(learnt.height, validation.height)
        )
        shared = {
            "table": table,
            "labels": truth,
            "places": places,
            "estimator": estimator,
            "task": data.task,
            "metric": metric,
            "forward": split.by == "time" and bool(how.folds),
            "seed": how.seed,
        }
        trials = _run([{**shared, "params": params} for params in found])
    best = _best(trials, metric)
    final = fit(estimator, found[best], table, truth, how.seed)
    summary = Summary(
        params=found[best],
        metric=metric,
        score=trials[best].score if trials else None,
        search=how.search,
        seed=how.seed,
        trials=trials,
        best=best,
        inputs=tuple(inputs),
        features=tuple(table.columns),
        classes=tuple(final.classes_.tolist()) if data.task == "classification" else (),
        rows=rows.height,
    )
    return Fitted(final, summary)


def _run(calls: list[dict[str, Any]]) -> tuple[Trial, ...]:
    """Return the trials in the order of their calls: by the engine inside a run, else one after the other."""
    return msgspec.convert(context().map(trial, calls), tuple[Trial, ...])


def _best(trials: tuple[Trial, ...], metric: str) -> int:
    """Return the place of the best trial, the first of equals; raises DataError if none has a score."""
    scores = {place: oriented(metric, one.score) for place, one in enumerate(trials) if one.score is not None}
    if trials and not scores:
        raise DataError(
            f"{metric} is undefined on the validation rows of every trial",
            expected="validation rows of more than one class, and for probabilities an estimator with predict_proba",
            next_move="change metric or folds in [train], or validation in [split]",
        )
    return max(scores, key=lambda place: scores[place]) if scores else 0
