"""Owns ready-made records for tests: each with sensible values, so that a test names only what it is about."""

from __future__ import annotations

from typing import Any

from treadle.records import (
    Alert,
    Alias,
    Approval,
    Artifact,
    DatasetVersion,
    Deployment,
    GateResult,
    LabelBatch,
    ModelVersion,
    Part,
    Prediction,
    Record,
    Release,
    Report,
    Run,
    RunRequest,
    StepExecution,
    StepResult,
    TestRead,
    Window,
    new_id,
)

MOMENT = "2026-03-01T12:00:00.000000Z"
LATER = "2026-03-01T13:00:00.000000Z"
DIGEST = "0123456789abcdef" * 4


def _filled(changes: dict[str, Any], **usual: Any) -> dict[str, Any]:
    return usual | changes


def an_artifact(**changes: Any) -> Artifact:
    return Artifact(**_filled(changes, name="model.skops", codec="skops", digest=DIGEST, size=1024))


def a_part(**changes: Any) -> Part:
    return Part(**_filled(changes, digest=DIGEST, split="train", rows=70, size=4096, source="rows.csv"))


def a_dataset_version(**changes: Any) -> DatasetVersion:
    return DatasetVersion(
        **_filled(
            changes,
            id=new_id("dataset"),
            dataset="flights",
            created=MOMENT,
            actor="ada",
            run="run-1",
            rows=100,
            quarantined=2,
            schema=DIGEST,
            split=DIGEST,
            parts=(a_part(), a_part(split="test", rows=30)),
            split_rows={"train": 70, "test": 30},
            sources=("rows.csv",),
        )
    )


def a_step_execution(**changes: Any) -> StepExecution:
    return StepExecution(**_filled(changes, step="train", key=DIGEST, reused=False, reason="never ran", seconds=1.5))


def a_run(**changes: Any) -> Run:
    return Run(
        **_filled(
            changes,
            id=new_id("run"),
            kind="build",
            name="build",
            project="flights",
            status="running",
            started=MOMENT,
            actor="ada",
            commit="c0ffee" * 6 + "c0ff",
            params={"train.trials": 20},
            metrics={"roc_auc": 0.75},
            steps=(a_step_execution(),),
        )
    )


def a_step_result(**changes: Any) -> StepResult:
    return StepResult(
        **_filled(
            changes,
            id=new_id("key"),
            step="train",
            run="run-1",
            created=MOMENT,
            seconds=1.5,
            parts={"code:flights.model.features": DIGEST, "python": "3.11"},
            outputs=(an_artifact(),),
        )
    )


def a_test_read(**changes: Any) -> TestRead:
    return TestRead(
        **_filled(
            changes,
            id=new_id("read"),
            dataset_version="dataset-1",
            run="run-1",
            actor="ada",
            purpose="gates",
            created=MOMENT,
        )
    )


def a_gate_result(**changes: Any) -> GateResult:
    return GateResult(
        **_filled(changes, gate="roc_auc min", passed=True, value=0.75, limit=0.7, message="at least 0.7")
    )


def a_report(**changes: Any) -> Report:
    return Report(
        **_filled(
            changes,
            id=new_id("report"),
            kind="test",
            run="run-1",
            created=MOMENT,
            metrics={"roc_auc": 0.75},
            page=an_artifact(name="report.html", codec="bytes"),
            data=an_artifact(name="report.json", codec="json"),
            gates=(a_gate_result(),),
        )
    )


def a_model_version(**changes: Any) -> ModelVersion:
    model, version = changes.get("model", "flights"), changes.get("version", 1)
    return ModelVersion(
        **_filled(
            changes,
            id=f"{model}/{version}",
            model=model,
            version=version,
            package=DIGEST,
            files=(an_artifact(),),
            run="run-1",
            dataset_version="dataset-1",
            split=DIGEST,
            commit="c0ffee",
            created=MOMENT,
            actor="ada",
            report="report-1",
            metrics={"roc_auc": 0.75},
            fitted=DIGEST,
        )
    )


def an_alias(**changes: Any) -> Alias:
    model, alias = changes.get("model", "flights"), changes.get("alias", "champion")
    return Alias(
        **_filled(
            changes,
            id=f"{model}@{alias}",
            model=model,
            alias=alias,
            version=1,
            since=MOMENT,
            actor="ada",
        )
    )


def an_approval(**changes: Any) -> Approval:
    return Approval(
        **_filled(
            changes,
            id=new_id("approval"),
            model_version="flights/1",
            environment="production",
            granted=True,
            actor="grace",
            created=MOMENT,
        )
    )


def a_release(**changes: Any) -> Release:
    return Release(
        **_filled(
            changes,
            id=new_id("release"),
            package=DIGEST,
            model_version="flights/1",
            target="local",
            created=MOMENT,
            actor="ada",
        )
    )


def a_deployment(**changes: Any) -> Deployment:
    return Deployment(
        **_filled(
            changes,
            id=new_id("deployment"),
            environment="development",
            release="release-1",
            package=DIGEST,
            model_version="flights/1",
            target="local",
            status="live",
            created=MOMENT,
            actor="ada",
        )
    )


def a_prediction(**changes: Any) -> Prediction:
    return Prediction(
        **_filled(
            changes,
            id="5f2c9a7e01b4-2a",
            created=LATER,
            package=DIGEST,
            environment="development",
            inputs={"distance": 1400.0, "carrier": "UA"},
            outputs={"prediction": True},
            milliseconds=0.4,
        )
    )


def a_label_batch(**changes: Any) -> LabelBatch:
    return LabelBatch(
        **_filled(
            changes,
            id=new_id("labels"),
            environment="development",
            created=MOMENT,
            actor="ada",
            rows=500,
            unknown=3,
            artifact=an_artifact(name="labels.parquet", codec="parquet"),
        )
    )


def a_window(**changes: Any) -> Window:
    return Window(
        **_filled(
            changes,
            id=new_id("window"),
            environment="development",
            package=DIGEST,
            start=MOMENT,
            end=LATER,
            rows=900,
            labelled=400,
            verdict="quiet",
            figures={"distance": {"ks": 0.02}},
            metrics={"roc_auc": 0.74},
            created=LATER,
        )
    )


def an_alert(**changes: Any) -> Alert:
    return Alert(
        **_filled(
            changes,
            id=new_id("alert"),
            environment="development",
            package=DIGEST,
            figure="ks distance",
            value=0.2,
            limit=0.08,
            p_value=0.001,
            window="window-1",
            rows=900,
            status="open",
            created=LATER,
            message="distance has moved",
            next_step="treadle retrain",
        )
    )


def a_run_request(**changes: Any) -> RunRequest:
    return RunRequest(
        **_filled(
            changes,
            id=new_id("request"),
            pipeline="build",
            reason="roc_auc fell by 0.03",
            trigger="performance",
            status="open",
            created=LATER,
            actor="treadle",
            evidence=("alert-1",),
        )
    )


def one_of_each() -> list[Record]:
    """One record of every kind a user of the catalog may add."""
    return [
        a_dataset_version(),
        a_run(),
        a_step_result(),
        a_test_read(),
        a_report(),
        a_model_version(),
        an_alias(),
        an_approval(),
        a_release(),
        a_deployment(),
        a_label_batch(),
        a_window(),
        an_alert(),
        a_run_request(),
    ]
