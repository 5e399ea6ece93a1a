"""Owns how the test step asks a fitted model and the champion the same questions, and what report it leaves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from treadle.delivery import release
from treadle.evaluation import report as page
from treadle.evaluation.evaluate import Model, evaluate
from treadle.packaging.frames import answers
from treadle.packaging.model import load
from treadle.records import Artifact, DatasetVersion, ModelVersion, Report, canonical, now
from treadle.settings import Data, Split, Test
from treadle.store.digest import digest
from treadle.training.features import build
from treadle.training.fitted import Fitted
from treadle.workspace import Workspace


def asked(fitted: Fitted, features: Callable[..., Any] | None, task: str) -> Callable[[pl.DataFrame], Any]:
    """Return a function from rows of raw inputs to the fitted model's outputs."""

    def predict(rows: pl.DataFrame) -> dict[str, NDArray[Any]]:
        table = build(features, rows, probes=0).select(fitted.summary.features)
        return answers(fitted.estimator, table, task == "classification")

    return predict


def champion(workspace: Workspace, name: str) -> Model:
    """Return the registered version `name` as a model that can be asked."""
    version = workspace.catalog.get(ModelVersion, name)
    model = load(release.render(workspace, version), expected=version.package)
    inputs = [field.name for field in model.signature.inputs]

    def predict(rows: pl.DataFrame) -> dict[str, NDArray[Any]]:
        return model.predict(rows.select(inputs).to_dict(as_series=False))

    return Model(version.id, predict, np.array(model.classes) if model.classes else ())


def report(
    workspace: Workspace,
    run: str,
    *,
    version: DatasetVersion,
    frame: pl.DataFrame,
    fitted: Fitted,
    features: Callable[..., Any] | None,
    data: Data,
    split: Split,
    how: Test,
    name: str,
    opponent: str | None,
    warning: str,
) -> Report:
    """Measure the model on `frame`, the rows of the test split, and keep the page and its figures as a Report."""
    summary = fitted.summary
    classes = np.array(summary.classes) if summary.classes else ()
    evaluation = evaluate(
        frame,
        target=data.target,
        inputs=summary.inputs,
        task=data.task,
        model=Model(name, asked(fitted, features, data.task), classes),
        test=how,
        champion=champion(workspace, opponent) if opponent else None,
        metric=summary.metric,
        seed=summary.seed,
        groups=groups(frame, split),
    )
    facts = {
        "dataset version": version.id[:12],
        "rows": f"{version.rows:,}",
        "quarantined": f"{version.quarantined:,}",
        "split rule": version.split[:12],
        "run": run,
        "tested against": opponent or "no champion yet",
        **({"warning": warning} if warning else {}),
    }
    trials = [{"params": t.params, "score": t.score, "scores": t.scores} for t in summary.trials]
    html, figures = page.render(evaluation, page.Origin(facts, version.split_rows, summary.params, trials))
    content, numbers = html.encode(), canonical(figures)
    made = Report(
        id=f"report-{digest(content)[:12]}",
        kind="test",
        run=run,
        created=now(),
        metrics=dict(evaluation.measured.values),
        page=_kept(workspace, "report.html", "html", content),
        data=_kept(workspace, "report.json", "json", numbers),
        gates=evaluation.gates,
        subject=name,
    )
    with workspace.catalog.transaction(workspace.actor) as transaction:
        transaction.add(made, "test")
    return made


def groups(frame: pl.DataFrame, split: Split) -> NDArray[np.intp] | None:
    """Return a number a group of a split by group (n rows), so that intervals resample whole groups; else None."""
    if split.by != "group":
        return None
    columns = list(split.group)
    numbered = frame.select(columns).unique(maintain_order=True).with_row_index("group number")
    found = frame.select(columns).join(numbered, on=columns, how="left", nulls_equal=True, maintain_order="left")
    return found["group number"].to_numpy().astype(np.intp)


def _kept(workspace: Workspace, name: str, codec: str, content: bytes) -> Artifact:
    return Artifact(name=name, codec=codec, digest=workspace.store.put(content), size=len(content))
