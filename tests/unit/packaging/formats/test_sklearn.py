"""Tests skops files: same bytes for the same model, and nothing untrusted is loaded."""

from __future__ import annotations

import io
import json
import warnings
import zipfile
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
import skops.io
from lightgbm import LGBMClassifier
from scipy.sparse import csr_matrix
from sklearn.calibration import CalibratedClassifierCV
from sklearn.cluster import Birch
from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.feature_selection import SelectKBest
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, KBinsDiscretizer, StandardScaler

from treadle.errors import PackageError
from treadle.packaging.formats.sklearn import load, modules, own_types, save

X = np.random.default_rng(0).normal(size=(200, 3))
Y = (X[:, 0] > 0.2).astype(int)
MODELS: dict[str, Callable[[], Any]] = {
    "logistic": lambda: LogisticRegression(),
    "scaled": lambda: make_pipeline(StandardScaler(), SelectKBest(k=2), LogisticRegression()),
    "boosted": lambda: HistGradientBoostingClassifier(max_iter=5, early_stopping=True, random_state=0),
    "gradient": lambda: GradientBoostingClassifier(n_estimators=3, random_state=0),
    "forest": lambda: RandomForestClassifier(5, random_state=0),
    "calibrated": lambda: CalibratedClassifierCV(LogisticRegression()),
    "ufunc": lambda: make_pipeline(FunctionTransformer(np.tanh), KBinsDiscretizer(), LogisticRegression()),
    "lightgbm": lambda: LGBMClassifier(n_estimators=5, verbose=-1, random_state=0, n_jobs=1, deterministic=True),
}


class Own:
    """A type no library vouches for."""

    def __init__(self) -> None:
        self.weight = 3


@pytest.mark.parametrize("name", MODELS)
def test_a_loaded_model_answers_the_same_and_is_stored_as_the_same_bytes(name: str) -> None:
    estimator = MODELS[name]().fit(X, Y)
    data = save(estimator)
    found = load(data)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="X does not have valid feature names")
        assert (found.predict_proba(X) == estimator.predict_proba(X)).all()
    assert save(found) == data


@pytest.mark.parametrize("name", MODELS)
def test_equal_models_give_equal_bytes(name: str) -> None:
    assert save(MODELS[name]().fit(X, Y)) == save(MODELS[name]().fit(X, Y))


def test_other_models_give_other_bytes() -> None:
    assert save(LogisticRegression().fit(X, Y)) != save(LogisticRegression(C=0.1).fit(X, Y))


def test_sets_and_sparse_matrices_are_stored_in_one_way() -> None:
    def made(words: list[str]) -> Any:
        estimator = KNeighborsClassifier().fit(csr_matrix(X), Y)
        estimator.words = set(words)
        return estimator

    words = [f"word{number}" for number in range(40)]
    first = save(made(words))
    assert first == save(made(words[::-1]))
    assert load(first).words == set(words)


def test_the_archive_carries_neither_addresses_nor_times() -> None:
    with zipfile.ZipFile(io.BytesIO(save(RandomForestClassifier(2, random_state=0).fit(X, Y)))) as archive:
        assert {each.date_time for each in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        schema = json.loads(archive.read("schema.json"))
    assert schema["__id__"] == 1


def test_an_estimator_skops_cannot_store_is_refused() -> None:
    with pytest.raises(PackageError, match="a Birch cannot be stored without pickle"):
        save(Birch().fit(X))


def a_dump(value: Any) -> bytes:
    buffer = io.BytesIO()
    skops.io.dump(value, buffer)
    return buffer.getvalue()


def test_a_type_nothing_vouches_for_is_refused() -> None:
    with pytest.raises(PackageError, match="Own, which nothing vouches for"):
        load(a_dump(Own()))


@pytest.mark.parametrize(
    "schema",
    [
        pytest.param(("numpy.testing", "runstring"), id="runs text as code"),
        pytest.param(("numpy.f2py.diagnose", "run_command"), id="runs a command"),
        pytest.param(("sklearn.datasets", "load_files"), id="reads files"),
        pytest.param(("sklearn.utils", "Bunch.__init__"), id="no name of a class"),
        pytest.param(("sklearn.no_such_module", "Thing"), id="not there"),
        pytest.param(("os", "system"), id="no library of ours"),
        pytest.param(("numpyish.evil", "Thing"), id="named alike"),
    ],
)
def test_a_function_smuggled_into_a_library_model_is_refused(schema: tuple[str, str]) -> None:
    honest = a_dump(FunctionTransformer(np.tanh))
    with zipfile.ZipFile(io.BytesIO(honest)) as archive:
        text = archive.read("schema.json").decode()
    node = json.loads(text)
    function = node["content"]["content"]["func"]
    assert function["__loader__"] == "FunctionNode"
    function["__module__"], function["__class__"] = schema
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("schema.json", json.dumps(node))
    with pytest.raises(PackageError, match="which nothing vouches for"):
        load(buffer.getvalue())


def test_a_class_that_opens_a_file_is_refused(tmp_path: Any) -> None:
    schema = {
        "__class__": "memmap",
        "__module__": "numpy",
        "__loader__": "ConstructorFromReduceNode",
        "__id__": 1,
        "content": json.loads(_schema_of((str(tmp_path / "made"), "uint8", "w+", 0, 8))),
        "protocol": json.loads(_schema_of(1))["protocol"],
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("schema.json", json.dumps(schema))
    with pytest.raises(PackageError, match=r"numpy\.memmap, which nothing vouches for"):
        load(buffer.getvalue())
    assert not (tmp_path / "made").exists()


def _schema_of(value: Any) -> str:
    with zipfile.ZipFile(io.BytesIO(a_dump(value))) as archive:
        return archive.read("schema.json").decode()


def test_a_type_of_the_package_s_own_code_is_trusted_by_name() -> None:
    data = save(Own())
    package = Own.__module__.rpartition(".")[0] or Own.__module__
    names = own_types(data, package) or (f"{Own.__module__}.Own",)
    assert load(data, trusted=names).weight == 3


def test_modules_name_what_a_model_is_made_of() -> None:
    model = make_pipeline(StandardScaler(), LGBMClassifier(n_estimators=1, verbose=-1)).fit(X, Y)
    assert {"lightgbm.sklearn", "sklearn.pipeline", "numpy"} <= modules(save(model))


def test_garbage_is_refused() -> None:
    with pytest.raises(PackageError, match="cannot be read"):
        load(b"not a model")


def test_a_cut_file_is_refused() -> None:
    data = save(LogisticRegression().fit(X, Y))
    for cut in map(partial(round), np.linspace(1, len(data) - 1, 7)):
        with pytest.raises(PackageError, match="cannot be read"):
            load(data[:cut])
