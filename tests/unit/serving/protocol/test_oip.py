"""The Open Inference Protocol: tensors in, tensors out, errors that name the tensor."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from factories.servers import SERVED, a_classifier, a_model, a_signature
from treadle.errors import RequestInvalid
from treadle.packaging.signature import Field
from treadle.serving.decode import Decoder, Malformed
from treadle.serving.protocol import oip
from treadle.serving.protocol.answers import Answers

OUTPUTS = ("prediction", "probability")


def a_tensor(name: str, data: list[Any], datatype: str, shape: list[int] | None = None) -> dict[str, Any]:
    return {"name": name, "shape": shape or [len(data)], "datatype": datatype, "data": data}


def tensors(**changes: dict[str, Any] | None) -> list[dict[str, Any]]:
    usual: dict[str, dict[str, Any] | None] = {
        "distance": a_tensor("distance", [1.5, 2.5], "FP64"),
        "hour": a_tensor("hour", [7, 8], "INT64"),
        "carrier": a_tensor("carrier", ["AA", None], "BYTES"),
    }
    return [each for each in {**usual, **changes}.values() if each is not None]


def read(inputs: list[dict[str, Any]], **more: Any) -> tuple[oip.Infer, list[tuple[Any, ...]]]:
    body = msgspec.json.encode({"inputs": inputs, **more})
    request, rows = oip.read(body, Decoder(a_signature()), OUTPUTS)
    return request, [msgspec.structs.astuple(row) for row in rows]


def refused(inputs: list[dict[str, Any]], **more: Any) -> RequestInvalid:
    with pytest.raises(RequestInvalid) as caught:
        read(inputs, **more)
    return caught.value


def test_each_column_is_a_tensor() -> None:
    assert read(tensors())[1] == [(1.5, 7, "AA"), (2.5, 8, None)]


def test_the_order_of_tensors_does_not_matter() -> None:
    assert read(tensors()[::-1])[1] == read(tensors())[1]


@pytest.mark.parametrize("data", [[1.5, 2.5], [[1.5], [2.5]]], ids=["flat", "nested"])
def test_a_column_may_be_a_matrix_of_one_column(data: list[Any]) -> None:
    assert read(tensors(distance=a_tensor("distance", data, "FP32", [2, 1])))[1] == read(tensors())[1]


@pytest.mark.parametrize("datatype", ["FP16", "FP32", "FP64", "INT8", "UINT64"])
def test_any_number_fits_a_float(datatype: str) -> None:
    assert read(tensors(distance=a_tensor("distance", [1, 2], datatype)))[1][0] == (1.0, 7, "AA")


def test_moments_travel_as_text() -> None:
    decoder = Decoder(a_signature(Field(name="day", type="date")))
    body = msgspec.json.encode({"inputs": [a_tensor("day", ["2013-07-01"], "BYTES")]})
    [row] = oip.read(body, decoder, OUTPUTS)[1]
    assert msgspec.json.encode(row) == b'{"day":"2013-07-01"}'


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            {"hour": a_tensor("hour", [7.0, 8.0], "FP64")},
            "inputs.hour: datatype FP64 does not fit a column of type int",
        ),
        ({"carrier": a_tensor("carrier", [1, 2], "INT64")}, "inputs.carrier: datatype INT64 does not fit"),
        ({"distance": a_tensor("distance", [True, False], "BOOL")}, "inputs.distance: datatype BOOL does not fit"),
        ({"distance": a_tensor("distance", ["a", 1.0], "FP64")}, "inputs.distance[0]: expected float, got str 'a'"),
        ({"hour": a_tensor("hour", [7, None], "INT64")}, "inputs.hour[1]: expected int, got null"),
        ({"hour": a_tensor("hour", [7], "INT64", [2])}, "inputs.hour: 1 values do not have shape [2]"),
        ({"hour": a_tensor("hour", [7, 8], "INT64", [1, 2])}, "inputs.hour: shape [1, 2]"),
        ({"hour": a_tensor("hour", [7, 8], "INT64", [2, 1, 1])}, "inputs.hour: shape [2, 1, 1]"),
        ({"hour": a_tensor("hour", [7, 8], "INT64", [-2])}, "inputs.hour: shape [-2]"),
        ({"hour": a_tensor("hour", [[7, 8], [9]], "INT64", [2, 1])}, "inputs.hour: nested data does not have shape"),
        ({"hour": a_tensor("hour", [[7], 8], "INT64", [2, 1])}, "inputs.hour: nested data does not have shape"),
        ({"hour": a_tensor("hour", [7], "INT64")}, "columns differ in length: "),
        ({"hour": None}, "inputs.hour: missing tensor"),
        ({"more": a_tensor("hour", [7, 8], "INT64")}, "inputs.hour: tensor given twice"),
        ({"hours": a_tensor("hours", [7, 8], "INT64")}, "inputs.hours: unknown tensor"),
    ],
)
def test_a_tensor_that_does_not_fit_is_named(change: dict[str, Any], says: str) -> None:
    error = refused(tensors(**change))
    assert error.met.startswith(says)
    assert not isinstance(error, Malformed)


def test_an_unknown_tensor_gets_the_nearest_name() -> None:
    assert refused(tensors(hours=a_tensor("hours", [7], "INT64"))).next_move == "did you mean 'hour'?"


def test_an_output_the_model_does_not_have_is_refused() -> None:
    assert refused(tensors(), outputs=[{"name": "probabilty"}]).met == "outputs.probabilty: unknown tensor"


@pytest.mark.parametrize(
    "body", [b"", b"[]", b'{"inputs": 5}', b'{"inputs": [{"name": "a"}]}', b"\xff", b'{"inputs":' + b"[" * 99_999]
)
def test_what_is_no_infer_request_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed, match="the body is no infer request"):
        oip.read(body, Decoder(a_signature()), OUTPUTS)


def test_no_rows_are_refused() -> None:
    empty = {name: a_tensor(name, [], "BYTES" if name == "carrier" else "INT64") for name in ("hour", "carrier")}
    assert refused(tensors(distance=a_tensor("distance", [], "FP64"), **empty)).met == "the request has no rows"


def answered(answers: Answers, part: slice, ids: list[str], **request: Any) -> Any:
    signature = a_classifier().signature if answers.probabilities else a_model().signature
    return msgspec.json.decode(oip.answered(SERVED, signature, oip.Infer(inputs=[], **request), ids, answers, part))


def test_the_answer_has_the_rows_of_its_request_only() -> None:
    answers = Answers(["a", "b", "c"], [[0.1, 0.9], [0.2, 0.8], [0.3, 0.7]], [b"{}"] * 3)
    assert answered(answers, slice(1, 3), ["s-1", "s-2"], id="mine") == {
        "model_name": "flights",
        "model_version": "3",
        "id": "mine",
        "parameters": {"package": "d" * 64, "prediction_ids": ["s-1", "s-2"]},
        "outputs": [
            {"name": "prediction", "shape": [2], "datatype": "BYTES", "data": ["b", "c"]},
            {"name": "probability", "shape": [2, 2], "datatype": "FP64", "data": [0.2, 0.8, 0.3, 0.7]},
        ],
    }


def test_a_regression_has_one_output_and_no_id_unless_asked() -> None:
    found = answered(Answers([1.5], None, [b"{}"]), slice(0, 1), ["s-0"])
    assert found["outputs"] == [{"name": "prediction", "shape": [1], "datatype": "FP64", "data": [1.5]}]
    assert "id" not in found


def test_only_the_outputs_asked_for_are_given() -> None:
    answers = Answers(["a"], [[0.1, 0.9]], [b"{}"])
    found = answered(answers, slice(0, 1), ["s-0"], outputs=[oip.Wanted("probability")])
    assert [output["name"] for output in found["outputs"]] == ["probability"]


def test_metadata_comes_from_the_signature() -> None:
    found = msgspec.json.decode(oip.model_metadata(SERVED, a_classifier().signature, ("early", "late")))
    assert found == {
        "name": "flights",
        "versions": ["3"],
        "platform": "treadle_onnx",
        "inputs": [
            {"name": "distance", "datatype": "FP64", "shape": [-1]},
            {"name": "hour", "datatype": "INT64", "shape": [-1]},
            {"name": "carrier", "datatype": "BYTES", "shape": [-1]},
        ],
        "outputs": [
            {"name": "prediction", "datatype": "BYTES", "shape": [-1]},
            {
                "name": "probability",
                "datatype": "FP64",
                "shape": [-1, 2],
                "parameters": {"classes": ["early", "late"]},
            },
        ],
    }


def test_every_type_of_a_signature_has_a_datatype() -> None:
    fields = [Field(name=each, type=each) for each in ("int", "float", "bool", "str", "datetime", "date")]
    found = msgspec.json.decode(oip.model_metadata(SERVED, a_signature(*fields), ()))
    assert [each["datatype"] for each in found["inputs"]] == ["INT64", "FP64", "BOOL", "BYTES", "BYTES", "BYTES"]
    assert len(found["outputs"]) == 1


def test_the_server_describes_itself() -> None:
    assert msgspec.json.decode(oip.server_metadata("1.2")) == {"name": "treadle", "version": "1.2", "extensions": []}
