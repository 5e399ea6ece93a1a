"""Tests parallel steps in real processes, with frames and models going through the store."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from factories.engines import a_bench
from factories.parallel import estimator, fit, load, score
from treadle.engine import context, pipeline, step
from treadle.errors import StepFailed
from treadle.records import Run


@step
def search(table: pl.DataFrame, values: list[float]) -> list[dict[str, Any]]:
    labels = table["y"].to_numpy()
    shared = {"table": table.select("a"), "labels": labels, "make": estimator}
    return context().map(score, [{**shared, "params": {"C": value}} for value in values])


@step
def best(models: list[Any]) -> float:
    return float(np.max([model.C for model in models]))


@pipeline
def fan(values: list[float]) -> Any:
    table = load(50)
    return best([fit(table, estimator, value) for value in values])


@pipeline
def searched(values: list[float]) -> Any:
    return search(load(50), values)


def test_a_fan_of_parallel_steps_runs_in_processes(tmp_path: Path) -> None:
    with a_bench(tmp_path, workers=2) as bench:
        assert bench.run(fan, [0.1, 1.0, 10.0]) == 10.0
        assert bench.did == "LOAD FIT FIT FIT BEST"
        assert bench.run(fan, [0.1, 1.0, 10.0]) == 10.0
        assert bench.did == "load fit fit fit best"
        assert bench.run(fan, [0.1, 1.0, 100.0]) == 100.0
        assert bench.did.split().count("FIT") == 1
        assert bench.reasons["best"] == "changed input models[2]"


def test_a_map_runs_in_processes_and_only_the_driver_writes(tmp_path: Path) -> None:
    with a_bench(tmp_path, workers=2) as bench:
        given = bench.run(searched, [0.1, 1.0, 10.0, 100.0])
        pids = {each["pid"] for each in given}
        assert os.getpid() not in pids
        trials = bench.workspace.catalog.find(Run, kind="trial")
        assert sorted(run.params["params"]["C"] for run in trials) == [0.1, 1.0, 10.0, 100.0]
        assert all(run.status == "succeeded" for run in trials)
        again = bench.run(searched, [100.0, 0.5])
        assert again[0] == given[3]


def test_what_was_done_when_a_trial_failed_is_kept(tmp_path: Path) -> None:
    with a_bench(tmp_path, workers=2) as bench:
        with pytest.raises(StepFailed, match="step score failed: ValueError: C is below zero"):
            bench.run(searched, [0.1, 1.0, -1.0])
        statuses = [run.status for run in bench.workspace.catalog.find(Run, kind="trial")]
        assert statuses.count("failed") == 1
        assert statuses.count("succeeded") == len(statuses) - 1
        bench.run(searched, [0.1, 1.0])
        reused = [run.steps[0].reused for run in bench.workspace.catalog.find(Run, kind="trial")[-2:]]
        assert any(reused)


def test_one_worker_and_many_give_the_same(tmp_path: Path) -> None:
    results = []
    for workers in (1, 2):
        with a_bench(tmp_path / str(workers), workers=workers) as bench:
            results.append([each["score"] for each in bench.run(searched, [0.1, 1.0])])
    assert results[0] == results[1]
