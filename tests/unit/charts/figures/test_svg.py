"""Owns the tests of SVG writing."""

from __future__ import annotations

from factories.markup import HOSTILE, drawn
from treadle.charts.figures.svg import clip, drawing, element, escape, number, path, text


def test_escape_leaves_no_markup_and_no_forbidden_character() -> None:
    safe = escape(HOSTILE)
    assert not set("<>\"'") & set(safe)
    assert "\x00" not in safe
    assert drawn(f"<a b='{safe}'>{safe}</a>").text == HOSTILE.replace("\x00", "\ufffd").replace("\x1b", "\ufffd")


def test_clip_cuts_long_names_and_joins_lines() -> None:
    assert clip("short", 100) == "short"
    assert clip("two\n  lines", 100) == "two lines"
    assert clip("x" * 100, 66) == "x" * 9 + "…"


def test_an_element_names_attributes_as_svg_does_and_drops_empty_ones() -> None:
    assert (
        element("path", class_="line", stroke_width=1.25, d="", fill=None) == '<path class="line" stroke-width="1.2"/>'
    )
    assert element("g", "<b/>") == "<g><b/></g>"


def test_coordinates_have_one_decimal_at_most() -> None:
    assert [number(value) for value in (1.0, 1.25, -0.04)] == ["1", "1.2", "0"]
    assert path([(0, 1), (2.5, 3)]) == "M0,1L2.5,3"
    assert path([]) == ""


def test_a_label_is_escaped_and_anchored() -> None:
    assert text(1, 2, "<b>", "tick", "end") == '<text x="1" y="2" class="tick" text-anchor="end">&lt;b&gt;</text>'


def test_a_drawing_is_read_out_by_title_and_description() -> None:
    figure = drawn(drawing(400, 200, "A & B", "two lines", "<g/>"))
    assert figure.get("role") == "img"
    assert figure.get("viewBox") == "0 0 400 200"
    assert [(one.tag, one.text) for one in figure[:2]] == [("title", "A & B"), ("desc", "two lines")]
