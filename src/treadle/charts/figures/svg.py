"""Owns the writing of SVG: elements, escaped text, and the drawing with its title and description."""

from __future__ import annotations

import re
from html import escape as html_escape

LETTER = 6.6
"""Mean width in pixels of a letter at the 12 pixel size that figures use."""

_forbidden = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def escape(text: object) -> str:
    """Return `text` safe inside HTML and SVG: markup escaped, forbidden characters replaced."""
    return html_escape(clean(text), quote=True)


def clean(text: object) -> str:
    """Return `text` with the characters that XML forbids replaced (not escaped)."""
    return _forbidden.sub("\N{REPLACEMENT CHARACTER}", str(text))


def clip(text: object, width: float) -> str:
    """Return `text` cut with an ellipsis to about `width` pixels (not escaped)."""
    letters = max(3, int(width / LETTER))
    whole = " ".join(str(text).split())
    return whole if len(whole) <= letters else whole[: letters - 1] + "…"


def number(value: float) -> str:
    """Return a coordinate in pixels with at most one decimal, which is below what an eye resolves."""
    return f"{value:z.1f}".removesuffix(".0")


def element(name: str, body: str = "", **attributes: object) -> str:
    """Return one element; `_` in an attribute's name stands for `-`, and `class_` for `class`."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{number(value) if isinstance(value, float) else escape(value)}"'
        for key, value in attributes.items()
        if value is not None and value != ""
    )
    return f"<{name}{written}>{body}</{name}>" if body else f"<{name}{written}/>"


def text(x: float, y: float, words: object, class_: str = "", anchor: str = "", **attributes: object) -> str:
    """Return a label whose baseline starts (or is anchored) at x, y pixels."""
    return element("text", escape(words), x=float(x), y=float(y), class_=class_, text_anchor=anchor, **attributes)


def tip(words: object) -> str:
    """Return the title that a browser shows when the pointer rests on the element around it."""
    return f"<title>{escape(words)}</title>"


def path(points: list[tuple[float, float]]) -> str:
    """Return path data through `points`, in pixels."""
    return "M" + "L".join(f"{number(x)},{number(y)}" for x, y in points) if points else ""


def drawing(width: float, height: float, title: str, description: str, body: str) -> str:
    """Return a whole drawing that scales to its place and is read out by its title and description.

    It grows to 1.15 times its size at most, so that the letters of all figures on a page look alike.
    """
    head = f'<text class="title" x="0" y="15">{escape(clip(title, width))}</text>' if title else ""
    return (
        f'<svg class="figure" role="img" viewBox="0 0 {number(width)} {number(height)}" '
        f'style="max-width:{1.15 * width:.0f}px">'
        f"<title>{escape(title)}</title><desc>{escape(description)}</desc>{head}{body}</svg>"
    )
