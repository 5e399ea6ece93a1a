"""Tests how a package is written: complete, reproducible, agreeing, without pickle."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from factories.packages import a_package, content, rows
from treadle.errors import PackageError
from treadle.packaging.manifest import verify
from treadle.packaging.model import load
from treadle.packaging.package import write


def test_a_package_has_every_file_of_the_format(tmp_path: Path) -> None:
    folder = a_package(tmp_path / "p")
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert {
        "MLmodel",
        "model.skops",
        "model.onnx",
        "input_example.json",
        "requirements.txt",
        "python_env.yaml",
        "environment.lock.json",
        "treadle.json",
        "manifest.json",
        "code/tiny_project/model.py",
        "code/tiny_project/helpers.py",
    } <= names
    assert not [name for name in names if name.endswith((".pkl", ".pickle", ".joblib", ".pyc"))]


def test_the_same_content_gives_the_same_digest(tmp_path: Path) -> None:
    first = write(tmp_path / "a", content(tmp_path / "x"))
    second = write(tmp_path / "b", content(tmp_path / "y"))
    assert first == second == verify(tmp_path / "a")


def test_another_model_gives_another_digest(tmp_path: Path) -> None:
    assert write(tmp_path / "a", content(tmp_path / "x")) != write(tmp_path / "b", content(tmp_path / "x", seed=1))


def test_mlmodel_is_yaml_with_a_signature(tmp_path: Path) -> None:
    about = yaml.safe_load((a_package(tmp_path / "p") / "MLmodel").read_text())
    assert about["flavors"]["python_function"]["loader_module"] == "treadle.packaging.mlflow_loader"
    inputs = json.loads(about["signature"]["inputs"])
    assert inputs[0] == {"type": "string", "name": "carrier", "required": True}


@pytest.mark.parametrize("kind", ["classification", "regression"])
def test_onnx_agrees_on_every_row(tmp_path: Path, kind: str) -> None:
    about = json.loads((a_package(tmp_path / "p", kind) / "treadle.json").read_text())
    assert about["runtime"] == "onnx", about["agreement"]
    assert about["agreement"]["rows"] == rows().height
    assert about["agreement"]["largest_gap"] <= 1e-4


def test_above_the_tolerance_scikit_learn_serves(tmp_path: Path) -> None:
    from treadle.settings import Package

    folder = a_package(tmp_path / "p", settings=Package(tolerance=1e-30))
    model = load(folder)
    assert model.runtime == "sklearn"
    assert not (folder / "model.onnx").exists()
    assert "answers differ" in model.about.agreement["reason"]


def test_an_estimator_that_needs_pickle_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    made = content(tmp_path / "x")
    made.estimator.steps[-1][1].hidden = (n for n in range(3))
    with pytest.raises(PackageError, match="without pickle"):
        write(tmp_path / "p", made)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x"]


def test_a_package_is_replaced_as_a_whole(tmp_path: Path) -> None:
    write(tmp_path / "p", content(tmp_path / "x"))
    (tmp_path / "p" / "stale.txt").write_text("old")
    write(tmp_path / "p", content(tmp_path / "x", seed=1))
    assert not (tmp_path / "p" / "stale.txt").exists()
    verify(tmp_path / "p")
