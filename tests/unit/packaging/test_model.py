"""Tests loaded models: the same answers as in training, on both runtimes, and two versions side by side."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from factories.packages import a_package, content, rows
from treadle.errors import PackageError
from treadle.packaging.model import load
from treadle.packaging.package import write


@pytest.mark.parametrize("kind", ["classification", "regression"])
@pytest.mark.parametrize("features", [True, False])
@pytest.mark.parametrize("runtime", ["onnx", "sklearn"])
def test_answers_are_those_of_the_estimator(tmp_path: Path, kind: str, features: bool, runtime: str) -> None:
    made = content(tmp_path / "x", kind, features=features)
    write(tmp_path / "p", made)
    frame = rows(seed=7)
    true = made.estimator.predict(made.features(frame) if made.features else frame)
    found = load(tmp_path / "p", runtime=runtime).predict(frame.to_dict(as_series=False))
    assert np.allclose(found["prediction"], true, atol=1e-4)


def test_probabilities_stand_in_the_order_of_classes(tmp_path: Path) -> None:
    model = load(a_package(tmp_path / "p"))
    found = model.predict(rows().to_dict(as_series=False))
    assert model.classes == (0, 1)
    assert np.allclose(found["probability"].sum(axis=1), 1, atol=1e-5)
    assert (found["prediction"] == found["probability"].argmax(axis=1)).all()


def test_one_row(tmp_path: Path) -> None:
    model = load(a_package(tmp_path / "p"))
    assert model.predict({"carrier": ["AA"], "distance": [900.0], "weekday": [3]})["prediction"].shape == (1,)


def test_a_category_never_seen_is_answered(tmp_path: Path) -> None:
    model = load(a_package(tmp_path / "p"))
    assert model.predict({"carrier": ["??"], "distance": [900.0], "weekday": [3]})["prediction"].shape == (1,)


def test_two_versions_of_the_code_live_side_by_side(tmp_path: Path) -> None:
    first = load(a_package(tmp_path / "a", scale=1000.0))
    second = load(a_package(tmp_path / "b", scale=1.0))
    question = rows(seed=3).to_dict(as_series=False)
    assert first._features is not None
    assert second._features is not None
    assert np.allclose(first._features(question)["miles"] * 1000, second._features(question)["miles"])


def test_a_wrong_digest_is_refused_before_any_code_runs(tmp_path: Path) -> None:
    folder = a_package(tmp_path / "p")
    (folder / "code" / "tiny_project" / "model.py").write_text("raise SystemExit('ran')\n")
    with pytest.raises(PackageError, match=r"code/tiny_project/model\.py .* was altered"):
        load(folder)


def test_loading_writes_nothing_into_the_package(tmp_path: Path) -> None:
    folder = a_package(tmp_path / "p")
    code = (
        f"from pathlib import Path; from treadle.packaging.model import load; p=Path({str(folder)!r}); load(p); load(p)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_onnx_path_imports_neither_scikit_learn_nor_polars(tmp_path: Path) -> None:
    folder = a_package(tmp_path / "p", features=False)
    code = (
        "import sys; from pathlib import Path; from treadle.packaging.model import load; "
        f"m = load(Path({str(folder)!r})); m.predict({{'carrier': ['AA'], 'distance': [1.0], 'weekday': [2]}}); "
        "assert not {'sklearn', 'polars', 'skops'} & set(sys.modules), sorted(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_asking_for_onnx_where_there_is_none(tmp_path: Path) -> None:
    from treadle.settings import Package

    folder = a_package(tmp_path / "p", settings=Package(onnx=False))
    with pytest.raises(PackageError, match="has no ONNX model"):
        load(folder, runtime="onnx")
