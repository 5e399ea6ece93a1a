"""Owns the plots of a classifier: confusion matrix, ROC, precision-recall, calibration, scores by class."""

from __future__ import annotations

import numpy as np

from treadle.charts import Series, grid, heatmap, histogram, line, note
from treadle.charts.page import Section
from treadle.evaluation.metrics import Answers
from treadle.evaluation.metrics.classification import confusion
from treadle.evaluation.sections.curves import Curve, calibration, precision_recall, roc

MOST_CLASSES = 10
"""Classes a confusion matrix names; the others become one row and one column."""
MOST_CURVES = 5
"""Classes of more than two that get a curve, the most frequent."""
SHARE = (0.0, 1.0)


def sections(answers: Answers, champion: Answers | None, champion_name: str, target: str) -> list[Section]:
    """Return the plots of labels and, where the model gives them, of probabilities."""
    figures = [_confusion(answers)]
    if answers.probability is None:
        return [Section("Predictions", (grid(*figures), note("The model gives labels only, no probabilities.")))]
    places = _places(answers)
    figures += _curves(answers, champion, champion_name, places) if places else []
    figures.append(_calibration(answers, champion, champion_name))
    if len(answers.classes) == 2:
        figures.append(_scores(answers, target))
    return [Section("Predictions", (grid(*figures),))]


def _confusion(answers: Answers) -> str:
    """Return the confusion matrix, of the most frequent classes where there are many."""
    table = confusion(answers)
    names = [str(label) for label in answers.classes]
    kept = [place for place in range(len(names)) if len(names) <= MOST_CLASSES]
    kept = kept or sorted(np.argsort(-table.sum(axis=1)[: len(names)], kind="stable")[: MOST_CLASSES - 1].tolist())
    rest = [place for place in range(len(table)) if place not in kept]
    if table[rest, :].sum() or table[:, rest].sum():
        order = [[place] for place in kept] + [rest]
        labels = [*(names[place] for place in kept), "other"]
    else:
        order, labels = [[place] for place in kept], [names[place] for place in kept]
    cells = [[float(table[np.ix_(row, column)].sum()) for column in order] for row in order]
    return heatmap(cells, labels, labels, title="Confusion matrix")


def _places(answers: Answers) -> list[int]:
    """Return the classes that get a curve: the positive one of two, else the most frequent that occur."""
    counts = np.bincount(answers.truth_codes, minlength=len(answers.classes) + 1)[: len(answers.classes)]
    order = [len(answers.classes) - 1] if len(answers.classes) <= 2 else np.argsort(-counts, kind="stable").tolist()
    return [place for place in order if 0 < counts[place] < len(answers.truth)][:MOST_CURVES]


def _curves(answers: Answers, champion: Answers | None, champion_name: str, places: list[int]) -> list[str]:
    """Return the ROC and the precision-recall figure, with the champion's curve for two classes."""
    drawn = {str(answers.classes[place]): (answers, place) for place in places}
    if len(places) == 1:
        drawn = {"this model": (answers, places[0])}
        if champion is not None and champion.probability is not None and champion.classes == answers.classes:
            drawn[champion_name] = (champion, places[0])
    parts = {
        name: (one.probability[:, place], one.truth_codes == place)
        for name, (one, place) in drawn.items()
        if one.probability is not None
    }
    chance = Series("chance", [0, 1], [0, 1], muted=True)
    base = float(np.mean(answers.truth_codes == places[0]))
    return [
        line(
            [*(_series(name, roc(*part)) for name, part in parts.items()), chance],
            title="ROC curve",
            x_label="false positive rate",
            y_label="true positive rate",
            x_range=SHARE,
            y_range=SHARE,
        ),
        line(
            [
                *(_series(name, precision_recall(*part)) for name, part in parts.items()),
                *([Series("share of the class", [0, 1], [base, base], muted=True)] if len(places) == 1 else []),
            ],
            title="Precision and recall",
            x_label="recall",
            y_label="precision",
            x_range=SHARE,
            y_range=SHARE,
        ),
    ]


def _calibration(answers: Answers, champion: Answers | None, champion_name: str) -> str:
    """Return the calibration figure: of the positive class for two, else of the label that was given."""
    two = len(answers.classes) == 2
    drawn = {"this model": answers}
    if champion is not None and champion.probability is not None and champion.classes == answers.classes:
        drawn[champion_name] = champion
    shown = []
    for name, one in drawn.items():
        chances = one.chances()
        said = chances[:, 1] if two else chances.max(axis=1)
        happened = one.truth_codes == (1 if two else chances.argmax(axis=1))
        curve = calibration(said, happened)
        shown.append(_series(name, curve if one is answers else Curve(curve.x, curve.y)))
    return line(
        [*shown, Series("perfect", [0, 1], [0, 1], muted=True)],
        title="Calibration" if two else "Calibration of the label given",
        x_label="probability said",
        y_label="share that came true",
        x_range=SHARE,
        y_range=SHARE,
    )


def _scores(answers: Answers, target: str) -> str:
    """Return how the probability of the positive class spreads over the rows of either class."""
    edges = np.linspace(0, 1, 41)
    positive = answers.truth_codes == 1
    score = answers.chances()[:, 1]
    names = tuple(f"{target} {label}" for label in answers.classes)
    return histogram(
        edges.tolist(),
        np.histogram(score[~positive], edges)[0].tolist(),
        reference=np.histogram(score[positive], edges)[0].tolist(),
        names=(names[0], names[1]),
        title="Probability by true class",
        x_label=f"probability of {answers.classes[1]}",
    )


def _series(name: str, curve: Curve) -> Series:
    """Return a curve as a series."""
    return Series(name, *curve)
