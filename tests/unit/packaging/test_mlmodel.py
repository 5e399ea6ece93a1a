"""Tests the MLmodel file: valid YAML whatever the columns are called, and nothing in it by chance."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import yaml

from treadle.packaging.mlmodel import mlmodel
from treadle.packaging.signature import Field, Signature

ODD = ["it's", 'a "b"', "ü: {x}", "# no", "- list", "new\nline", "tab\t", "%"]


def a_signature(*names: str) -> Signature:
    inputs = tuple(Field(name=name, type="float", null=True) for name in names)
    return Signature(inputs=inputs, outputs=(Field(name="prediction", type="int"),))


def read(signature: Signature, **files: bytes) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(mlmodel(signature, files))
    return found


def test_names_the_loader_and_the_environment() -> None:
    flavors = read(a_signature("x"))["flavors"]
    assert flavors["python_function"]["loader_module"] == "treadle.packaging.mlflow_loader"
    assert flavors["python_function"]["env"] == {"virtualenv": "python_env.yaml"}
    assert flavors["treadle"] == {"version": 1, "about": "treadle.json"}


def test_columns_of_any_name_survive() -> None:
    signature = read(a_signature(*ODD))["signature"]
    assert [each["name"] for each in json.loads(signature["inputs"])] == ODD
    assert json.loads(signature["outputs"]) == [{"type": "long", "name": "prediction", "required": True}]


def test_the_model_uuid_follows_from_the_files() -> None:
    first = read(a_signature("x"), a=b"1", b=b"2")["model_uuid"]
    assert UUID(first)
    assert first == read(a_signature("x"), b=b"2", a=b"1")["model_uuid"]
    others = [{"a": b"1", "b": b"3"}, {"a": b"2", "b": b"1"}, {"a": b"1", "c": b"2"}, {"a": b"1"}]
    assert first not in [read(a_signature("x"), **files)["model_uuid"] for files in others]
