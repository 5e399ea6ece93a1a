"""Tests the way MLflow's python_function flavor opens a package."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from factories.packages import a_package, rows


def test_the_loader_named_in_mlmodel_predicts_over_pandas(tmp_path: Path) -> None:
    folder = a_package(tmp_path / "p")
    named = yaml.safe_load((folder / "MLmodel").read_text())["flavors"]["python_function"]["loader_module"]
    model = import_module(named)._load_pyfunc(str(folder))
    frame = rows(count=20)
    table = pd.DataFrame(frame.to_dict(as_series=False))
    assert set(model.predict(table)) <= {0, 1}
    assert len(model.predict(table)) == 20


@pytest.mark.parametrize("missing", [None, float("nan"), pd.NA])
def test_what_pandas_calls_missing_is_missing(tmp_path: Path, missing: object) -> None:
    """A features() that fills missing values sees them: NaN would pass it by."""
    folder = a_package(tmp_path / "p")
    model = import_module("treadle.packaging.mlflow_loader")._load_pyfunc(str(folder))
    seen: list[object] = []
    answer = model._model._features

    def features(columns: Any) -> Any:
        seen.append(columns["distance"])
        return answer(columns)

    model._model._features = features
    table = pd.DataFrame({"carrier": ["AA", "B6"], "distance": [1.0, missing], "weekday": [1, 2]})
    model.predict(table)
    assert seen == [[1.0, None]]
