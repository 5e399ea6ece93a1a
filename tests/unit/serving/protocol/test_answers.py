"""The model's arrays become one JSON object a row, the same in the log and in the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
import pytest

from factories.servers import ROW, SERVED, a_classifier, a_model, a_signature
from treadle.packaging.model import Model
from treadle.packaging.signature import Field
from treadle.serving.decode import Decoder
from treadle.serving.protocol.answers import Answers, Predictor, named, predicted


def answers(model: Model, *rows: Mapping[str, Any]) -> Answers:
    decoder = Decoder(model.signature)
    return Predictor(model, decoder)(decoder.decode(msgspec.json.encode({"inputs": rows})))


def test_a_regression_answers_numbers() -> None:
    found = answers(a_model(), ROW, {**ROW, "distance": 4})
    assert found == Answers([3.0, 8.0], None, [b'{"prediction":3.0}', b'{"prediction":8.0}'])


def test_a_classification_answers_the_class_and_all_probabilities() -> None:
    found = answers(a_classifier(), ROW, {**ROW, "distance": 11})
    assert found.predictions == ["early", "late"]
    assert found.probabilities == [[1.0, 0.0], [0.0, 1.0]]
    assert [msgspec.json.decode(line) for line in found.lines] == [
        {"prediction": "early", "probability": {"early": 1.0, "late": 0.0}},
        {"prediction": "late", "probability": {"early": 0.0, "late": 1.0}},
    ]


@pytest.mark.parametrize(
    ("labels", "names", "first"),
    [((0, 1), ["0", "1"], 0), ((False, True), ["false", "true"], False), (("a", "b"), ["a", "b"], "a")],
)
def test_labels_keep_their_type_and_name_their_probability(
    labels: tuple[Any, ...], names: list[str], first: Any
) -> None:
    def runtime(columns: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
        return {"prediction": np.array(labels)[[0]], "probability": np.array([[0.75, 0.25]])}

    field = Field(name="x", type="float")
    found = answers(a_model(runtime, a_signature(field), labels), {"x": 1})
    said = msgspec.json.decode(found.lines[0])
    assert said["prediction"] is first or said["prediction"] == first
    assert said["probability"] == dict(zip(names, [0.75, 0.25], strict=True))


def test_a_prediction_that_is_no_number_is_null() -> None:
    found = answers(a_model(lambda _: {"prediction": np.array([np.nan])}), ROW)
    assert found.lines == [b'{"prediction":null}']


def test_a_label_is_named_as_json_writes_it() -> None:
    assert [named(label) for label in ("AA", 3, True, 1.5)] == ["AA", "3", "true", "1.5"]


def test_the_body_carries_what_is_served_and_each_row_with_its_id() -> None:
    body = predicted(SERVED, ["a-0", "a-1"], [b'{"prediction":1.0}', b'{"prediction":2.0}'])
    assert msgspec.json.decode(body) == {
        "model": "flights",
        "version": "3",
        "package": "d" * 64,
        "predictions": [{"id": "a-0", "prediction": 1.0}, {"id": "a-1", "prediction": 2.0}],
    }
