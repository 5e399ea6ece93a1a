"""Owns the tests of a report's head."""

from __future__ import annotations

import numpy as np

from factories.evaluations import an_evaluation, two_classes
from factories.markup import Page
from treadle.evaluation.sections.overview import gates, key_figures
from treadle.settings import Gate


def test_the_search_metric_comes_first_each_with_its_interval() -> None:
    evaluation = an_evaluation(metrics=("accuracy", "roc_auc"))
    text = Page("".join(key_figures(evaluation).parts)).text
    assert text.startswith("roc_auc")
    assert text.count(" to ") == 2


def test_an_undefined_metric_is_explained() -> None:
    evaluation = an_evaluation(two_classes().take(np.flatnonzero(two_classes().truth)), metrics=("roc_auc",))
    assert "n/a" in Page(key_figures(evaluation).parts[0]).text
    assert "only one class occurs" in key_figures(evaluation).parts[1]


def test_gates_pass_or_fail_with_reasons_or_are_left_out() -> None:
    both = (Gate(metric="accuracy", min=0.1), Gate(metric="accuracy", max=0.1))
    section = gates(an_evaluation(gates=both))[0]
    assert ["passed" in part for part in section.parts] == [True, False]
    assert gates(an_evaluation()) == []
