"""Owns the tests of a classifier's plots."""

from __future__ import annotations

import numpy as np

from factories.answers import many_classes, two_classes
from factories.markup import words
from treadle.evaluation.metrics import Answers
from treadle.evaluation.sections.classification import sections


def figures(answers: Answers, champion: Answers | None = None) -> dict[str, str]:
    """Return the SVG figures of the section by title."""
    whole = sections(answers, champion, "m/1" if champion else "", "late")[0].parts[0]
    found = ["<svg" + part.partition("</svg>")[0] + "</svg>" for part in whole.split("<svg")[1:]]
    return {words(svg)[0]: svg for svg in found}


def test_two_classes_have_five_figures() -> None:
    assert list(figures(two_classes())) == [
        "Confusion matrix",
        "ROC curve",
        "Precision and recall",
        "Calibration",
        "Probability by true class",
    ]


def test_the_champion_is_drawn_beside() -> None:
    drawn = figures(two_classes(), two_classes(skill=0.5))
    assert all("m/1" in words(drawn[title]) for title in ("ROC curve", "Precision and recall", "Calibration"))


def test_a_champion_with_other_classes_or_labels_only_is_not_drawn() -> None:
    other = two_classes(classes=(0, 2))
    labels = two_classes()
    labels = Answers(labels.truth, labels.prediction, None, labels.classes)
    for champion in (other, labels):
        assert "m/1" not in words(figures(two_classes(), champion)["ROC curve"])


def test_many_classes_have_a_curve_each_up_to_five() -> None:
    drawn = figures(many_classes(classes=list("abcdefgh")))
    assert len(set("abcdefgh") & set(words(drawn["ROC curve"]))) == 5
    assert "Calibration of the label given" in drawn
    assert "Probability by true class" not in drawn


def test_beyond_ten_classes_the_rest_are_one() -> None:
    shown = words(figures(many_classes(2000, classes=range(30)))["Confusion matrix"])
    assert shown.count("other") == 2


def test_a_stranger_in_the_truth_has_a_row() -> None:
    answers = Answers.of(["a", "b", "new"], ["a", "b", "a"], None, ["a", "b"])
    assert "other" in words(figures(answers)["Confusion matrix"])


def test_labels_only_have_the_matrix_and_a_note() -> None:
    answers = Answers.of(["a", "b"], ["a", "b"], None, ["a", "b"])
    assert list(figures(answers)) == ["Confusion matrix"]
    assert "labels only" in sections(answers, None, "", "t")[0].parts[1]


def test_one_class_in_the_rows_has_no_curves() -> None:
    positives = two_classes().take(np.flatnonzero(two_classes().truth))
    assert "ROC curve" not in figures(positives)
