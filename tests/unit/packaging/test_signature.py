"""Tests the signature as MLflow writes it."""

from __future__ import annotations

import json

import msgspec

from treadle.packaging.signature import Field, Signature

SIGNATURE = Signature(
    inputs=(Field(name="carrier", type="str"), Field(name="temp", type="float", null=True)),
    outputs=(Field(name="prediction", type="int"),),
)


def test_mlflow_names_types_and_requirements() -> None:
    inputs = json.loads(SIGNATURE.to_mlflow()["inputs"])
    assert inputs == [
        {"type": "string", "name": "carrier", "required": True},
        {"type": "double", "name": "temp", "required": False},
    ]


def test_survives_json() -> None:
    assert msgspec.json.decode(msgspec.json.encode(SIGNATURE), type=Signature) == SIGNATURE


def test_a_whole_number_that_may_be_missing_is_a_double_for_mlflow() -> None:
    fields = (Field(name="a", type="int"), Field(name="b", type="int", null=True))
    inputs = json.loads(Signature(inputs=fields, outputs=()).to_mlflow()["inputs"])
    assert [each["type"] for each in inputs] == ["long", "double"]
