"""Owns pictures and pages: figures as SVG text, and one self-contained HTML page around them.

One contract carries the room: a figure is a `str` of inline SVG made by a plain function, a part is a `str` of HTML
made by `parts`, and `page.page` puts parts into a page. Every label is escaped here, so callers pass raw text.
"""

from treadle.charts.figures.bars import bars
from treadle.charts.figures.heatmap import heatmap
from treadle.charts.figures.histogram import histogram
from treadle.charts.figures.line import Series, line
from treadle.charts.figures.scatter import scatter
from treadle.charts.parts import Card, cards, facts, grid, note, outcome, table

__all__ = [
    "Card",
    "Series",
    "bars",
    "cards",
    "facts",
    "grid",
    "heatmap",
    "histogram",
    "line",
    "note",
    "outcome",
    "scatter",
    "table",
]
