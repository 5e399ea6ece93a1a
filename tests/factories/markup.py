"""Owns the reading of figures and pages in tests: SVG as a tree, HTML as tags, classes and words."""

from __future__ import annotations

from html.parser import HTMLParser
from xml.etree import ElementTree

HOSTILE = """</svg><script>alert("x")</script>'"&<b>\x00\x1b"""
"""A name that would break out of any element or attribute that does not escape it."""


def drawn(svg: str) -> ElementTree.Element:
    """Return an SVG figure as a tree; raises ParseError unless it is well-formed."""
    return ElementTree.fromstring(svg)


def marked(svg: str, class_: str) -> list[ElementTree.Element]:
    """Return the elements of a figure that have the CSS class."""
    return [one for one in drawn(svg).iter() if class_ in one.get("class", "").split()]


def words(svg: str) -> list[str]:
    """Return the texts that a figure shows (not its hidden titles)."""
    return [one.text or "" for one in drawn(svg).iter("text")]


class Page(HTMLParser):
    """An HTML page taken apart: its tags with their attributes, and all of its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes nothing"

    def handle_data(self, data: str) -> None:
        self.text += data
