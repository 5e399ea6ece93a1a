"""The flights model as ONNX answers what scikit-learn answers, on odd rows too."""

from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from treadle.data.split import TEST, assign
from treadle.packaging.conversion import compiled
from treadle.packaging.formats import onnx
from treadle.project import load

EXAMPLE = Path(__file__).parents[3] / "examples" / "flights"


@pytest.fixture(scope="module")
def flights() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(EXAMPLE)
        yield import_module("flights.data"), import_module("flights.model")


@pytest.fixture(scope="module")
def january(flights: Any) -> pl.DataFrame:
    rows: pl.DataFrame = flights[0].flights([1])
    return rows


@pytest.fixture(scope="module")
def fitted(flights: Any, january: pl.DataFrame) -> Any:
    model = flights[1]
    return model.estimator(max_iter=20).fit(model.features(january), january["late"])


@pytest.mark.parametrize(
    "odd",
    [
        pytest.param([], id="as they are"),
        pytest.param([pl.lit("ZZ").alias("carrier"), pl.lit("ZZZ").alias("dest")], id="never seen"),
        pytest.param([pl.lit(None, pl.Float64).alias("temp"), pl.lit(None, pl.Float64).alias("visib")], id="missing"),
    ],
)
def test_onnx_answers_like_scikit_learn(flights: Any, january: pl.DataFrame, fitted: Any, odd: list[pl.Expr]) -> None:
    table = flights[1].features(january.head(2000).with_columns(odd))
    true = fitted.predict_proba(table)
    data, agreement = compiled(fitted, table, true, tolerance=1e-5)
    assert data, agreement.reason
    assert agreement.rows == 2000
    found = onnx.load(data, table.columns)({name: table[name].to_list() for name in table.columns})
    assert np.abs(found - true).max() < 1e-5


def test_a_day_is_in_one_split(january: pl.DataFrame) -> None:
    its = load(EXAMPLE).settings
    where = assign(january, its.split, its.data.key, its.data.time)
    days = january.with_columns(where).group_by("day").agg(pl.col("split").n_unique())
    assert days["split"].unique().to_list() == [1]
    assert TEST in where
