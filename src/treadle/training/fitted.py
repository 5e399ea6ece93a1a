"""Owns what training leaves: the fitted estimator, and the account of how it was found."""

from typing import Any, NamedTuple

import msgspec


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """One candidate: its keywords, its score (None: undefined), and the score of each fold."""

    params: dict[str, Any]
    score: float | None
    scores: tuple[float | None, ...]


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """How the estimator was found; `trials[best]` has its keywords (`params`) and its `score`.

    `inputs` are the raw columns that features() is given, `features` the columns it returns, `classes` the labels by
    column of probability (empty for regression), `rows` how many the final fit learnt from.
    """

    params: dict[str, Any]
    metric: str
    score: float | None
    search: str
    seed: int
    trials: tuple[Trial, ...]
    best: int
    inputs: tuple[str, ...]
    features: tuple[str, ...]
    classes: tuple[Any, ...]
    rows: int


class Fitted(NamedTuple):
    """A trained model: the estimator, and its summary (plain values, so it is stored as JSON)."""

    estimator: Any
    summary: Summary
