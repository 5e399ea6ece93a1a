"""Owns the tests of the parts of a page."""

from __future__ import annotations

from factories.markup import HOSTILE, Page
from treadle.charts import Card, cards, facts, grid, note, outcome, table


def test_cards_show_name_value_detail_and_tone() -> None:
    page = Page(cards([Card("roc_auc", 0.78123, "0.77 to 0.79", "good"), Card("gates", "1 refused")]))
    assert page.text == "roc_auc0.78120.77 to 0.79gates1 refused"
    assert ("div", {"class": "card good"}) in page.tags


def test_a_table_aligns_numbers_and_marks_the_best_row() -> None:
    page = Page(table([{"name": "a", "score": 0.5}, {"name": "b", "score": None}], best=1, caption="Trials"))
    assert [attributes.get("class") for tag, attributes in page.tags if tag == "th"] == [None, "number"]
    assert [attributes.get("class") for tag, attributes in page.tags if tag == "tr"] == [None, None, "best"]
    assert page.text == "Trialsnamescorea0.5000bn/a"


def test_a_table_says_what_it_leaves_out() -> None:
    page = Page(table([{"row": index} for index in range(1000)]))
    assert len([tag for tag, _ in page.tags if tag == "tr"]) == 201
    assert "and 800 more rows" in page.text


def test_an_empty_table_says_so() -> None:
    assert Page(table([])).text == "nothing to show"


def test_long_cells_are_cut_but_facts_are_whole() -> None:
    long = "x" * 500
    assert len(Page(table([{"a": long}])).text) == 81
    assert long in facts({"digest": long})


def test_yes_and_no_are_words() -> None:
    assert Page(facts({"onnx": True, "dirty": False})).text == "onnxyesdirtyno"


def test_an_outcome_says_passed_or_failed_in_words() -> None:
    good, bad = Page(outcome("auc", passed=True)), Page(outcome("auc", passed=False, detail="too low"))
    assert "passed" in good.text
    assert "failed" in bad.text
    assert "too low" in bad.text


def test_a_grid_leaves_out_empty_parts() -> None:
    assert grid("a", "", "b") == '<div class="grid"><div>a</div><div>b</div></div>'


def test_hostile_words_stay_text() -> None:
    parts = [
        cards([Card(HOSTILE, HOSTILE, HOSTILE)]),
        table([{HOSTILE: HOSTILE * 10}], caption=HOSTILE),
        facts({HOSTILE: HOSTILE}),
        note(HOSTILE),
        outcome(HOSTILE, passed=True, detail=HOSTILE),
    ]
    for part in parts:
        page = Page(part)
        assert not page.open
        assert not {tag for tag, _ in page.tags} & {"script", "b", "svg"}
