"""Owns the Open Inference Protocol, version 2, over REST: its metadata, its tensors, its names for types.

Each column of the signature is one tensor of shape [n] or [n, 1]; text and moments travel as BYTES.
The protocol: https://github.com/kserve/open-inference-protocol (specification/protocol/inference_rest.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import prod
from typing import Any

import msgspec

from treadle.errors import RequestInvalid
from treadle.kinds import nearest
from treadle.packaging.signature import Signature
from treadle.serving.decode import Decoder, Malformed, Row
from treadle.serving.protocol.answers import Answers, Served

DATATYPES: Mapping[str, str] = {
    "int": "INT64",
    "float": "FP64",
    "bool": "BOOL",
    "str": "BYTES",
    "datetime": "BYTES",
    "date": "BYTES",
}
_INTEGERS = frozenset(f"{sign}INT{bits}" for sign in ("", "U") for bits in (8, 16, 32, 64))
_ACCEPTED: Mapping[str, frozenset[str]] = {
    "INT64": _INTEGERS,
    "FP64": frozenset(("FP16", "FP32", "FP64")) | _INTEGERS,
    "BOOL": frozenset(("BOOL",)),
    "BYTES": frozenset(("BYTES",)),
}


class Tensor(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One input or output: data flat or nested, row-major."""

    name: str
    shape: list[int]
    datatype: str
    data: list[Any]
    parameters: dict[str, Any] = {}


class Wanted(msgspec.Struct):
    """An output the client asks for by name."""

    name: str
    parameters: dict[str, Any] = {}


class Infer(msgspec.Struct):
    """The body of an infer request."""

    inputs: list[Tensor]
    id: str | None = None
    parameters: dict[str, Any] = {}
    outputs: list[Wanted] = []


_decode = msgspec.json.Decoder(Infer).decode
_encode = msgspec.json.Encoder().encode


def read(body: bytes, decoder: Decoder, outputs: Sequence[str]) -> tuple[Infer, Sequence[Row]]:
    """Return an infer request and its rows; raises RequestInvalid naming the tensor that does not fit.

    `outputs` are the names the model can give.
    """
    try:
        request = _decode(body)
    except (ValueError, RecursionError) as error:
        raise Malformed(f"the body is no infer request: {str(error).replace('`', '')}") from None
    given = [tensor.name for tensor in request.inputs]
    _unknown("inputs", given, decoder.fields)
    _unknown("outputs", [wanted.name for wanted in request.outputs], outputs)
    for name in decoder.fields:
        if given.count(name) != 1:
            met = "missing tensor" if name not in given else "tensor given twice"
            raise RequestInvalid(f"inputs.{name}: {met}", field=f"inputs.{name}")
    columns = {tensor.name: _column(tensor, decoder) for tensor in request.inputs}
    rows = decoder.rows(columns)
    if not rows:
        raise RequestInvalid("the request has no rows", expected="at least one row")
    return request, rows


def answered(
    served: Served, signature: Signature, request: Infer, ids: Sequence[str], answers: Answers, part: slice
) -> bytes:
    """Return the body of an infer answer: output tensors of the rows in `part`, prediction ids as a parameter."""
    predictions = answers.predictions[part]
    outputs = [Tensor(name="prediction", shape=[len(ids)], datatype=_datatype(signature), data=predictions)]
    if answers.probabilities is not None:
        rows = answers.probabilities[part]
        flat = [value for row in rows for value in row]
        outputs.append(Tensor(name="probability", shape=[len(ids), len(rows[0])], datatype="FP64", data=flat))
    if request.outputs:
        wanted = {each.name for each in request.outputs}
        outputs = [output for output in outputs if output.name in wanted]
    body: dict[str, Any] = {
        "model_name": served.model,
        "model_version": served.version,
        "parameters": {"package": served.package, "prediction_ids": ids},
        "outputs": outputs,
    }
    if request.id is not None:
        body["id"] = request.id
    return _encode(body)


def server_metadata(version: str) -> bytes:
    """Return the body of `GET /v2`."""
    return _encode({"name": "treadle", "version": version, "extensions": []})


def model_metadata(served: Served, signature: Signature, classes: Sequence[str]) -> bytes:
    """Return the body of `GET /v2/models/M`: tensors with -1 for the number of rows."""
    outputs: list[dict[str, Any]] = [
        {"name": "prediction", "datatype": _datatype(signature), "shape": [-1]},
    ]
    if classes:
        shape = [-1, len(classes)]
        outputs.append(
            {"name": "probability", "datatype": "FP64", "shape": shape, "parameters": {"classes": list(classes)}}
        )
    inputs = [{"name": each.name, "datatype": DATATYPES[each.type], "shape": [-1]} for each in signature.inputs]
    return _encode(
        {
            "name": served.model,
            "versions": [served.version],
            "platform": f"treadle_{served.runtime}",
            "inputs": inputs,
            "outputs": outputs,
        }
    )


def _datatype(signature: Signature) -> str:
    return DATATYPES[signature.outputs[0].type]


def _unknown(where: str, names: Iterable[str], known: Iterable[str]) -> None:
    for name in names:
        if name not in known:
            place = f"{where}.{name}"
            raise RequestInvalid(f"{place}: unknown tensor", field=place, next_move=nearest(name, list(known)))


def _column(tensor: Tensor, decoder: Decoder) -> list[Any]:
    place = f"inputs.{tensor.name}"
    field = decoder.fields[tensor.name]
    accepted = _ACCEPTED[DATATYPES[field.type]]
    if tensor.datatype not in accepted:
        raise RequestInvalid(
            f"{place}: datatype {tensor.datatype} does not fit a column of type {field.type}",
            field=place,
            expected=" or ".join(sorted(accepted)),
        )
    if len(tensor.shape) not in (1, 2) or tensor.shape[1:] not in ([], [1]) or tensor.shape[0] < 0:
        raise RequestInvalid(f"{place}: shape {tensor.shape}", field=place, expected="[n] or [n, 1]")
    data = tensor.data
    if len(tensor.shape) == 2 and any(isinstance(each, list) for each in data):
        if not all(isinstance(each, list) and len(each) == 1 for each in data):
            raise RequestInvalid(f"{place}: nested data does not have shape {tensor.shape}", field=place)
        data = [each[0] for each in data]
    if len(data) != prod(tensor.shape):
        raise RequestInvalid(f"{place}: {len(data)} values do not have shape {tensor.shape}", field=place)
    return decoder.column(tensor.name, data, place)
