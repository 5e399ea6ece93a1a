"""Owns the page: one HTML file that needs nothing from outside, in light and dark."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from treadle.charts.figures.svg import clean
from treadle.charts.parts import Tone


class Section(NamedTuple):
    """A titled piece of a page; `parts` are figures and what `charts.parts` makes, from top to bottom."""

    title: str
    parts: tuple[str, ...]
    note: str = ""


class Badge(NamedTuple):
    """The page's outcome in a word or two, shown beside its title."""

    words: str
    tone: Tone = ""


def page(title: str, subtitle: str, sections: list[Section], *, badge: Badge | None = None, footer: str = "") -> str:
    """Return a self-contained HTML page: styles inline, no script, no address from outside, one link a section."""
    return _template().render(
        title=clean(title),
        subtitle=clean(subtitle),
        badge=badge,
        footer=clean(footer),
        sections=[
            {
                "id": f"s{index}-{re.sub(r'[^a-z0-9]+', '-', section.title.lower()).strip('-')[:40]}",
                "title": clean(section.title),
                "note": clean(section.note),
                "parts": [part for part in section.parts if part],
            }
            for index, section in enumerate(sections, start=1)
        ],
    )


@cache
def _template() -> Template:
    """Return the page's template, compiled once."""
    loader = PackageLoader("treadle", "charts")
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return environment.get_template("page.html.jinja")
