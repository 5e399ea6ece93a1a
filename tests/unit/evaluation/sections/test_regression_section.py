"""Owns the tests of a regressor's plots."""

from __future__ import annotations

import numpy as np

from factories.answers import numbers
from factories.markup import words
from treadle.evaluation.metrics import Answers
from treadle.evaluation.sections.regression import sections


def test_there_are_three_figures_and_the_champions_beside() -> None:
    part = sections(numbers(), numbers(error=3), "delay/1", "minutes")[0].parts[0]
    found = ["<svg" + one.partition("</svg>")[0] + "</svg>" for one in part.split("<svg")[1:]]
    assert [words(svg)[0] for svg in found] == [
        "Predicted against actual",
        "Residuals (middle 98 % of the rows)",
        "Error along the prediction",
    ]
    assert ["delay/1" in words(svg) for svg in found] == [False, True, True]
    assert "minutes, actual" in words(found[0])


def test_a_perfect_model_and_one_that_answers_nan_have_figures_too() -> None:
    perfect = Answers.of([1.0, 2.0], [1.0, 2.0])
    lost = Answers.of([1.0, 2.0], [np.nan, np.nan])
    for answers in (perfect, lost):
        assert sections(answers, None, "", "t")[0].parts[0].count("<svg") == 3
