"""Tests loaded models: the same answers as in training, on both runtimes, and two versions side by side."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline

from factories.packages import a_package, content, rows
from treadle.errors import PackageError, UnknownKind
from treadle.packaging.inference import infer
from treadle.packaging.manifest import write_manifest
from treadle.packaging.model import load
from treadle.packaging.package import Content, write
from treadle.settings import Package


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
    folder = a_package(tmp_path / "p", settings=Package(onnx=False))
    with pytest.raises(PackageError, match="has no ONNX model"):
        load(folder, runtime="onnx")


def test_the_runtime_asked_for_is_the_one_that_answers(tmp_path: Path) -> None:
    folder = a_package(tmp_path / "p")
    assert [load(folder, runtime=each).runtime for each in ("auto", "onnx", "sklearn")] == ["onnx", "onnx", "sklearn"]
    with pytest.raises(UnknownKind, match="unknown format 'onx'"):
        load(folder, runtime="onx")


def test_a_package_of_another_shape_is_refused(tmp_path: Path) -> None:
    folder = a_package(tmp_path / "p")
    about = json.loads((folder / "treadle.json").read_text())
    del about["columns"]
    (folder / "treadle.json").write_text(json.dumps(about))
    write_manifest(folder)
    with pytest.raises(PackageError, match=r"treadle\.json cannot be read: .*`columns`"):
        load(folder)


OWN = """from sklearn.base import BaseEstimator, TransformerMixin


class Shift(TransformerMixin, BaseEstimator):
    def __init__(self, by=0.0):
        self.by = by

    def fit(self, X, y=None):
        self.fitted_ = True
        return self

    def transform(self, X):
        from own_project.numbers import SIGN

        return X.to_numpy() * SIGN + self.by
"""


def with_own_type(tmp_path: Path, name: str, sign: int, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package without features() whose estimator holds a class of the project."""
    root = tmp_path / f"{name}-project"
    (root / "own_project").mkdir(parents=True)
    (root / "own_project" / "__init__.py").write_text("")
    (root / "own_project" / "numbers.py").write_text(f"SIGN = {sign}\n")
    (root / "own_project" / "model.py").write_text(OWN)
    monkeypatch.syspath_prepend(root)
    frame = pl.DataFrame({"x": np.linspace(-1, 1, 50)})
    target = pl.Series("y", np.linspace(0, 1, 50))
    estimator = make_pipeline(import_module("own_project.model").Shift(2.0), LinearRegression()).fit(frame, target)
    write(
        tmp_path / name,
        Content(
            name="own",
            task="regression",
            estimator=estimator,
            signature=infer(frame, target, "regression"),
            example=frame.head(1),
            test_frame=frame,
            root=root,
            package="own_project",
        ),
    )
    for module in [each for each in sys.modules if each.startswith("own_project")]:
        del sys.modules[module]
    monkeypatch.undo()
    return tmp_path / name


def test_own_types_of_two_versions_live_side_by_side(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    up = load(with_own_type(tmp_path, "up", 1, monkeypatch))
    down = load(with_own_type(tmp_path, "down", -1, monkeypatch))
    assert up.about.trusted == ("own_project.model.Shift",)
    for model in (up, down, up):
        assert np.allclose(model.predict({"x": [-1.0, 1.0]})["prediction"], [0.0, 1.0])
    assert "own_project" not in sys.modules


def test_a_type_is_trusted_only_by_the_package_that_ships_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = with_own_type(tmp_path, "up", 1, monkeypatch)
    about = json.loads((folder / "treadle.json").read_text())
    (folder / "treadle.json").write_text(json.dumps({**about, "trusted": []}))
    write_manifest(folder)
    with pytest.raises(PackageError, match=r"own_project\.model\.Shift, which nothing vouches for"):
        load(folder)
