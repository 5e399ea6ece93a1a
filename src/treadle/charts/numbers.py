"""Owns how numbers are written for people: short, aligned, and honest about what is not a number."""

from __future__ import annotations

from math import floor, isfinite, log10

SUFFIXES = ((1e9, "B"), (1e6, "M"), (1e3, "k"))
"""Sizes above which a short number is written with a suffix."""


def pretty(value: float | None, digits: int = 4) -> str:
    """Return `value` with `digits` significant digits, thousands grouped; `n/a` for None and NaN."""
    if value is None or value != value:
        return "n/a"
    if not isfinite(value):
        return "∞" if value > 0 else "-∞"
    if isinstance(value, int) or (float(value).is_integer() and abs(value) < 1e15):
        return f"{int(value):,}"
    if not 1e-4 <= abs(value) < 1e15:
        return f"{value:.{max(digits - 2, 0)}e}"
    decimals = max(0, digits - 1 - floor(log10(abs(value))))
    return f"{value:,.{min(decimals, digits)}f}"


def short(value: float) -> str:
    """Return `value` with at most three significant digits and k, M or B: 336776 is `337k`."""
    for size, suffix in SUFFIXES:
        if abs(value) >= size * 0.9995:
            return f"{value / size:.3g}{suffix}"
    return f"{value:.3g}"


def percent(share: float) -> str:
    """Return a share of one as a percentage with one decimal at most."""
    return f"{100 * share:.1f}".removesuffix(".0") + "%"


def tick(value: float, step: float) -> str:
    """Return an axis label for `value` on an axis whose ticks are `step` apart, so that all labels align."""
    largest = max(abs(value), abs(step))
    if value == 0:
        return "0"
    if largest < 1e-4 or largest >= 1e12:
        return f"{value:.2g}"
    if step >= 1000 or largest >= 1e6:
        return short(value)
    decimals = max(0, -floor(log10(step) + 1e-9))
    if round(step, decimals) != step and round(step, decimals + 1) == step:
        decimals += 1
    return f"{value:,.{decimals}f}"
