"""Owns the test that a search inside a run makes cached trials, in processes, and leaves a model that is stored."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from factories.estimators import classifier, features, flights, picky
from factories.workspaces import a_workspace
from treadle import runs
from treadle.engine import Engine, pipeline, step
from treadle.errors import CodeError
from treadle.records import Run
from treadle.settings import Data, Split, Train
from treadle.training.fitted import Fitted
from treadle.training.train import train
from treadle.workspace import Workspace

DATA = Data(source="x.csv", target="late", key=("id",), ignore=("delay",))
GRID = Train(search="grid", space={"strength": [1e-6, 0.1, 10.0]})


@step
def search(learnt: pl.DataFrame, validation: pl.DataFrame, estimator: Any, how: Train) -> Fitted:
    """Train on the flights as Build's train step does."""
    return train(learnt, validation, features=features, estimator=estimator, data=DATA, split=Split(), how=how)


@pipeline
def searching(how: Train, estimator: Any) -> Any:
    """Search once and return the future."""
    return search(flights(300), flights(100, seed=1), estimator, how)


@pytest.fixture
def workspace(tmp_path: Path) -> Any:
    """Return a workspace of the test's own."""
    with a_workspace(tmp_path) as opened:
        yield opened


def run(workspace: Workspace, how: Train = GRID, estimator: Any = classifier, workers: int = 2) -> tuple[Fitted, Run]:
    """Return what the search gives in a run of its own, and the run."""
    row = runs.start(workspace, "build", "search", "flights", {})
    engine = Engine(workspace, workspace.root, workers=workers)
    return engine.run(searching, how, estimator, run=row), row


def trials_of(workspace: Workspace, row: Run) -> list[Run]:
    """Return the trials that a run made, in order."""
    return workspace.catalog.find(Run, parent=row.id)


def test_a_search_leaves_a_model_and_a_trial_for_each_candidate(workspace: Workspace) -> None:
    fitted, row = run(workspace)
    assert fitted.summary.score == max(trial.score for trial in fitted.summary.trials if trial.score is not None)
    assert fitted.estimator.predict(features(flights(5))).shape == (5,)
    recorded = trials_of(workspace, row)
    assert [trial.status for trial in recorded] == ["succeeded"] * 3
    assert {trial.metrics["score"] for trial in recorded} == {trial.score for trial in fitted.summary.trials}


def test_the_same_search_again_reuses_everything(workspace: Workspace) -> None:
    first, _ = run(workspace)
    again, row = run(workspace)
    assert again.summary == first.summary
    assert trials_of(workspace, row) == []


def test_a_wider_grid_runs_only_the_new_trials(workspace: Workspace) -> None:
    run(workspace)
    _, row = run(workspace, Train(search="grid", space={"strength": [1e-6, 0.1, 1.0, 10.0]}))
    steps = {trial.params["params"]["strength"]: trial.steps[0].reused for trial in trials_of(workspace, row)}
    assert steps == {1e-6: True, 0.1: True, 1.0: False, 10.0: True}


def test_processes_or_none_give_the_same_model(tmp_path: Path) -> None:
    found = []
    for workers in (1, 2):
        with a_workspace(tmp_path / str(workers)) as opened:
            found.append(run(opened, workers=workers)[0])
    one, other = found
    assert one.summary == other.summary
    assert (one.estimator[-1].coef_ == other.estimator[-1].coef_).all()


def test_a_run_gives_what_the_plain_function_gives(workspace: Workspace) -> None:
    inside, _ = run(workspace)
    outside = search(flights(300), flights(100, seed=1), classifier, GRID)
    assert inside.summary == outside.summary
    assert np.array_equal(inside.estimator[-1].coef_, outside.estimator[-1].coef_)


def test_a_candidate_that_raises_names_the_users_line(workspace: Workspace) -> None:
    with pytest.raises(CodeError) as caught:
        run(workspace, estimator=picky)
    assert caught.value.met == "estimator(strength=0.1) raised ValueError: too weak"
    assert 'raise ValueError("too weak")' in caught.value.next_move
