"""Owns the tests of the report: complete, self-contained, small whatever the rows, deaf to hostile names."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

from factories.evaluations import an_evaluation, an_origin, many_classes, numbers, trials, two_classes
from factories.markup import HOSTILE, Page
from treadle.evaluation.metrics import Answers
from treadle.evaluation.report import render
from treadle.settings import Gate

LIMIT = 300_000


def titles(html: str) -> list[str]:
    """Return the headings of the sections."""
    return re.findall(r"<h2>(.*?)</h2>", html)


def test_a_classifiers_report_has_every_section() -> None:
    evaluation = an_evaluation(
        two_classes(skill=1.2),
        two_classes(skill=1.0),
        gates=(Gate(metric="roc_auc", min=0.5),),
        columns={"half": ["a", "b"] * 200},
    )
    html, _ = render(evaluation, an_origin(trials=trials(5, depth=lambda index: index)))
    assert titles(html) == [
        "Key figures",
        "Gates",
        "Against the champion",
        "Predictions",
        "Importance of the inputs",
        "Slices",
        "Search",
        "Parameters",
        "Origin",
    ]
    for figure in ("Confusion matrix", "ROC curve", "Precision and recall", "Calibration", "Probability by true class"):
        assert f"<title>{figure}</title>" in html
    assert "gates passed" in html


def test_a_regressors_report_has_its_figures() -> None:
    html, _ = render(an_evaluation(numbers(), numbers(error=2)), an_origin())
    for figure in ("Predicted against actual", "Residuals (middle 98 % of the rows)", "Error along the prediction"):
        assert f"<title>{figure}</title>" in html
    assert "ROC curve" not in html


def test_a_first_model_without_gates_search_or_slices_has_a_short_report() -> None:
    html, _ = render(an_evaluation(), an_origin(params={}))
    assert titles(html) == ["Key figures", "Predictions", "Importance of the inputs", "Origin"]


def test_a_refusal_is_said_at_the_top_and_with_its_reason() -> None:
    html, _ = render(an_evaluation(gates=(Gate(metric="roc_auc", min=0.999),)), an_origin())
    assert '<span class="badge bad">refused</span>' in html
    assert "is below 0.999" in html


def test_the_page_needs_nothing_from_outside() -> None:
    html, _ = render(an_evaluation(), an_origin())
    assert not re.search(r"https?:|url\(|<script|<link|@import", html)


def test_the_data_hold_every_figure_as_plain_json() -> None:
    evaluation = an_evaluation(
        two_classes(), two_classes(skill=0.5), gates=(Gate(metric="roc_auc", against="champion"),)
    )
    _, data = render(evaluation, an_origin(params={"depth": np.int64(3)}, trials=trials(3, depth=lambda index: index)))
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    assert data["metrics"]["roc_auc"] == evaluation.measured.values["roc_auc"]
    assert data["gates"][0]["passed"] is True
    assert data["comparisons"][0]["champion"] < data["comparisons"][0]["challenger"]
    assert data["params"] == {"depth": 3}
    assert data["split_rows"]["test"] == 200
    assert len(data["trials"]) == 3


def test_what_is_not_a_number_is_null_in_the_data_and_explained_on_the_page() -> None:
    positives = two_classes().take(np.flatnonzero(two_classes().truth))
    html, data = render(an_evaluation(positives), an_origin())
    assert data["metrics"]["roc_auc"] is None
    assert data["undefined"]["roc_auc"] == "only one class occurs in these rows"
    assert "roc_auc has no value: only one class occurs in these rows." in html


def test_the_same_evaluation_gives_the_same_page() -> None:
    assert render(an_evaluation(), an_origin()) == render(an_evaluation(), an_origin())


@pytest.mark.parametrize("rows", [1, 2, 3, 31])
@pytest.mark.parametrize("kind", ["two", "many", "numbers", "labels"])
def test_a_handful_of_rows_is_enough(rows: int, kind: str) -> None:
    answers = {
        "two": lambda: two_classes(rows),
        "many": lambda: many_classes(rows),
        "numbers": lambda: numbers(rows),
        "labels": lambda: Answers.of(["a"] * rows, ["b"] * rows, None, ["a", "b"]),
    }[kind]()
    html, data = render(an_evaluation(answers, answers), an_origin())
    assert not Page(html).open
    assert data["rows"] == rows


def test_a_million_rows_and_fifty_slices_of_hostile_names_stay_under_the_limit() -> None:
    rows = 1_000_000
    answers = two_classes(rows, classes=(HOSTILE, HOSTILE + "2"))
    values = np.array([f"{HOSTILE * 20}{code}" for code in range(12)])
    columns = {f"{index}{HOSTILE * 20}": values[(np.arange(5000) + index) % 12] for index in range(50)}
    evaluation = an_evaluation(
        answers.take(np.arange(5000)),
        columns=columns,
        name=HOSTILE,
        champion_name=HOSTILE,
    )._replace(answers=answers, champion=answers)
    made = an_origin(
        facts={f"{HOSTILE * 30}{index}": HOSTILE * 500 for index in range(200)},
        params={f"{HOSTILE}{index}": HOSTILE * 100 for index in range(200)},
        trials=trials(2000, **{f"{HOSTILE}{index}": float for index in range(30)}),
    )
    html, _ = render(evaluation, made)
    assert 100_000 < len(html.encode()) < LIMIT
    page = Page(html)
    assert not page.open
    assert not {tag for tag, _ in page.tags} & {"script", "b"}
    assert len(evaluation.slices) == 600


def test_hundreds_of_classes_and_columns_stay_under_the_limit() -> None:
    answers = many_classes(4000, classes=[f"class number {index} of many" for index in range(60)])
    html, _ = render(an_evaluation(answers), an_origin())
    assert len(html.encode()) < LIMIT
    assert "other" in html
