"""The quickstart's rows are scikit-learn's, and the scaffold ships the same."""

from importlib import import_module
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from treadle.cli.scaffold import scaffold

EXAMPLE = Path(__file__).parents[3] / "examples" / "quickstart"


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(EXAMPLE)
    return import_module("quickstart.data")


def test_the_scaffold_ships_the_file_that_the_quickstart_writes(tmp_path: Path, data: Any) -> None:
    scaffold("churn", tmp_path / "churn")
    data.write(tmp_path / "tumours.csv")
    assert (tmp_path / "churn" / "data" / "tumours.csv").read_bytes() == (tmp_path / "tumours.csv").read_bytes()


def test_the_rows_are_those_of_scikit_learn(data: Any) -> None:
    bunch = import_module("sklearn.datasets").load_breast_cancer()
    rows: pl.DataFrame = data.tumours()
    assert rows["mean_area"].to_list() == bunch.data[:, 3].tolist()
    assert (rows["diagnosis"] == "benign").to_list() == (bunch.target == 1).tolist()
