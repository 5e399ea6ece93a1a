"""Owns the heatmap: a matrix of numbers shaded by their share of the row, such as a confusion matrix."""

from __future__ import annotations

from collections.abc import Sequence

from treadle.charts.figures.plane import WIDTH
from treadle.charts.figures.svg import LETTER, clip, drawing, element, text, tip
from treadle.charts.numbers import percent, pretty, short

DEEP, DEEPEST = 0.7, 0.92
"""Shares above which a number must take the paper's colour to be read: on dark and on light paper."""


def shade(share: float) -> float:
    """Return how opaque a cell with this share of its row is, 0.07 to 0.95."""
    return 0.07 + 0.88 * share


def heatmap(
    rows: Sequence[Sequence[float]],
    row_labels: Sequence[str],
    column_labels: Sequence[str],
    *,
    title: str,
    row_name: str = "truth",
    column_name: str = "prediction",
    width: float = WIDTH,
) -> str:
    """Return a matrix (r lists of c counts, none negative) as SVG; a cell's shade is its share of its row."""
    names, heads = [clip(label, 120) for label in row_labels], [str(label) for label in column_labels]
    left = max([len(name) for name in names], default=1) * LETTER + 36
    across = (width - left - 4) / max(len(heads), 1)
    slanted = any(len(head) * LETTER > across - 6 for head in heads)
    heads = [clip(head, 84) for head in heads] if slanted else heads
    down, top = min(across, 64.0 if len(rows) <= 4 else 40.0), 66.0
    top += 0.6 * LETTER * max(map(len, heads), default=0) if slanted else 0
    marks = text(left + across * len(heads) / 2, 38, column_name, "label", "middle")
    for column, head in enumerate(heads):
        x, turn = left + across * (column + 0.5), f"rotate(-40 {left + across * (column + 0.5):.0f} {top - 8:.0f})"
        marks += text(x, top - 8, head, "name", "" if slanted else "middle", transform=turn if slanted else None)
    middle = top + down * len(rows) / 2
    marks += text(12, middle, row_name, "label", "middle", transform=f"rotate(-90 12 {middle:.0f})")
    for row, cells in enumerate(rows):
        whole, y = sum(cells) or 1.0, top + down * row
        marks += text(left - 8, y + down / 2 + 4, names[row], "name", "end")
        for column, value in enumerate(cells):
            marks += _cell(
                left + across * column, y, across, down, value, value / whole, f"{names[row]} → {heads[column]}"
            )
    said = "; ".join(
        f"{names[row]}: " + ", ".join(f"{head} {pretty(value)}" for head, value in zip(heads, cells, strict=True))
        for row, cells in enumerate(rows)
    )
    return drawing(
        width, top + down * len(rows) + 6, title, f"rows are {row_name}, columns {column_name}; {said}", marks
    )


def _cell(x: float, y: float, width: float, height: float, value: float, share: float, name: str) -> str:
    """Return one shaded cell with its number and, where there is room, its share of the row."""
    words = tip(f"{name}: {pretty(value)} ({percent(share)})")
    cell = element(
        "rect",
        words,
        x=x + 1,
        y=y + 1,
        width=width - 2,
        height=height - 2,
        rx=3.0,
        class_="cell",
        fill_opacity=f"{shade(share):.2f}",
    )
    class_ = "cell-value" + " deep" * (share > DEEP) + " deepest" * (share > DEEPEST)
    roomy = height >= 44 and width >= 60
    number = pretty(value) if width >= 60 else short(value)
    cell += text(x + width / 2, y + height / 2 + (-1 if roomy else 4), number, class_, "middle")
    return cell + (
        text(x + width / 2, y + height / 2 + 15, percent(share), f"{class_} small", "middle") if roomy else ""
    )
