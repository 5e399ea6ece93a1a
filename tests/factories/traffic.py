"""Owns simulated traffic: rows of a small world, what a model says of them, the log and the labels they leave."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import polars as pl
from numpy.typing import NDArray

from treadle.monitoring.reference import reference
from treadle.records import Prediction
from treadle.settings import Data, Monitor, Project, Settings
from treadle.workspace import Workspace

PACKAGE = "ab" * 32
START = datetime(2026, 1, 1, tzinfo=UTC)
CLASSES = ("no", "yes")
LEVELS = np.array([f"T{level:03d}" for level in range(300)])


def a_workspace(root: Path) -> Workspace:
    return Workspace.open(root, ".treadle/catalog.db", ".treadle/store", actor="ada")


def some_settings(**changes: Any) -> Settings:
    sections = {"project": Project(name="flights"), "data": Data(source="rows.csv", target="late")}
    return Settings(**(sections | changes))


def some_rows(count: int, seed: int = 0, shift: float = 0.0) -> pl.DataFrame:
    """Rows of numbers, a rate, categories of 5 and of 300 levels, some missing; `shift` moves `distance` (in sd)."""
    random = np.random.default_rng(seed)
    distance = random.normal(500 + 100 * shift, 100, count)
    return pl.DataFrame(
        {
            "distance": distance,
            "delay": pl.Series(random.lognormal(2, 1, count)).set(pl.Series(random.random(count) < 0.02), None),
            "hour": random.integers(0, 24, count),
            "wet": random.random(count) < 0.1,
            "carrier": random.choice(["AA", "B6", "DL", "UA", "WN"], count, p=[0.4, 0.3, 0.15, 0.1, 0.05]),
            "tail": random.choice(LEVELS, count),
        }
    )


def a_model(rows: pl.DataFrame) -> dict[str, NDArray[Any]]:
    """What a model says of rows: it knows the truth's chances."""
    pull = (rows["distance"].fill_null(500).to_numpy() - 500) / 100 + (rows["carrier"].to_numpy() == "AA")
    chance = 1 / (1 + np.exp(-pull))
    return {
        "prediction": np.where(chance > 0.5, "yes", "no"),
        "probability": np.column_stack([1 - chance, chance]),
    }


def the_truth(rows: pl.DataFrame, seed: int = 0, flipped: float = 0.0) -> pl.Series:
    """Labels drawn from the model's own chances; a share `flipped` of them is the opposite."""
    random = np.random.default_rng(seed + 10_000)
    yes = random.random(rows.height) < a_model(rows)["probability"][:, 1]
    return pl.Series("label", np.where(yes ^ (random.random(rows.height) < flipped), "yes", "no"))


def a_reference(
    rows: pl.DataFrame | None = None, truth: pl.Series | None = None, monitor: Monitor | None = None, **changes: Any
) -> bytes:
    rows = some_rows(20_000, 99) if rows is None else rows
    truth = the_truth(rows, 99) if truth is None else truth
    given: dict[str, Any] = {
        "task": "classification",
        "classes": CLASSES,
        "metric": "roc_auc",
        "monitor": monitor or Monitor(),
        "importance": {"distance": 0.2, "carrier": 0.1, "hour": 0.001},
    }
    return reference(rows, a_model(rows), truth, **(given | changes))


def predictions(rows: pl.DataFrame, *, day: float = 0.0, package: str = PACKAGE, segment: str = "") -> list[Prediction]:
    """A day's predictions, evenly spaced from the start of day `day`."""
    said = a_model(rows)
    segment = segment or f"{round(day * 100):012x}"
    step = timedelta(days=1) / max(1, rows.height)
    return [
        Prediction(
            id=f"{segment}-{place:x}",
            created=(START + timedelta(days=day) + place * step).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            package=package,
            environment="development",
            inputs=row,
            outputs={
                "prediction": str(said["prediction"][place]),
                "probability": dict(zip(CLASSES, said["probability"][place].tolist(), strict=True)),
            },
            milliseconds=1.0,
        )
        for place, row in enumerate(rows.to_dicts())
    ]


def write_log(folder: Path, given: Iterable[Prediction], segment: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{segment}.jsonl").open("ab") as file:
        file.writelines(msgspec.json.encode(each) + b"\n" for each in given)
    return folder


def write_labels(path: Path, given: Sequence[Prediction], truth: pl.Series) -> Path:
    pl.DataFrame({"prediction_id": [each.id for each in given], "label": truth}).write_csv(path)
    return path


def moment(day: float) -> str:
    """The moment `day` days after the traffic began, as records write it."""
    return (START + timedelta(days=day)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
