"""Owns gates: whether a model's figures meet the conditions of treadle.toml, and the words for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from treadle.charts.numbers import pretty
from treadle.errors import GateFailed, SettingsError
from treadle.evaluation.metrics import Answers, Task, check, measure
from treadle.evaluation.statistics import Comparison
from treadle.records import GateResult
from treadle.settings import Gate

Against = Callable[[str, float], Comparison]
"""From a metric and a confidence to how the model does beside the champion (`statistics.compare`)."""


def judge(
    gates: Iterable[Gate], task: Task, answers: Answers, against: Against | None = None, *, champion_name: str = ""
) -> tuple[GateResult, ...]:
    """Return one result for each condition of each gate, in order.

    `answers` are the model's; `against` compares them with the champion's on the same rows (None: there is no
    champion, and a comparison passes). A gate on an undefined figure fails. Raises SettingsError for a gate without
    a condition, and as `metrics.check` does.
    """
    results: list[GateResult] = []
    for gate in gates:
        check([gate.metric], task)
        if gate.min is None and gate.max is None and gate.against is None:
            raise SettingsError(
                f"the gate on {gate.metric!r} has no condition",
                expected='min, max, or against = "champion"',
                next_move="add one to this [[test.gates]], or remove the gate",
            )
        measured = measure([gate.metric], task, answers)
        value, why = measured.values[gate.metric], measured.notes.get(gate.metric, "it is not a number")
        if gate.min is not None:
            results.append(_threshold(gate.metric, value, gate.min, "at least", "below", value >= gate.min, why))
        if gate.max is not None:
            results.append(_threshold(gate.metric, value, gate.max, "at most", "above", value <= gate.max, why))
        if gate.against is not None and against is None:
            results.append(_unopposed(gate, value, why))
        elif gate.against is not None and against is not None:
            results.append(non_inferior(against(gate.metric, gate.confidence), gate.margin, champion_name))
    return tuple(results)


def non_inferior(found: Comparison, margin: float, name: str) -> GateResult:
    """Return whether the comparison rules out that the model is worse than `name` by `margin` or more."""
    passed = found.bound > -margin
    said = f"{found.metric} {pretty(found.challenger)} against {pretty(found.champion)} of {name}"
    sure = f"with {found.confidence:.0%} confidence"
    if found.note or found.bound != found.bound:
        message = f"{found.metric} cannot be compared with {name}: {found.note or 'too few rows'}"
    elif passed and found.bound > 0:
        message = f"{said}: better by {pretty(found.difference)}, {sure} by more than {pretty(found.bound)}"
    elif passed:
        message = f"{said}: {sure} at most {pretty(-found.bound)} worse, {margin:g} is accepted"
    else:
        message = (
            f"{said}: {sure} it may be {pretty(-found.bound)} worse, {margin:g} is accepted; "
            "test on more rows, improve the model, or raise margin in [[test.gates]]"
        )
    return GateResult(
        gate=f"{found.metric} against {name}",
        passed=passed,
        value=_known(found.bound),
        limit=-margin,
        message=message,
    )


def require(results: Iterable[GateResult], *, model: str, see: str = "") -> None:
    """Raise GateFailed, naming every gate that refused `model`, if any did; `see` says where the report is."""
    refused = [result for result in results if not result.passed]
    if refused:
        raise GateFailed(
            f"{model} is refused: " + "; ".join(result.message for result in refused),
            expected="; ".join(result.gate for result in refused),
            next_move=f"see {see}" if see else "improve the model, or change [[test.gates]] in treadle.toml",
        )


def _threshold(metric: str, value: float, limit: float, word: str, missed: str, passed: bool, why: str) -> GateResult:
    """Return the result of a limit on a figure."""
    if value != value:
        message = f"{metric} is undefined here: {why}; the gate wants {word} {limit:g}"
    elif passed:
        message = f"{metric} {pretty(value)} is {word} {limit:g}"
    else:
        message = (
            f"{metric} {pretty(value)} is {missed} {limit:g}; improve the model, or change the gate in [[test.gates]]"
        )
    return GateResult(
        gate=f"{metric} {word} {limit:g}", passed=passed, value=_known(value), limit=limit, message=message
    )


def _unopposed(gate: Gate, value: float, why: str) -> GateResult:
    """Return the result of a comparison while there is no champion: it passes if the figure exists."""
    defined = value == value
    said = "there is no champion yet" if defined else f"{gate.metric} is undefined here: {why}"
    return GateResult(
        gate=f"{gate.metric} against champion", passed=defined, value=_known(value), limit=None, message=said
    )


def _known(value: float) -> float | None:
    """Return `value`, or None for NaN, which JSON has no word for."""
    return value if value == value else None
