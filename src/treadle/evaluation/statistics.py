"""Owns what chance may do: bootstrap intervals of metrics, and the paired test of a challenger against a champion."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress

import msgspec
import numpy as np
from numpy.typing import NDArray

from treadle.evaluation.metrics import METRICS, Answers, Statistic, Undefined, oriented

SAMPLES = 2000
"""Resamples; on more than 20,000 rows fewer in proportion, which keeps a comparison within seconds."""
FULL_ROWS = 20_000
FEWEST_SAMPLES = 400
"""Resamples on however many rows; the end of a 95 % bound is then known to a tenth of a standard error."""


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """A challenger beside a champion on the same rows.

    `difference` is how much better the challenger is in the metric's unit (below 0: worse); low..high is its 95 %
    interval; `bound` is its one-sided lower bound at `confidence`: it is not worse by more than `-bound`.
    """

    metric: str
    challenger: float
    champion: float
    difference: float
    low: float
    high: float
    bound: float
    confidence: float
    samples: int
    note: str = ""


def resample(
    figures: Sequence[Statistic],
    rows: int,
    *,
    samples: int = SAMPLES,
    seed: int = 0,
    groups: NDArray[np.intp] | None = None,
) -> NDArray[np.float64]:
    """Return figures on bootstrap resamples of the rows (Efron, 1979), as samples x figures.

    Every figure sees the same resamples, so differences are paired. `groups` (codes 0..g-1, one a row) are drawn
    whole where rows of one group are not independent. A figure that is undefined on a resample is NaN there.
    """
    units = rows if groups is None else int(groups.max()) + 1
    count = min(samples, max(FEWEST_SAMPLES, samples * FULL_ROWS // max(rows, 1)))
    generator = np.random.default_rng(seed)
    values = np.full((count, len(figures)), np.nan)
    for sample in range(count):
        drawn = np.bincount(generator.integers(0, units, units), minlength=units).astype(np.float64)
        weights = drawn if groups is None else drawn[groups]
        for place, figure in enumerate(figures):
            with suppress(Undefined):
                values[sample, place] = figure(weights)
    return values


def intervals(
    metrics: Iterable[str],
    answers: Answers,
    *,
    confidence: float = 0.95,
    samples: int = 400,
    seed: int = 0,
    groups: NDArray[np.intp] | None = None,
) -> dict[str, tuple[float, float]]:
    """Return by metric the percentile bootstrap interval (low, high); a metric that is undefined is left out."""
    figures: dict[str, Statistic] = {}
    for metric in metrics:
        with suppress(Undefined):
            figures[metric] = METRICS.load(metric)(answers)
    values = resample(list(figures.values()), len(answers.truth), samples=samples, seed=seed, groups=groups)
    tail, found = (1 - confidence) / 2, {}
    for place, metric in enumerate(figures):
        known = values[:, place][np.isfinite(values[:, place])]
        if len(known):
            low, high = np.quantile(known, (tail, 1 - tail))
            found[metric] = (float(low), float(high))
    return found


def compare(
    metric: str,
    challenger: Answers,
    champion: Answers,
    *,
    confidence: float = 0.95,
    samples: int = SAMPLES,
    seed: int = 0,
    groups: NDArray[np.intp] | None = None,
) -> Comparison:
    """Return how the challenger does beside the champion on the same n rows, by a paired bootstrap.

    Non-inferior by a margin m means bound > -m: then a challenger that is truly worse by m passes with a chance of
    about 1 - confidence (measured in tests). An undefined metric gives NaN and a note.
    """
    ones, models, nan = np.ones(len(challenger.truth)), (challenger, champion), float("nan")
    try:
        figures = [METRICS.load(metric)(answers) for answers in models]
        plain = [figure(ones) for figure in figures]
    except Undefined as reason:
        return Comparison(
            metric=metric, challenger=nan, champion=nan, difference=nan, low=nan, high=nan, bound=nan,
            confidence=confidence, samples=0, note=str(reason),
        )  # fmt: skip
    values = resample(figures, len(ones), samples=samples, seed=seed, groups=groups)
    gains = np.array([oriented(metric, mine) - oriented(metric, theirs) for mine, theirs in values])
    gains = gains[np.isfinite(gains)]
    low, bound, high = np.quantile(gains, (0.025, 1 - confidence, 0.975)) if len(gains) else (nan, nan, nan)
    return Comparison(
        metric=metric,
        challenger=plain[0],
        champion=plain[1],
        difference=oriented(metric, plain[0]) - oriented(metric, plain[1]),
        low=float(low),
        high=float(high),
        bound=float(bound),
        confidence=confidence,
        samples=len(gains),
    )
