"""Owns the parts of a page that are not figures: cards, tables, facts, notes, outcomes, and their grid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from treadle.charts.figures.svg import clip, escape
from treadle.charts.numbers import pretty

Tone = Literal["", "good", "bad", "warn"]
"""How a part is coloured; the words say the same, so colour is never the only sign."""
MOST_ROWS = 200
"""Rows of a table that are written; the table says how many it leaves out."""
CELL = 80
"""Letters of a cell that are shown; a longer text is cut."""


class Card(NamedTuple):
    """One key figure: its name, its value (a number or words), a line below it, and its tone."""

    name: str
    value: float | str | None
    detail: str = ""
    tone: Tone = ""


def cards(shown: Sequence[Card]) -> str:
    """Return the key figures side by side."""
    inner = "".join(
        f'<div class="card {card.tone}"><dt>{escape(card.name)}</dt><dd>{_word(card.value)}</dd>'
        + (f"<p>{escape(card.detail)}</p>" if card.detail else "")
        + "</div>"
        for card in shown
    )
    return f'<dl class="cards">{inner}</dl>'


def table(rows: Sequence[Mapping[str, object]], *, caption: str = "", best: int | None = None) -> str:
    """Return records as a table: the first one's keys are the columns; numbers align right; row `best` stands out."""
    if not rows:
        return note("nothing to show")
    columns = list(rows[0])
    numeric = {name for name in columns if all(_is_number(row.get(name)) for row in rows)}
    head = "".join(f'<th{_right(name in numeric)} scope="col">{escape(clip(name, 400))}</th>' for name in columns)
    body = "".join(
        f"<tr{' class=best' if index == best else ''}>"
        + "".join(f"<td{_right(name in numeric)}>{_word(row.get(name))}</td>" for name in columns)
        + "</tr>"
        for index, row in enumerate(rows[:MOST_ROWS])
    )
    named = f"<caption>{escape(caption)}</caption>" if caption else ""
    more = note(f"and {len(rows) - MOST_ROWS:,} more rows") if len(rows) > MOST_ROWS else ""
    return f'<div class="table"><table>{named}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>{more}'


def facts(pairs: Mapping[str, object]) -> str:
    """Return names with their values, one under the other."""
    inner = "".join(f"<dt>{escape(name)}</dt><dd>{_word(value, whole=True)}</dd>" for name, value in pairs.items())
    return f'<dl class="facts">{inner}</dl>'


def note(words: str, tone: Tone = "") -> str:
    """Return a paragraph."""
    return f'<p class="note {tone}">{escape(words)}</p>'


def outcome(words: str, *, passed: bool, detail: str = "") -> str:
    """Return a line that says whether something passed, with a mark, and why."""
    mark, class_, said = ("✓", "good", "passed") if passed else ("✕", "bad", "failed")
    why = f"<p>{escape(detail)}</p>" if detail else ""
    return (
        f'<div class="outcome {class_}"><span class="mark" aria-hidden="true">{mark}</span>'
        f'<div><strong>{escape(words)}</strong> <span class="said">{said}</span>{why}</div></div>'
    )


def grid(*parts: str) -> str:
    """Return parts side by side where the window is wide enough."""
    return '<div class="grid">' + "".join(f"<div>{part}</div>" for part in parts if part) + "</div>"


def _is_number(value: object) -> bool:
    """Tell whether a cell is empty or a number, so that its column aligns right."""
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _right(numeric: bool) -> str:
    """Return the class of a cell that holds a number."""
    return " class=number" if numeric else ""


def _word(value: object, *, whole: bool = False) -> str:
    """Return one value for people, escaped; texts are cut to 80 letters unless `whole`."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or isinstance(value, int | float):
        return escape(pretty(value))
    text = str(value)
    if whole or len(text) <= CELL:
        return escape(text)
    return f'<span title="{escape(text[:400])}">{escape(text[: CELL - 1])}…</span>'
