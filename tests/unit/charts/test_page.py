"""Owns the tests of the page."""

from __future__ import annotations

import re

from factories.markup import HOSTILE, Page
from treadle.charts import Series, line, note
from treadle.charts.page import Badge, Section, page


def test_a_page_needs_nothing_from_outside() -> None:
    html = page("t", "s", [Section("a", (line([Series("a", [0, 1], [0, 1])], title="t"),))])
    assert not re.search(r"https?:|//[a-z]|url\(|@import", html)
    read = Page(html)
    assert not read.open
    assert not {tag for tag, _ in read.tags} & {"script", "link", "img", "iframe"}
    assert "default-src 'none'" in html


def test_each_section_has_a_link_to_it() -> None:
    read = Page(page("t", "s", [Section("Key figures", ()), Section("Key figures", (), "about them")]))
    links = [str(attributes["href"]) for tag, attributes in read.tags if tag == "a"]
    places = [f"#{attributes['id']}" for tag, attributes in read.tags if tag == "section"]
    assert links == places == ["#s1-key-figures", "#s2-key-figures"]
    assert "about them" in read.text


def test_one_section_needs_no_links() -> None:
    assert not [tag for tag, _ in Page(page("t", "s", [Section("only", ())])).tags if tag == "nav"]


def test_title_badge_and_footer_are_shown() -> None:
    read = Page(page("flights/4", "of July", [], badge=Badge("refused", "bad"), footer="run-1"))
    assert ("span", {"class": "badge bad"}) in read.tags
    for words in ("flights/4", "of July", "refused", "run-1"):
        assert words in read.text


def test_both_colour_schemes_name_the_same_colours() -> None:
    light, dark = re.findall(r":root \{(.*?)\}", page("t", "", []), flags=re.DOTALL)
    assert set(re.findall(r"--[a-z0-9-]+", light)) == set(re.findall(r"--[a-z0-9-]+", dark))


def test_every_colour_that_is_used_is_named() -> None:
    html = page("t", "", [])
    assert set(re.findall(r"var\((--[a-z0-9-]+)\)", html)) <= set(re.findall(r"(--[a-z0-9-]+):", html))


def test_hostile_words_stay_text() -> None:
    section = Section(HOSTILE, (note(HOSTILE),), HOSTILE)
    read = Page(page(HOSTILE, HOSTILE, [section, section], badge=Badge(HOSTILE), footer=HOSTILE))
    assert not read.open
    assert not {tag for tag, _ in read.tags} & {"script", "b"}


def test_the_same_page_twice_is_the_same_text() -> None:
    sections = [Section("a", (note("n"),))]
    assert page("t", "s", sections) == page("t", "s", sections)
