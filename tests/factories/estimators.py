"""Owns a small project's code in tests: rows with a known rule, features() and estimator()."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def flights(rows: int = 300, *, seed: int = 0) -> pl.DataFrame:
    """Return flights that are late the farther they go and the later they leave, with some luck."""
    generator = np.random.default_rng(seed)
    hour, distance = generator.integers(0, 24, rows), generator.gamma(2, 500, rows)
    delay = hour + distance / 100 - 22 + generator.normal(0, 5, rows)
    return pl.DataFrame(
        {
            "id": [f"flight {seed}-{index}" for index in range(rows)],
            "hour": hour,
            "distance": distance,
            "delay": delay,
            "late": delay > 0,
        }
    )


def features(rows: pl.DataFrame) -> pl.DataFrame:
    """Return hour and the logarithm of the distance."""
    return rows.select(pl.col("hour").cast(pl.Float64), far=pl.col("distance").log1p())


def classifier(strength: float = 1.0) -> Any:
    """Return a logistic regression; `strength` is its C."""
    return make_pipeline(StandardScaler(), LogisticRegression(C=strength))


def regressor(alpha: float = 1.0) -> Any:
    """Return a ridge regression."""
    return make_pipeline(StandardScaler(), Ridge(alpha=alpha))


def picky(strength: float = 1.0) -> Any:
    """Raise for one strength, else return the classifier."""
    if strength == 0.1:
        raise ValueError("too weak")
    return classifier(strength)
