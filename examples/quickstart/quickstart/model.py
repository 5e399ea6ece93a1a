"""Owns what only you know: the features of a row, and what learns from them."""

import polars as pl
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler


def features(rows: pl.DataFrame) -> pl.DataFrame:
    """Return what the model sees of each row, each row on its own.

    It is called on many rows in training and on one row when a prediction is asked
    for, so a mean over rows has no place here: let estimator() learn it.
    """
    outline = pl.col("mean_perimeter") ** 2 / pl.col("mean_area")
    return rows.with_columns(outline=outline)


def estimator(strictness: float = 1.0) -> Pipeline:
    """Return what is to be fitted; [train.space] in treadle.toml tries its keywords."""
    learner = LogisticRegression(C=1 / strictness, max_iter=1000)
    return make_pipeline(StandardScaler(), learner)
