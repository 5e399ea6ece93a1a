"""Owns the tests of one evaluation."""

from __future__ import annotations

import polars as pl
import pytest

from factories.evaluations import an_evaluation, frame_of, many_classes, numbers, saying, two_classes
from treadle.errors import DataError, SettingsError
from treadle.evaluation.evaluate import Model, evaluate
from treadle.evaluation.metrics import TASKS
from treadle.settings import Gate, Test


def test_all_metrics_of_the_task_have_values_and_intervals() -> None:
    found = an_evaluation()
    assert tuple(found.measured.values) == TASKS["classification"]
    for name, (low, high) in found.intervals.items():
        assert low <= found.measured.values[name] <= high
    assert found.metric == "roc_auc"
    assert found.passed


def test_named_metrics_are_measured_and_the_searchs_besides() -> None:
    assert list(an_evaluation(metrics=("f1", "recall")).measured.values) == ["f1", "recall", "roc_auc"]


def test_gates_see_the_champion_on_the_same_rows() -> None:
    gates = (Gate(metric="roc_auc", against="champion"), Gate(metric="accuracy", min=0.999))
    found = an_evaluation(two_classes(skill=1.5), two_classes(skill=0.3), gates=gates)
    assert [gate.passed for gate in found.gates] == [True, False]
    assert not found.passed
    assert found.champion_name == "flights/3"
    assert [(one.metric, one.confidence) for one in found.comparisons] == [("roc_auc", 0.95)]


def test_the_search_metric_is_compared_even_without_a_gate() -> None:
    found = an_evaluation(numbers(), numbers(error=2))
    assert [one.metric for one in found.comparisons] == ["mae"]
    assert an_evaluation(numbers()).comparisons == ()


def test_slices_and_importance_belong_to_it() -> None:
    found = an_evaluation(many_classes(), columns={"half": ["a", "b"] * 300})
    assert {one.value for one in found.slices} == {"a", "b"}
    assert [one.column for one in found.importance] == ["row"]


def test_no_rows_are_refused_with_the_next_move() -> None:
    empty = frame_of(two_classes()).head(0)
    with pytest.raises(DataError, match="the test split has no rows"):
        evaluate(
            empty,
            target="target",
            inputs=["row"],
            task="classification",
            model=Model("m/1", saying(two_classes()), [False, True]),
            test=Test(),
        )


def test_a_metric_of_the_other_task_is_refused() -> None:
    with pytest.raises(SettingsError, match="'mae' is not for classification"):
        an_evaluation(metrics=("mae",))


def test_the_model_sees_its_inputs_only() -> None:
    answers = two_classes()

    def predict(rows: pl.DataFrame) -> dict[str, object]:
        assert rows.columns == ["row"]
        return dict(saying(answers)(rows))

    evaluate(
        frame_of(answers, secret=answers.truth),
        target="target",
        inputs=["row"],
        task="classification",
        model=Model("m/1", predict, answers.classes),  # type: ignore[arg-type]
        test=Test(),
    )
