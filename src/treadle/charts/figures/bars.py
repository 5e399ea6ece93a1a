"""Owns the figure of horizontal bars: value labels, optional intervals, an optional second value to compare with."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from treadle.charts.figures.axis import Scale, extent, scale
from treadle.charts.figures.plane import WIDTH, Key, legend
from treadle.charts.figures.svg import LETTER, clip, drawing, element, number, text, tip
from treadle.charts.numbers import short

MOST_BARS = 30
"""Bars that are drawn; the figure says how many it leaves out."""


def bars(
    labels: Sequence[str],
    values: Sequence[float],
    *,
    title: str,
    low: Sequence[float] | None = None,
    high: Sequence[float] | None = None,
    against: Sequence[float] | None = None,
    names: tuple[str, str] = ("current", "reference"),
    unit: str = "",
    limit: float | None = None,
    limit_name: str = "limit",
    width: float = WIDTH,
) -> str:
    """Return one horizontal bar a label as SVG, from zero, in the order given, the first 30.

    `low` and `high` are interval ends; `against` gives a second, paler bar to each label; `limit` is an upright line.
    """
    count = min(len(labels), MOST_BARS)
    shown = [clip(label, 180) for label in labels[:count]]
    keys = [Key(names[0], "c1", filled=True), Key(names[1], "muted", filled=True)] if against is not None else []
    keys += [Key(limit_name, "limit")] if limit is not None else []
    head, rows = legend(keys, width)
    top, step = 30.0 + 20 * rows, 40.0 if against is not None else 26.0
    columns = [column for column in (values, low, high, against) if column is not None]
    bounds = extent([value for column in columns for value in column[:count]], (0.0, limit))
    left = max([len(label) for label in shown], default=1) * LETTER + 12
    ends = [short(value) + unit for value in values[:count]]
    x = scale(*bounds, left, width - max([len(end) for end in ends], default=1) * LETTER - 14, exact=True)
    bottom, left_out = top + step * count + 4, len(labels) - count
    marks = "".join(
        element("path", d=f"M{number(x(at))},{number(top)}V{number(bottom)}", class_="grid")
        + text(x(at), bottom + 15, name, "tick", "middle")
        for at, name in x.ticks
    )
    for index in range(count):
        y = top + step * index + 4
        spread = (low[index], high[index]) if low is not None and high is not None else None
        marks += text(left - 8, y + step / 2, shown[index], "name", "end")
        marks += _bar(
            x, y, step - 8, values[index], against[index] if against is not None else None, spread, ends[index]
        )
    marks += element("path", d=f"M{number(x(0))},{number(top)}V{number(bottom)}", class_="axis")
    if limit is not None:
        marks += element(
            "path", tip(f"{limit_name} {short(limit)}"), d=f"M{number(x(limit))},{top}V{bottom}", class_="line limit"
        )
    if left_out > 0:
        marks += text(left, bottom + 34, f"and {left_out:,} more", "label")
    described = "; ".join(f"{label}: {end}" for label, end in zip(shown, ends, strict=True))
    return drawing(width, bottom + (40 if left_out > 0 else 22), title, described, head + marks)


def _bar(
    x: Scale, y: float, thick: float, value: float, other: float | None, spread: tuple[float, float] | None, words: str
) -> str:
    """Return one bar with what belongs to it; y is its upper edge, `thick` the room it has, both in pixels."""
    main = thick if other is None else thick * 0.55
    marks, right = "", x(0)
    if other is not None and isfinite(other):
        marks += _block(x, y + main + 2, thick - main - 2, other, "muted", short(other))
    if isfinite(value):
        marks += _block(x, y, main, value, "c1", words)
        right = max(x(value), x(0))
    if spread is not None and all(map(isfinite, spread)):
        middle, (start, end) = y + main / 2, (x(spread[0]), x(spread[1]))
        whisker = f"M{number(start)},{number(middle)}H{number(end)}"
        whisker += "".join(f"M{number(at)},{number(middle - 4)}v8" for at in (start, end))
        marks += element("path", tip(f"{short(spread[0])} to {short(spread[1])}"), d=whisker, class_="whisker")
        right = max(right, end)
    return marks + text(right + 6, y + main / 2 + 4, words, "value")


def _block(x: Scale, y: float, thick: float, value: float, class_: str, words: str) -> str:
    """Return the filled bar from zero to `value`, at least half a pixel long so that it can be seen."""
    start, end = sorted((x(0), x(value)))
    return element(
        "rect", tip(words), x=start, y=y, width=max(end - start, 0.5), height=thick, rx=2.0, class_=f"fill {class_}"
    )
