"""Tests how a package is written: complete, reproducible, agreeing, without pickle, proven before it is done."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import polars as pl
import pytest
import yaml
from lightgbm import LGBMClassifier
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import make_pipeline

from factories.packages import a_package, content, rows
from treadle.errors import PackageError
from treadle.packaging.formats import sklearn
from treadle.packaging.manifest import verify
from treadle.packaging.model import load
from treadle.packaging.package import Content, write
from treadle.settings import Package


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


def test_a_model_that_was_stored_and_loaded_gives_the_same_digest(tmp_path: Path) -> None:
    made = content(tmp_path / "x")
    again = msgspec.structs.replace(made, estimator=sklearn.load(sklearn.save(made.estimator)))
    assert write(tmp_path / "a", made) == write(tmp_path / "b", again)


def a_content(tmp_path: Path, last: Any, **changes: Any) -> Content:
    """A package whose model ends in `last`."""
    made = content(tmp_path / "x", **changes)
    frame = made.features(made.test_frame) if made.features else made.test_frame
    target = made.estimator.predict(frame)
    return msgspec.structs.replace(made, estimator=make_pipeline(made.estimator.steps[0][1], last).fit(frame, target))


@pytest.mark.filterwarnings("ignore:X does not have valid feature names")
def test_lightgbm_is_served_by_scikit_learn_and_locked(tmp_path: Path) -> None:
    made = a_content(tmp_path, LGBMClassifier(n_estimators=5, verbose=-1))
    write(tmp_path / "p", made)
    model = load(tmp_path / "p")
    assert model.runtime == "sklearn"
    assert model.about.agreement["reason"].startswith("cannot be compiled: MissingShapeCalculator")
    assert "lightgbm==" in (tmp_path / "p" / "requirements.txt").read_text()


def test_a_forest_is_reproducible(tmp_path: Path) -> None:
    made = [a_content(tmp_path, RandomForestClassifier(5, random_state=0)) for _ in range(2)]
    assert write(tmp_path / "a", made[0]) == write(tmp_path / "b", made[1])


def test_what_the_code_imports_is_locked(tmp_path: Path) -> None:
    made = content(tmp_path / "x")
    (tmp_path / "x" / "tiny_project" / "more.py").write_text("def later() -> None:\n    import rich.text\n")
    write(tmp_path / "p", made)
    assert "rich==" in (tmp_path / "p" / "requirements.txt").read_text()


def test_code_that_would_stay_behind_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = content(tmp_path / "x")
    (tmp_path / "left_behind.py").write_text("WORD = 1\n")
    (tmp_path / "x" / "tiny_project" / "more.py").write_text("import left_behind\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(PackageError, match="the module left_behind, which no installed distribution provides"):
        write(tmp_path / "p", made)


def unsteady(change: str) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """A features() that is not what its source in the package says."""

    def features(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.select("carrier", (pl.col("distance") / 1000 + float(change)).alias("miles"), "weekday")

    features.__module__, features.__qualname__ = "tiny_project.model", "features"
    return features


def test_a_model_that_answers_otherwise_once_packaged_is_refused(tmp_path: Path) -> None:
    made = msgspec.structs.replace(content(tmp_path / "x"), features=unsteady("0.5"))
    with pytest.raises(PackageError, match="answers differently from the trained one"):
        write(tmp_path / "p", made)
    assert not (tmp_path / "p").exists()
    write(tmp_path / "p", msgspec.structs.replace(made, features=unsteady("0")))


def test_features_without_a_name_in_the_package_are_refused(tmp_path: Path) -> None:
    made = msgspec.structs.replace(content(tmp_path / "x"), features=lambda frame: unsteady("0")(frame))
    with pytest.raises(PackageError, match=r"code has no .*:test_features.*<lambda>"):
        write(tmp_path / "p", made)


def test_the_only_binary_files_are_skops_and_onnx(tmp_path: Path) -> None:
    folder = a_package(tmp_path / "p")
    opened = []
    for path in folder.rglob("*"):
        if path.is_file():
            try:
                path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                opened.append(path.name)
    assert sorted(opened) == ["model.onnx", "model.skops"]
    assert b"pickle" not in (folder / "model.skops").read_bytes()


def test_a_regression_over_the_same_rows_needs_no_classes(tmp_path: Path) -> None:
    model = load(a_package(tmp_path / "p", "regression"))
    assert model.classes == ()
    found = model.predict(rows().head(3).to_dict(as_series=False))
    assert list(found) == ["prediction"]
    assert np.isfinite(found["prediction"]).all()
