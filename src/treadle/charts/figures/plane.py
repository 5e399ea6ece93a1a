"""Owns the plane that line, scatter and histogram draw on: margins, grid, axes, legend."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from treadle.charts.figures.axis import Scale, labelled, scale
from treadle.charts.figures.svg import LETTER, clip, drawing, element, number, text

WIDTH, HEIGHT = 560.0, 320.0
COLOURS = 6
"""Colours of the palette; later series take them again, dashed."""


class Key(NamedTuple):
    """One entry of a legend: its name, its CSS class, and whether it is a line or a filled mark."""

    name: str
    class_: str
    filled: bool = False


class Plane(NamedTuple):
    """Scales of both axes and the SVG of everything behind the marks."""

    x: Scale
    y: Scale
    width: float
    height: float
    back: str

    def draw(self, title: str, description: str, marks: str) -> str:
        """Return the finished drawing with `marks` over the grid."""
        return drawing(self.width, self.height, title, description, self.back + marks)


def colour(index: int) -> str:
    """Return the CSS classes of series `index`: one of the palette, dashed from the second round on."""
    return f"c{index % COLOURS + 1}" + (" dashed" if index >= COLOURS else "")


def plane(
    x_range: tuple[float, float],
    y_range: tuple[float, float],
    *,
    x_label: str = "",
    y_label: str = "",
    x_labels: Sequence[str] | None = None,
    keys: Sequence[Key] = (),
    exact_x: bool = True,
    exact_y: bool = False,
    width: float = WIDTH,
    height: float = HEIGHT,
) -> Plane:
    """Return a plane for values in the two ranges; `x_labels` replaces the x axis by positions 0..n-1 with texts."""
    head, rows = legend(keys, width)
    top, bottom = 30.0 + 20 * rows + (16 if y_label else 0), height - (44.0 if x_label else 26.0)
    y = scale(*y_range, bottom, top, exact=exact_y)
    left, right = max(len(label) for _, label in y.ticks) * LETTER + 12, width - 14
    if x_labels is not None:
        names = [clip(name, 90) for name in x_labels]
        x = labelled(names, left, right, room=max(map(len, names), default=1) * LETTER + 14)
    else:
        x = scale(*x_range, left, right, count=6, exact=exact_x)
    grid = "".join(
        element(
            "path", d=f"M{number(left)},{number(y(value))}H{number(right)}", class_="base" if value == 0 else "grid"
        )
        + text(left - 8, y(value) + 4, label, "tick", "end")
        for value, label in y.ticks
    )
    across = "".join(
        element("path", d=f"M{number(x(value))},{number(bottom)}v4", class_="axis")
        + text(x(value), bottom + 17, label, "tick", "middle")
        for value, label in x.ticks
    )
    axis = element("path", d=f"M{number(left)},{number(bottom)}H{number(right)}", class_="axis")
    captions = text(0, top - 12, y_label, "label") if y_label else ""
    captions += text((left + right) / 2, height - 6, x_label, "label", "middle") if x_label else ""
    return Plane(x, y, width, height, head + grid + across + axis + captions)


def legend(keys: Sequence[Key], width: float) -> tuple[str, int]:
    """Return the legend as rows below the title, and how many rows it takes."""
    if not keys:
        return "", 0
    marks, x, row = "", 0.0, 0
    for key in keys:
        name = clip(key.name, 180)
        needed = len(name) * LETTER + 40
        if x and x + needed > width:
            x, row = 0.0, row + 1
        y = 34.0 + 20 * row
        if key.filled:
            marks += element("rect", x=x, y=y - 9, width=12.0, height=10.0, rx=2.0, class_=f"fill {key.class_}")
        else:
            marks += element("path", d=f"M{number(x)},{number(y - 4)}h16", class_=f"line {key.class_}")
        marks += text(x + (18 if key.filled else 22), y, name, "key")
        x += needed
    return marks, row + 1
