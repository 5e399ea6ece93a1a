"""Owns the typed settings of treadle.toml: one frozen struct a section, each field with its sentence."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, field


class Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of treadle.toml; unknown keys are refused."""


class Project(Section, frozen=True, kw_only=True):
    """[project]: what the project is and where it keeps things."""

    name: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_-]{0,62}$", description="Name of the project and of its model.")]
    package: Annotated[str, Meta(description="Python package with features() and estimator(); the name if empty.")] = ""
    catalog: Annotated[
        str, Meta(description="Where records live: a SQLite file, or postgresql://user@host/database.")
    ] = ".treadle/catalog.db"
    store: Annotated[str, Meta(description="Folder of the content-addressed store.")] = ".treadle/store"


class Column(Section, frozen=True, kw_only=True):
    """[data.schema.COLUMN]: what one column must hold."""

    type: Annotated[Literal["int", "float", "str", "bool", "datetime", "date"], Meta(description="Type of the values.")]
    null: Annotated[bool, Meta(description="Whether a missing value is allowed.")] = False
    min: Annotated[float | None, Meta(description="Smallest value allowed.")] = None
    max: Annotated[float | None, Meta(description="Largest value allowed.")] = None
    values: Annotated[tuple[Any, ...] | None, Meta(description="The only values allowed.")] = None
    regex: Annotated[str | None, Meta(description="Pattern a text must match.")] = None
    unique: Annotated[bool, Meta(description="Whether a value may stand only once.")] = False


class Data(Section, frozen=True, kw_only=True):
    """[data]: where rows come from and what their columns are for."""

    source: Annotated[
        str | tuple[str, ...],
        Meta(description="Files or globs (CSV or Parquet), or module:function returning a Polars frame."),
    ]
    target: Annotated[str, Meta(description="Column to predict.")]
    task: Annotated[Literal["classification", "regression"], Meta(description="Kind of prediction.")] = "classification"
    key: Annotated[tuple[str, ...], Meta(description="Columns that together name a row; empty: the whole row.")] = ()
    time: Annotated[str | None, Meta(description="Column with the moment of the row.")] = None
    inputs: Annotated[
        tuple[str, ...], Meta(description="Columns the model may see; empty: all but target, key and ignore.")
    ] = ()
    ignore: Annotated[tuple[str, ...], Meta(description="Columns never shown to the model.")] = ()
    refused: Annotated[
        Literal["quarantine", "stop"], Meta(description="What happens to rows that break the schema.")
    ] = "quarantine"
    max_refused: Annotated[float, Meta(ge=0, le=1, description="Share of refused rows above which ingest stops.")] = 0.1
    schema: Annotated[
        dict[str, Column],
        Meta(description="Rules by column; where absent, schema.toml (inferred on first build)."),
    ] = {}


class Split(Section, frozen=True, kw_only=True):
    """[split]: how rows are cut into train, validation and test. No row ever moves from test to train."""

    by: Annotated[
        Literal["key", "group", "time", "column"],
        Meta(description="Hash of the row key, hash of a group key, frozen cut dates, or a column that says."),
    ] = "key"
    group: Annotated[tuple[str, ...], Meta(description="Columns that name the group (by = group).")] = ()
    column: Annotated[str | None, Meta(description="Column holding train, validation or test (by = column).")] = None
    validation: Annotated[float, Meta(ge=0, lt=1, description="Share of rows for validation.")] = 0.1
    test: Annotated[float, Meta(gt=0, lt=1, description="Share of rows sealed for testing.")] = 0.2
    validation_from: Annotated[str | None, Meta(description="First moment of validation (by = time).")] = None
    test_from: Annotated[str | None, Meta(description="First moment of test (by = time).")] = None
    salt: Annotated[str, Meta(description="Text mixed into the hash; changing it makes another split.")] = "treadle"


class Train(Section, frozen=True, kw_only=True):
    """[train]: which functions make the model and how their settings are searched."""

    features: Annotated[
        str | None, Meta(description="module:function from rows to features; package.model:features.")
    ] = None
    estimator: Annotated[
        str | None, Meta(description="module:function giving an estimator; package.model:estimator.")
    ] = None
    search: Annotated[Literal["none", "grid", "random"], Meta(description="How the space is searched.")] = "none"
    trials: Annotated[int, Meta(ge=1, description="Trials of a random search.")] = 20
    folds: Annotated[int, Meta(ge=0, description="Cross-validation folds; 0 scores on the validation split.")] = 0
    metric: Annotated[str | None, Meta(description="Metric the search improves; roc_auc or mae if absent.")] = None
    seed: Annotated[int, Meta(ge=0, description="Seed of every random choice.")] = 0
    workers: Annotated[int, Meta(ge=0, description="Trials at a time; 0 means one a core.")] = 0
    space: Annotated[
        dict[str, Any],
        Meta(description="Keyword of estimator() -> list of values, or {low, high, log, int} for a random search."),
    ] = {}


