"""Owns steps for tests of worker processes, which import a step by its module."""

from __future__ import annotations

import os
import signal
import time
from typing import Any

import numpy as np
import polars as pl
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_info

from treadle.engine import context, step
from treadle.errors import DataError


@step
def here() -> int:
    return os.getpid()


@step(parallel=True)
def apart() -> list[Any]:
    np.ones((2, 2)) @ np.ones((2, 2))
    limits = [int(pool["num_threads"]) for pool in threadpool_info()]
    return [os.getpid(), context().run_id, limits, os.environ["POLARS_MAX_THREADS"]]


@step(parallel=True)
def failing(kind: str) -> int:
    if kind == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if kind == "sleep":
        time.sleep(600)
    raise {"data": DataError("no rows", next_move="add some"), "value": ValueError("no")}[kind]


@step(parallel=True)
def calls(function: Any) -> Any:
    return function(2)


def double(x: int) -> int:
    return 2 * x


def estimator(C: float = 1.0) -> LogisticRegression:  # noqa: N803 (scikit-learn's name)
    return LogisticRegression(C=C)


@step
def load(rows: int) -> pl.DataFrame:
    return pl.DataFrame({"a": range(rows), "y": [n % 7 > 3 for n in range(rows)]})


@step(parallel=True)
def fit(table: pl.DataFrame, make: Any, C: float) -> LogisticRegression:  # noqa: N803
    return make(C=C).fit(table.select("a"), table["y"])


@step(parallel=True)
def score(table: pl.DataFrame, labels: Any, make: Any, params: dict[str, Any]) -> dict[str, Any]:
    if params["C"] < 0:
        raise ValueError("C is below zero")
    model = make(**params).fit(table, labels)
    return {"score": float(model.score(table, labels)), "pid": os.getpid()}
