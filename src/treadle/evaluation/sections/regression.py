"""Owns the plots of a regressor: predicted against actual, residuals, error along the prediction."""

from __future__ import annotations

import numpy as np

from treadle.charts import Series, grid, histogram, line, scatter
from treadle.charts.page import Section
from treadle.evaluation.metrics import Answers

BINS = 40
GROUPS = 10
"""Groups of equal rows by rising prediction, for the error along the prediction."""


def sections(answers: Answers, champion: Answers | None, champion_name: str, target: str) -> list[Section]:
    """Return the plots of predictions and their errors, the champion's beside them where there is one."""
    truth = answers.truth.astype(np.float64)
    picked = np.linspace(0, len(truth) - 1, min(len(truth), 500)).astype(int)
    figures = grid(
        scatter(
            truth[picked].tolist(),
            answers.prediction[picked].astype(np.float64).tolist(),
            title="Predicted against actual",
            x_label=f"{target}, actual",
            y_label="predicted",
            diagonal=True,
        ),
        _residuals(answers, champion, champion_name, target),
        _along(answers, champion, champion_name),
    )
    return [Section("Predictions", (figures,))]


def _residuals(answers: Answers, champion: Answers | None, champion_name: str, target: str) -> str:
    """Return the spread of prediction minus truth, the outermost hundredth left out at either end."""
    known = [one.error[np.isfinite(one.error)] for one in (answers, champion) if one is not None]
    ends = [np.quantile(errors, (0.01, 0.99)) for errors in known if len(errors)]
    low, high = (min(end[0] for end in ends), max(end[1] for end in ends)) if ends else (0.0, 1.0)
    edges = np.linspace(low, high, BINS + 1) if high > low else np.linspace(low - 1, low + 1, BINS + 1)
    return histogram(
        edges.tolist(),
        np.histogram(known[0], edges)[0].tolist(),
        reference=None if champion is None else np.histogram(known[1], edges)[0].tolist(),
        names=("this model", champion_name),
        title="Residuals (middle 98 % of the rows)",
        x_label=f"prediction minus {target}",
    )


def _along(answers: Answers, champion: Answers | None, champion_name: str) -> str:
    """Return the mean absolute error in ten groups of rows by rising prediction."""
    drawn = {"this model": answers} | ({} if champion is None else {champion_name: champion})
    series = []
    for name, one in drawn.items():
        said = one.prediction.astype(np.float64)
        groups = [rows for rows in np.array_split(np.argsort(said, kind="stable"), GROUPS) if len(rows)]
        x = [float(said[rows].mean()) for rows in groups]
        series.append(Series(name, x, [float(np.abs(one.error[rows]).mean()) for rows in groups]))
    return line(
        series,
        title="Error along the prediction",
        x_label="predicted",
        y_label="mean absolute error",
    )