class Gate(Section, frozen=True, kw_only=True):
    """[[test.gates]]: a condition a model must meet to be registered."""

    metric: Annotated[str, Meta(description="Metric the gate looks at.")]
    min: Annotated[float | None, Meta(description="Refuse below this.")] = None
    max: Annotated[float | None, Meta(description="Refuse above this.")] = None
    against: Annotated[Literal["champion"] | None, Meta(description="Compare with the champion's answers, paired.")] = (
        None
    )
    margin: Annotated[float, Meta(ge=0, description="How much worse than the champion is still accepted.")] = 0.01
    confidence: Annotated[float, Meta(gt=0.5, lt=1, description="Confidence of the non-inferiority bound.")] = 0.95


class Test(Section, frozen=True, kw_only=True):
    """[test]: what is measured on the sealed test split."""

    metrics: Annotated[tuple[str, ...], Meta(description="Metrics to report; empty: those of the task.")] = ()
    slices: Annotated[tuple[str, ...], Meta(description="Columns whose values are reported one by one.")] = ()
    budget: Annotated[int, Meta(ge=1, description="Readings of one test split allowed before a warning.")] = 100
    gates: Annotated[tuple[Gate, ...], Meta(description="Conditions for registration.")] = ()


class Package(Section, frozen=True, kw_only=True):
    """[package]: how the model is packed."""

    onnx: Annotated[bool, Meta(description="Compile to ONNX and serve it when it agrees.")] = True
    tolerance: Annotated[float, Meta(gt=0, description="Largest gap between ONNX and scikit-learn accepted.")] = 1e-4


class Environment(Section, frozen=True, kw_only=True):
    """[environments.NAME]: where a release runs."""

    target: Annotated[str, Meta(description="Kind of target: local.")] = "local"
    host: Annotated[str, Meta(description="Address the server binds.")] = "127.0.0.1"
    port: Annotated[int, Meta(ge=1, le=65535, description="Port the server binds.")] = 8080
    workers: Annotated[int, Meta(ge=1, le=64, description="Server processes.")] = 1
    approval: Annotated[bool, Meta(description="Whether a person must approve a version first.")] = False


class Monitor(Section, frozen=True, kw_only=True):
    """[monitor]: how predictions are watched. Defaults follow docs/monitoring.md."""

    window: Annotated[str, Meta(pattern=r"^\d+[hdw]$", description="Length of a window: 1h, 1d, 7d, 4w.")] = "1d"
    time: Annotated[str | None, Meta(description="Input column with the row's moment; absent: time of prediction.")] = (
        None
    )
    min_rows: Annotated[int, Meta(ge=1, description="Rows below which a window gets no verdict.")] = 200
    p_value: Annotated[
        float, Meta(gt=0, lt=1, description="Holm-corrected chance below which drift is significant.")
    ] = 0.01
    floor_number: Annotated[
        float, Meta(gt=0, lt=1, description="Smallest Kolmogorov-Smirnov distance that counts.")
    ] = 0.08
    floor_category: Annotated[float, Meta(gt=0, lt=1, description="Smallest total variation distance that counts.")] = (
        0.06
    )
    season: Annotated[float, Meta(ge=1, description="How far beyond the worst reference window counts.")] = 1.25
    raise_after: Annotated[
        int, Meta(ge=1, le=3, description="Suspect windows of the last three that raise an alert.")
    ] = 2
    clear_after: Annotated[int, Meta(ge=1, description="Quiet windows in a row that clear an alert.")] = 3
    metric: Annotated[str | None, Meta(description="Performance watched with labels; the search metric if absent.")] = (
        None
    )
    tolerance: Annotated[float, Meta(gt=0, description="Fall of that metric, in its own unit, that counts.")] = 0.01
    label_coverage: Annotated[
        float, Meta(gt=0, le=1, description="Share of a window's rows with a label from which its performance counts.")
    ] = 0.95


class Retrain(Section, frozen=True, kw_only=True):
    """[retrain]: what makes Treadle ask for a new model."""

    on: Annotated[
        tuple[Literal["performance", "drift", "new_data", "code_change"], ...],
        Meta(description="Triggers that make a run request; drift counts only on important columns."),
    ] = ("performance",)
    cool_down: Annotated[str, Meta(pattern=r"^\d+[smhdw]$", description="Time after a retraining without another.")] = (
        "1h"
    )
    schedule: Annotated[str | None, Meta(description="Retrain every so often: 1d, 1w; absent: never.")] = None
    promote: Annotated[
        bool, Meta(description="Whether a challenger that passed every gate becomes champion by itself.")
    ] = True


class Alerts(Section, frozen=True, kw_only=True):
    """[alerts]: who hears of an alert."""

    channels: Annotated[tuple[str, ...], Meta(description="Where alerts go: file.")] = ("file",)
    file: Annotated[str, Meta(description="File that the file channel appends JSON lines to.")] = (
        ".treadle/alerts.jsonl"
    )


class Settings(Section, frozen=True, kw_only=True):
    """All of treadle.toml."""

    project: Project
    data: Data
    split: Split = Split()
    train: Train = Train()
    test: Test = Test()
    package: Package = Package()
    environments: dict[str, Environment] = field(default_factory=lambda: {"development": Environment()})
    monitor: Monitor = Monitor()
    retrain: Retrain = Retrain()
    alerts: Alerts = Alerts()


UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


def seconds(text: str) -> int:
    """Return the seconds in a length of time such as `90s`, `7d`, `4w`."""
    return int(text[:-1]) * UNITS[text[-1]]
