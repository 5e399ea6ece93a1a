"""Makes small real packages: a tiny project with helpers and features(), a fitted pipeline, everything written."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module, invalidate_caches
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from treadle.packaging.inference import infer
from treadle.packaging.package import Content, write

HELPERS = "SCALE = {scale}\n"
MODEL = """import polars as pl

from {package}.helpers import SCALE


def features(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select("carrier", (pl.col("distance") / SCALE).alias("miles"), "weekday")
"""


def rows(count: int = 400, seed: int = 0) -> pl.DataFrame:
    """Raw inputs: text, float with missing values, int."""
    random = np.random.default_rng(seed)
    distance = random.gamma(2.0, 500.0, count)
    return pl.DataFrame(
        {
            "carrier": random.choice(["AA", "B6", "UA"], count),
            "distance": distance,
            "weekday": random.integers(1, 8, count),
        }
    )


def a_project(root: Path, package: str = "tiny_project", scale: float = 1000.0) -> Path:
    """Write a project package with features() and a helper."""
    folder = root / package
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "__init__.py").write_text("")
    (folder / "helpers.py").write_text(HELPERS.format(scale=scale))
    (folder / "model.py").write_text(MODEL.format(package=package))
    return root


def imported(root: Path, package: str) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """The features() of the project under `root`, imported as training does; the process forgets the import."""
    quiet, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    before = {name: sys.modules.pop(name) for name in list(sys.modules) if name.partition(".")[0] == package}
    sys.path.insert(0, str(root))
    invalidate_caches()
    try:
        function: Callable[[pl.DataFrame], pl.DataFrame] = import_module(f"{package}.model").features
        return function
    finally:
        sys.path.remove(str(root))
        for name in [name for name in sys.modules if name.partition(".")[0] == package]:
            del sys.modules[name]
        sys.modules.update(before)
        sys.dont_write_bytecode = quiet


def content(root: Path, kind: str = "classification", seed: int = 0, features: bool = True, **changes: Any) -> Content:
    """A Content ready to be written; `root` gets the project's code."""
    package = changes.pop("package", "tiny_project")
    a_project(root, package, scale=changes.pop("scale", 1000.0))
    frame = rows(seed=seed)
    signal = frame["distance"].to_numpy() / 1000 + (frame["carrier"] == "AA").to_numpy() + seed
    target = pl.Series("late", (signal > np.median(signal)).astype(int) if kind == "classification" else signal)
    function = imported(root, package) if features else None
    made = function(frame) if function else frame
    numbers = [name for name in made.columns if name != "carrier"]
    columns = make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore", sparse_output=False), ["carrier"]), (StandardScaler(), numbers)
    )
    last = LogisticRegression() if kind == "classification" else LinearRegression()
    estimator = make_pipeline(columns, last).fit(made, target.to_numpy())
    return Content(
        **{
            "name": "tiny",
            "task": kind,
            "estimator": estimator,
            "signature": infer(frame, target, kind),
            "example": frame.head(3),
            "test_frame": frame,
            "root": root,
            "package": package,
            "features": function,
            "lineage": {"run": f"run-{seed}", "dataset_version": "d" * 64, "split": "e" * 64, "commit": "abc"},
            **changes,
        }
    )


def a_package(folder: Path, kind: str = "classification", seed: int = 0, features: bool = True, **changes: Any) -> Path:
    """Write a small package into `folder` and return it; another seed gives another digest."""
    root = folder.parent / f".{folder.name}-project"
    write(folder, content(root, kind, seed, features, **changes))
    return folder
