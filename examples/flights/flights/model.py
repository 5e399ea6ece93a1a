"""Owns what only you know: the features of a flight, and what learns from them."""

import polars as pl
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OrdinalEncoder

WORDS = ["carrier", "origin", "dest"]
NUMBERS = ["distance", "temp", "humid", "wind_speed", "precip", "visib"]


def features(rows: pl.DataFrame) -> pl.DataFrame:
    """Return what the model sees of each flight, each row on its own.

    The date itself is not among it: trees cannot tell what a day means that they
    never saw. The time of day is, and the day of the week.
    """
    scheduled = pl.col("scheduled").dt
    minute = scheduled.hour().cast(pl.Float32) * 60 + scheduled.minute()
    return rows.select(
        *WORDS,
        pl.col(NUMBERS).cast(pl.Float32),
        weekday=scheduled.weekday().cast(pl.Float32),
        minute=minute.cast(pl.Float32),
    )


def estimator(
    learning_rate: float = 0.1,
    max_leaf_nodes: int = 8,
    min_samples_leaf: int = 200,
    max_iter: int = 100,
) -> Pipeline:
    """Return boosted trees; a carrier or airport never seen before counts as -1."""
    words = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    return make_pipeline(
        make_column_transformer((words, WORDS), remainder="passthrough"),
        HistGradientBoostingClassifier(
            learning_rate=learning_rate,
            max_leaf_nodes=max_leaf_nodes,
            min_samples_leaf=min_samples_leaf,
            max_iter=max_iter,
            early_stopping=False,
        ),
    )
