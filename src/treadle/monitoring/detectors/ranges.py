"""Owns values out of their range: the share of rows beyond what the reference held, and a likely change of unit."""

from __future__ import annotations

from scipy.special import gammainc

FACTORS = {
    2.54: "centimetres for inches",
    3.28084: "feet for metres",
    1.609344: "kilometres for miles",
    2.20462: "pounds for kilograms",
    24.0: "hours for days",
    60.0: "seconds for minutes, or minutes for hours",
    3600.0: "seconds for hours",
    100.0: "percent for shares, or cents for whole units",
    1000.0: "thousandths for whole units",
}
"""What a value is multiplied by when the first unit is written where the second was meant."""

NEAR = 0.06
"""Relative gap up to which a ratio counts as a factor."""


def outside(rows: int, beyond_now: int, rows_now: int) -> tuple[float, float]:
    """Return the share of the current rows beyond the smallest and largest of the reference's `rows`, and its chance.

    If nothing changed, a new value lies beyond with chance 2 / (rows + 1), so the count is about Poisson.
    """
    if not beyond_now:
        return 0.0, 1.0
    return beyond_now / rows_now, float(gammainc(beyond_now, 2 * rows_now / (rows + 1)))


def unit(mean: float, sd: float, mean_now: float, sd_now: float) -> str:
    """Return which unit was likely written for which, such as `feet for metres`, or the empty string.

    Both the mean and the spread must have grown (or shrunk) by a known factor; Celsius and Fahrenheit also shift.
    """
    if min(sd, sd_now) <= 0:
        return ""
    for (mean_a, sd_a), (mean_b, sd_b), words in (
        ((mean, sd), (mean_now, sd_now), "Fahrenheit for Celsius"),
        ((mean_now, sd_now), (mean, sd), "Celsius for Fahrenheit"),
    ):
        if abs(sd_b / sd_a / 1.8 - 1) < NEAR and abs(mean_b - 1.8 * mean_a - 32) < sd_b / 4:
            return words
    if mean == 0 or mean_now == 0:
        return ""
    for factor, words in FACTORS.items():
        if all(abs(ratio / factor - 1) < NEAR for ratio in (mean_now / mean, sd_now / sd)):
            return words
        if all(abs(ratio * factor - 1) < NEAR for ratio in (mean_now / mean, sd_now / sd)):
            first, _, second = words.partition(",")[0].partition(" for ")
            return f"{second} for {first}"
    return ""
