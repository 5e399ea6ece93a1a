"""What a model saw and said, as a frame."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from factories.records import a_prediction
from treadle.data.profile import profile
from treadle.monitoring.observation import LABEL, OUTPUT, chances_of, key, of_labels, of_log, of_model, places_of

INPUTS = pl.DataFrame({"n": [1, 2], "w": ["a", "b"], "d": pl.Series(["2026-01-01", "2026-01-02"]).str.to_date()})
TWO = {"prediction": np.array(["no", "yes"]), "probability": np.array([[0.9, 0.1], [0.2, 0.8]])}


def test_of_two_classes_the_output_is_the_chance_of_the_second() -> None:
    assert of_model(INPUTS, TWO, ("no", "yes"))[OUTPUT].to_list() == [0.1, 0.8]


def test_of_more_classes_it_is_the_class_and_of_a_regression_the_value() -> None:
    assert of_model(INPUTS, {"prediction": np.array([3, 1])}, (1, 2, 3))[OUTPUT].to_list() == ["3", "1"]
    assert of_model(INPUTS, {"prediction": np.array([3.5, 1.0])}, ())[OUTPUT].to_list() == [3.5, 1.0]


def test_the_log_gives_the_frame_of_the_reference_again() -> None:
    frame = of_model(INPUTS, TWO, ("no", "yes"))
    whole = profile(frame)
    logged = [
        a_prediction(
            inputs={"n": 1, "w": "a", "d": "2026-01-01"},
            outputs={"prediction": "no", "probability": {"no": 0.9, "yes": 0.1}},
        ),
        a_prediction(
            inputs={"n": 2, "w": "b", "d": "2026-01-02", "not watched": 1},
            outputs={"prediction": "yes", "probability": {"no": 0.2, "yes": 0.8}},
        ),
    ]
    assert profile(of_log(logged, whole, ("no", "yes")), whole) == whole


def test_what_a_request_left_out_is_missing() -> None:
    whole = profile(of_model(INPUTS, TWO, ("no", "yes")))
    frame = of_log([a_prediction(inputs={"n": None}, outputs={})], whole, ("no", "yes"))
    assert [frame[column].null_count() for column in ("n", "w", "d", OUTPUT)] == [1, 1, 1, 1]


def test_probabilities_are_in_the_order_of_the_classes() -> None:
    assert chances_of(a_prediction(outputs={"probability": {"b": 0.7, "a": 0.3}})) == [0.7, 0.3]
    assert chances_of(a_prediction(outputs={"prediction": 1.5})) == []


@pytest.mark.parametrize(
    ("value", "written"),
    [(True, "true"), (np.False_, "false"), (1, "1"), (1.0, "1"), (np.float64(2.0), "2"), (1.5, "1.5"), ("x", "x")],
)
def test_a_class_is_one_text_from_wherever_it_came(value: Any, written: str) -> None:
    assert key(value) == written


def test_labels_take_the_text_of_their_class() -> None:
    assert of_labels([1, 0, 1], "classification", (False, True)).to_list() == ["true", "false", "true"]
    assert of_labels(["1", "0"], "classification", (0, 1)).to_list() == ["1", "0"]
    assert of_labels(["maybe"], "classification", ("no", "yes")).to_list() == ["maybe"]
    assert of_labels([1, 2.5], "regression", ()).to_list() == [1.0, 2.5]
    assert of_labels([1], "regression", ()).name == LABEL


def test_zero_and_one_stand_for_false_and_true_only() -> None:
    assert places_of((False, True))["1"] == 1
    assert places_of(("a", "b")) == {"a": 0, "b": 1}
