"""Owns the tests of the sections on inputs."""

from __future__ import annotations

import numpy as np

from factories.evaluations import an_evaluation, many_classes, numbers
from factories.markup import Page
from treadle.evaluation.importance import Importance
from treadle.evaluation.sections.inputs import MOST_SLICES, sections
from treadle.evaluation.slices import Slice


def test_the_worst_slice_comes_first_below_the_whole() -> None:
    answers = numbers(200)
    answers.prediction[100:] += 50
    evaluation = an_evaluation(answers, columns={"half": ["good"] * 100 + ["bad"] * 100})
    text = Page(sections(evaluation)[-1].parts[0]).text
    assert text.index("all rows") < text.index("bad") < text.index("good")


def test_undefined_slices_come_last_and_the_rest_are_counted() -> None:
    def a_slice(value: str, figure: float) -> Slice:
        return Slice(column="c", value=value, rows=50, metrics={**figures, "mae": figure})

    evaluation = an_evaluation(numbers())
    figures = evaluation.measured.values
    some = [a_slice("undefined", np.nan), *(a_slice(f"v{index:03}", index) for index in range(100))]
    table, note = sections(evaluation._replace(slices=tuple(some)))[-1].parts
    assert "undefined" not in table
    assert "v099" in table
    assert f"and {101 - MOST_SLICES} better slices" in note


def test_twenty_columns_of_importance_are_drawn_and_the_others_counted() -> None:
    found = tuple(Importance(column=f"c{index}", mean=1, low=0, high=2) for index in range(25))
    figure, note = sections(an_evaluation()._replace(importance=found))[0].parts
    assert figure.count("whisker") == 20
    assert "and 5 columns that matter less" in note


def test_nothing_to_show_is_no_section() -> None:
    assert sections(an_evaluation(many_classes())._replace(importance=())) == []
