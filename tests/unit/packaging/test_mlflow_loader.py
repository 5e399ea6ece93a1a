"""Tests the way MLflow's python_function flavor opens a package."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import yaml

from factories.packages import a_package, rows


def test_the_loader_named_in_mlmodel_predicts_over_pandas(tmp_path: Path) -> None:
    folder = a_package(tmp_path / "p")
    named = yaml.safe_load((folder / "MLmodel").read_text())["flavors"]["python_function"]["loader_module"]
    model = import_module(named)._load_pyfunc(str(folder))
    frame = rows(count=20)
    import pandas as pd

    table = pd.DataFrame(frame.to_dict(as_series=False))
    assert set(model.predict(table)) <= {0, 1}
    assert len(model.predict(table)) == 20
