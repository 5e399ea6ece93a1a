"""Owns the tests of gates: passing, failing, unopposed, undefined, and their words."""

from __future__ import annotations

import numpy as np
import pytest

from factories.answers import numbers, two_classes
from treadle.errors import GateFailed, SettingsError, UnknownKind
from treadle.evaluation.gates import Against, judge, non_inferior, require
from treadle.evaluation.metrics import Answers
from treadle.evaluation.statistics import Comparison, compare
from treadle.records import GateResult
from treadle.settings import Gate


def against(mine: Answers, theirs: Answers) -> Against:
    """Return the comparison a gate asks for."""
    return lambda metric, confidence: compare(metric, mine, theirs, confidence=confidence, samples=300)


def a_comparison(*, bound: float, difference: float = 0.0, note: str = "") -> Comparison:
    """Return a comparison with this lower bound."""
    return Comparison(
        metric="roc_auc", challenger=0.8, champion=0.8 - difference, difference=difference, low=bound, high=bound,
        bound=bound, confidence=0.95, samples=2000, note=note,
    )  # fmt: skip


def test_a_minimum_passes_at_its_limit_and_says_so() -> None:
    result = judge([Gate(metric="recall", min=0.0)], "classification", two_classes())[0]
    assert (result.passed, result.limit, result.gate) == (True, 0, "recall at least 0")


def test_a_figure_below_its_minimum_fails_and_says_what_to_do() -> None:
    result = judge([Gate(metric="roc_auc", min=0.99)], "classification", two_classes())[0]
    assert not result.passed
    assert result.value is not None
    assert result.value < result.limit == 0.99  # type: ignore[operator]
    assert result.message.startswith("roc_auc 0.9")
    assert "is below 0.99; improve the model, or change the gate in [[test.gates]]" in result.message


def test_a_maximum_is_for_errors() -> None:
    gates = [Gate(metric="mae", max=10), Gate(metric="mae", max=0.1)]
    assert [result.passed for result in judge(gates, "regression", numbers())] == [True, False]


def test_a_gate_with_two_conditions_gives_two_results() -> None:
    results = judge([Gate(metric="accuracy", min=0.1, max=0.2)], "classification", two_classes())
    assert [(result.gate, result.passed) for result in results] == [
        ("accuracy at least 0.1", True),
        ("accuracy at most 0.2", False),
    ]


def test_without_a_champion_a_comparison_passes() -> None:
    result = judge([Gate(metric="roc_auc", against="champion")], "classification", two_classes())[0]
    assert result.passed
    assert result.message == "there is no champion yet"


def test_a_better_challenger_passes_a_worse_one_fails() -> None:
    good, bad = two_classes(1000, skill=1.5), two_classes(1000, skill=0.5)
    gate = Gate(metric="roc_auc", against="champion")
    better = judge([gate], "classification", good, against(good, bad), champion_name="flights/3")[0]
    worse = judge([gate], "classification", bad, against(bad, good), champion_name="flights/3")[0]
    assert better.passed
    assert "of flights/3: better by" in better.message
    assert not worse.passed
    assert "it may be" in worse.message
    assert worse.gate == "roc_auc against flights/3"
    assert worse.limit == -0.01


@pytest.mark.parametrize(("bound", "passed"), [(-0.0099, True), (-0.01, False), (0.02, True), (-0.2, False)])
def test_the_margin_decides(bound: float, passed: bool) -> None:
    assert non_inferior(a_comparison(bound=bound), 0.01, "m/1").passed is passed


def test_the_confidence_of_the_gate_is_the_comparisons() -> None:
    asked: list[float] = []

    def listening(metric: str, confidence: float) -> Comparison:
        asked.append(confidence)
        return a_comparison(bound=0)

    judge([Gate(metric="roc_auc", against="champion", confidence=0.8)], "classification", two_classes(), listening)
    assert asked == [0.8]


def test_an_undefined_figure_fails_every_gate_with_its_reason() -> None:
    positives = two_classes().take(np.flatnonzero(two_classes().truth))
    gates = [Gate(metric="roc_auc", min=0.0), Gate(metric="roc_auc", max=1), Gate(metric="roc_auc", against="champion")]
    for opponent in (None, against(positives, positives)):
        results = judge(gates, "classification", positives, opponent, champion_name="m/1")
        assert [result.passed for result in results] == [False, False, False]
        assert all("only one class occurs" in result.message for result in results)
        assert all(result.value is None for result in results)


def test_a_comparison_on_too_few_rows_fails() -> None:
    result = non_inferior(a_comparison(bound=float("nan")), 0.01, "m/1")
    assert not result.passed
    assert result.message == "roc_auc cannot be compared with m/1: too few rows"


def test_a_gate_without_a_condition_is_a_mistake_in_the_settings() -> None:
    with pytest.raises(SettingsError, match="the gate on 'roc_auc' has no condition"):
        judge([Gate(metric="roc_auc")], "classification", two_classes())


def test_an_unknown_metric_names_the_nearest() -> None:
    with pytest.raises(UnknownKind, match="did you mean 'accuracy'"):
        judge([Gate(metric="acuracy", min=1)], "classification", two_classes())


def test_requiring_is_silent_when_all_passed() -> None:
    require([GateResult(gate="g", passed=True, value=1, limit=0, message="fine")], model="flights/4")


def test_requiring_names_every_refusal_and_where_to_look() -> None:
    results = [
        GateResult(gate="a", passed=False, value=0, limit=1, message="a 0 is below 1"),
        GateResult(gate="b", passed=True, value=1, limit=0, message="b is fine"),
        GateResult(gate="c", passed=False, value=9, limit=1, message="c 9 is above 1"),
    ]
    with pytest.raises(GateFailed) as caught:
        require(results, model="flights/4", see="reports/flights-4.html")
    assert caught.value.met == "flights/4 is refused: a 0 is below 1; c 9 is above 1"
    assert "reports/flights-4.html" in caught.value.next_move
